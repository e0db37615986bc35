"""The made-up school: lawful, deterministic, with something to look at for every role."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from accounts.models import Role, User
from discipline.models import Case, Report, Suspicion
from mentoring.models import Contest, Defence, Mentor, Session, SessionState
from mentoring.sweeps import SWEEPS
from policy_portal.demo import cast, school
from policy_portal.demo.proceedings import proceed
from policy_portal.demo.school import School, make_school
from policy_portal.demo.story import live
from record.models import Entry, Message
from students.models import Enrolment, Path, ProjectWork

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 11, 10, 20, tzinfo=UTC)  # a Wednesday


@pytest.fixture(scope="module")
def lived(django_db_setup: None, django_db_blocker: Any) -> Iterator[School]:
    """The school after five weeks: the same story, shorter, and made once for all tests here."""
    with (
        django_db_blocker.unblock(),
        pytest.MonkeyPatch.context() as patched,
        transaction.atomic(),
    ):
        patched.setattr(school, "WEEKS_BACK", 5)
        made = make_school(NOW, 7)
        live(made, NOW, 7)
        yield made
        transaction.set_rollback(True)


def test_everyone_is_there_and_nothing_is_left_due(lived: School) -> None:
    assert (Path.objects.count(), Mentor.objects.count(), Enrolment.objects.count()) == (3, 9, 60)
    assert {role for user in User.objects.filter(email__in=cast.LOGINS) for role in user.roles} == set(Role)
    assert not any(sweep.due(NOW).exists() for sweep in SWEEPS)
    assert Session.objects.filter(starts_at__gt=NOW + timedelta(weeks=3)).exists()


def test_the_students_of_the_story_stand_at_one_two_and_three(lived: School) -> None:
    assert Case.objects.filter(enrolment=lived.enrolments[12]).count() == 1
    assert Case.objects.filter(enrolment=lived.enrolments[17]).count() == 1
    assert not Case.objects.filter(enrolment=lived.enrolments[5]).exists()
    told = Message.objects.filter(
        recipient=lived.enrolments[5].student.user, context__contains='"remaining":'
    )
    assert told.count() == 2


def test_something_waits_for_a_decision(lived: School) -> None:
    assert Contest.objects.filter(decided_at__isnull=True).exists()


def test_the_visitor_can_give_a_notice_in_time(lived: School) -> None:
    upcoming = Session.objects.filter(enrolment=lived.star, state=SessionState.SCHEDULED).order_by(
        "starts_at"
    )
    assert upcoming[0].starts_at > NOW + timedelta(hours=24)
    assert upcoming[0].starts_at < NOW + timedelta(days=3)


def test_the_record_of_the_story_is_whole_and_every_message_is_out(lived: School) -> None:
    assert Entry.objects.count() > 300
    assert not Message.objects.exclude(state=Message.State.SENT).exists()
    call_command("verify_record", stdout=StringIO())


def test_projects_stand_at_every_point_and_a_defence_is_booked(lived: School) -> None:
    states = set(ProjectWork.objects.values_list("state", flat=True))
    assert states == {"todo", "submitted", "to_rework", "approved"}
    assert Defence.objects.get().work.enrolment == lived.star


def test_it_goes_into_an_empty_database_only() -> None:
    User.objects.create_user("someone@example.org")
    with pytest.raises(CommandError, match="empty"):
        call_command("demo")


def test_it_is_refused_where_demo_is_off(settings: Any) -> None:
    settings.DEMO = False
    with pytest.raises(CommandError, match="DEMO"):
        call_command("demo")


def test_logins_are_one_for_each_role() -> None:
    out = StringIO()
    call_command("demo", logins=True, stdout=out)
    assert len(out.getvalue().splitlines()) == len(Role)


def test_the_board_has_something_to_do_at_several_stages(lived: School) -> None:
    with transaction.atomic():
        proceed(lived, NOW)
        cases = Case.objects.exclude(kind="attendance")
        assert sorted(cases.values_list("kind", "state")) == [
            ("abuse", "informed"),
            ("abuse", "informed"),
            ("plagiarism", "open"),
        ]
        assert Report.objects.filter(state="received").exists()
        assert Suspicion.objects.filter(state="open").exists()
        transaction.set_rollback(True)
