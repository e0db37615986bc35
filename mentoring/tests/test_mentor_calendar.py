"""A mentor's hours and time off on the pages."""

from __future__ import annotations

from datetime import time, timedelta

import pytest

from accounts.models import Role
from mentoring.models import SessionState, TimeOff, WeeklySlot
from mentoring.tests.mentor_pages import START, WEEK, MentorPages, sign_in
from record.models import Entry, Message
from tests.factories import make_mentor, make_user

pytestmark = pytest.mark.django_db
HOURS = "/mentor/availability/"
OFF = "/mentor/availability/time-off/"
DAY = timedelta(days=1)


@pytest.fixture
def pages():
    return MentorPages()


def standing(mentor):
    return list(
        WeeklySlot.objects.filter(mentor=mentor, retired_at__isnull=True).order_by("weekday", "starts")
    )


def typed(mentor, **changes):
    """The form as the page shows it, with some fields typed over."""
    slots = standing(mentor)
    data = {"standing": ",".join(str(slot.pk) for slot in slots), "count": len(slots) + 2}
    for row, slot in enumerate(slots):
        data |= {f"weekday_{row}": slot.weekday, f"starts_{row}": slot.starts, f"ends_{row}": slot.ends}
    return data | changes


def test_the_hours_are_shown_with_their_zone(pages):
    page = pages.text(HOURS)
    assert "in the time of Europe/Paris" in page
    assert page.count('value="09:00"') == 5


def test_hours_are_added_and_removed_without_a_script(pages):
    data = typed(pages.mentor, remove_0="on", weekday_5="6", starts_5="10:00", ends_5="12:00")
    answer = pages.post(HOURS, data)
    assert answer["Location"] == HOURS
    now = standing(pages.mentor)
    assert [slot.weekday for slot in now] == [2, 3, 4, 5, 6]
    assert now[-1].starts == time(10)
    assert WeeklySlot.objects.filter(retired_at__isnull=False).count() == 1
    assert Entry.objects.get().kind == "availability_set"


def test_more_rows_keep_what_was_typed(pages):
    data = typed(pages.mentor, weekday_5="6", starts_5="10:00", more="1")
    page = pages.post(HOURS, data).content.decode()
    assert 'name="weekday_8"' in page
    assert 'value="10:00"' in page
    assert len(standing(pages.mentor)) == 5


def test_a_row_that_is_half_filled_is_asked_for(pages):
    answer = pages.post(HOURS, typed(pages.mentor, weekday_5="6", starts_5="10:00"))
    assert answer.status_code == 422
    assert "Fill in the whole row" in answer.content.decode()


@pytest.mark.parametrize(
    ("starts", "ends", "words", "beside"),
    [
        ("16:00", "18:00", "Hours of one day overlap", "Overlaps with row 1."),
        ("18:00", "17:30", "end before they start", "This is not after the start."),
    ],
)
def test_conflicts_are_told_and_what_was_typed_stays(pages, starts, ends, words, beside):
    answer = pages.post(HOURS, typed(pages.mentor, weekday_5="1", starts_5=starts, ends_5=ends))
    assert answer.status_code == 422
    page = answer.content.decode()
    assert words in page
    assert beside in page
    assert f'value="{starts}"' in page
    assert len(standing(pages.mentor)) == 5


def test_abuse_53_a_stale_window_overwrites_nothing(pages):
    data = typed(pages.mentor, remove_0="on")
    pages.post(HOURS, typed(pages.mentor, remove_1="on"))
    answer = pages.post(HOURS, data)
    assert answer.status_code == 409
    assert "changed in another window" in answer.content.decode()
    assert [slot.weekday for slot in standing(pages.mentor)] == [1, 3, 4, 5]


def test_who_moved_can_take_the_hours_along(pages):
    pages.user.time_zone = "America/New_York"
    pages.user.save()
    page = pages.text(HOURS)
    assert "in the time of Europe/Paris" in page
    assert "From now on these are hours of America/New_York" in page
    pages.post(HOURS, typed(pages.mentor, here="on"))
    assert {slot.time_zone for slot in standing(pages.mentor)} == {"America/New_York"}


def test_weekly_sessions_outside_the_hours_are_named(pages):
    assert "outside these hours" not in pages.text(HOURS)
    pages.post(HOURS, typed(pages.mentor, remove_1="on"))
    page = pages.text(HOURS)
    assert "outside these hours" in page
    assert pages.student.user.full_name in page


def off(first, last, **more):
    return {"starts_at": f"{first:%Y-%m-%dT%H:%M}", "ends_at": f"{last:%Y-%m-%dT%H:%M}", "reason": "", **more}


def test_time_off_shows_what_it_would_cancel_before_it_is_sent(pages):
    session = pages.session()
    page = pages.post(OFF, off(START - DAY, START + DAY), START - WEEK).content.decode()
    assert "What follows" in page
    assert pages.student.user.full_name in page
    assert f'name="sessions" value="{session.pk}"' in page
    assert not TimeOff.objects.exists()
    session.refresh_from_db()
    assert session.state == "scheduled"


def test_confirmed_time_off_cancels_what_was_shown(pages):
    session = pages.session()
    data = off(START - DAY, START + DAY, confirm="yes", sessions=str(session.pk), reason="Holiday")
    assert pages.post(OFF, data, START - WEEK)["Location"] == HOURS
    session.refresh_from_db()
    assert session.state == SessionState.CANCELLED_BY_MENTOR
    assert Message.objects.get().recipient_id == pages.student.user_id
    assert "Holiday" in pages.text(HOURS, START - WEEK)
    # Typed in the mentor's zone: Paris is an hour ahead of UTC.
    assert TimeOff.objects.get().starts_at == START - DAY - timedelta(hours=1)


def test_where_sessions_changed_meanwhile_it_shows_them_again(pages):
    session = pages.session()
    answer = pages.post(OFF, off(START - DAY, START + DAY, confirm="yes", sessions=""), START - WEEK)
    assert answer.status_code == 200
    assert "Sessions changed meanwhile" in answer.content.decode()
    session.refresh_from_db()
    assert session.state == "scheduled"


@pytest.mark.parametrize("first", [START + 2 * DAY, START - 3 * WEEK])
def test_time_off_that_is_empty_or_over_is_refused(pages, first):
    last = min(first, START) - DAY
    answer = pages.post(OFF, off(min(first, last + 3 * DAY), last), START)
    assert answer.status_code == 422


def test_time_off_is_withdrawn_once(pages):
    row = TimeOff.objects.create(
        mentor=pages.mentor, starts_at=START, ends_at=START + DAY, recorded_at=START - WEEK
    )
    address = f"{OFF}{row.pk}/withdraw/"
    assert "They stay cancelled" in pages.text(address, START - DAY)
    for _ in range(2):
        assert pages.post(address, now=START - DAY)["Location"] == HOURS
    row.refresh_from_db()
    assert row.withdrawn_at == START - DAY


def test_abuse_1_the_time_off_of_another_is_not_there(pages):
    row = TimeOff.objects.create(
        mentor=make_mentor(), starts_at=START, ends_at=START + DAY, recorded_at=START - WEEK
    )
    assert pages.get(f"{OFF}{row.pk}/withdraw/").status_code == 404
    assert pages.post(f"{OFF}{row.pk}/withdraw/").status_code == 404
    row.refresh_from_db()
    assert row.withdrawn_at is None


def test_who_is_not_set_up_as_a_mentor_has_no_hours_to_keep():
    client = sign_in(make_user(Role.MENTOR))
    for address in (HOURS, OFF):
        assert client.get(address).status_code == 404
