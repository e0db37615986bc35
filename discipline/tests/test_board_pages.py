"""A Board on its pages: composed, summoned, met, voted on, signed by two; and what a page must not let happen."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from accounts.models import User
from discipline.models import CaseState, Decision, Excuse, Meeting, Summons
from mentoring.tests.student_pages import clock, sign_in
from tests.papers import pdf

from .board_world import HOUR, NOW, START, BoardWorld

pytestmark = pytest.mark.django_db


class Desk:
    """People at their browsers, each at the instant that the test names."""

    def __init__(self, world: BoardWorld) -> None:
        cache.clear()
        self.world = world

    def get(self, who: User, view: str, /, *args: object, at: datetime = NOW) -> Any:
        with clock(at):
            return sign_in(who).get(reverse(view, args=args))

    def file(self, user: User, url: str) -> int:
        with clock(NOW):
            return int(sign_in(user).get(url).status_code)

    def post(self, who: User, view: str, /, *args: object, at: datetime = NOW, **data: object) -> Any:
        with clock(at):
            return sign_in(who).post(reverse(view, args=args), data)


@pytest.fixture
def world() -> BoardWorld:
    return BoardWorld()


@pytest.fixture
def desk(world: BoardWorld) -> Desk:
    return Desk(world)


def test_a_case_goes_from_the_board_to_the_signed_decision(world: BoardWorld, desk: Desk) -> None:
    case = world.case.pk
    assert desk.post(world.head, "case-board-offices", case).status_code == 302
    page = desk.post(world.head, "case-board-seat", case, "representative", user=world.representative.pk)
    assert "What will follow" in page.content.decode()
    desk.post(
        world.head, "case-board-seat", case, "representative", user=world.representative.pk, confirmed="yes"
    )
    assert case in world.representative.board_memberships.values_list("case", flat=True)

    # The student asks somebody, who accepts.
    fellow = world.fellow()
    desk.post(world.student, "case-companion", case, user=fellow.email, confirmed="yes")
    companion = fellow.accompanied_cases.get()
    assert desk.get(fellow, "case", case).status_code == 404
    assert desk.post(fellow, "case-companion-answer", companion.pk).status_code == 302
    assert desk.get(fellow, "case", case).status_code == 200

    # Summoned, with a preview.
    form = desk.get(world.head, "case-summon", case).context["form"]
    typed = {
        **{name: form[name].value() for name in ("purpose", "place", "revision")},
        "grounds": "Insults in the forum",
        "video_link": "https://video.example.org/board",
        "starts_at": "2026-03-16T14:00",
        "ends_at": "2026-03-16T15:00",
        "channel": "email",
    }
    shown = desk.post(world.head, "case-summon", case, **typed).content.decode()
    assert "the right to be accompanied" in shown
    desk.post(world.head, "case-summon", case, **typed, confirmed="yes")
    row = Summons.objects.get()
    assert row.says_at == START
    world.send(row, NOW + HOUR)
    page = desk.get(world.student, "case-summons", case, row.pk, at=NOW + HOUR).content.decode()
    assert "I have received this summons" in page
    desk.post(world.student, "case-summons-received", case, row.pk, at=NOW + HOUR)
    row.refresh_from_db()
    assert row.acknowledged_at == NOW + HOUR

    # Met, voted, advised.
    meeting = row.meeting
    present = list(world.case.members.values_list("pk", flat=True))
    desk.post(
        world.head, "case-meeting-minutes", case, meeting.pk, at=START + HOUR, present=present,
        student_present="on", companion_present="on", grounds_stated="Insults", explanations="I am sorry",
        confirmed="yes",
    )  # fmt: skip
    for user in (world.head, world.manager):
        desk.post(user, "case-meeting-vote", case, meeting.pk, at=START + HOUR, choice="suspension",
                  reasons="Again and again", confirmed="yes")  # fmt: skip
    desk.post(world.representative, "case-meeting-advice", case, meeting.pk, at=START + HOUR,
              text="A warning will do", confirmed="yes")  # fmt: skip

    # What was voted the members read, and nobody else.
    for reader, reads in ((world.manager, True), (world.representative, True), (world.student, False),
                          (fellow, False)):  # fmt: skip
        shown = desk.get(reader, "case", case, at=START + 2 * HOUR).content.decode()
        assert ("Again and again" in shown) is reads
        assert ("A warning will do" in shown) is reads
        assert "I am sorry" in shown

    # Two people sign.
    desk.post(world.head, "case-decision-draft", case, at=START + 3 * HOUR, kind="suspension",
              reasons="The insults went on", revision=0, confirmed="yes")  # fmt: skip
    draft = Decision.objects.get()
    assert desk.post(world.head, "case-decision-confirm", case, at=START + 4 * HOUR).status_code == 404
    desk.post(world.manager, "case-decision-confirm", case, at=START + 4 * HOUR, revision=draft.revision,
              confirmed="yes")  # fmt: skip
    world.case.refresh_from_db()
    assert world.case.state == CaseState.DECIDED
    for reader, reads in ((world.head, True), (world.student, False), (fellow, False)):
        shown = desk.get(reader, "case", case, at=START + 5 * HOUR).content.decode()
        assert ("The insults went on" in shown) is reads


def test_a_proof_is_sent_and_decided_on(world: BoardWorld, desk: Desk) -> None:
    world.compose()
    meeting = world.send(world.summon(), NOW + HOUR).meeting
    case = world.case.pk
    answer = desk.post(world.student, "case-meeting-excuse", case, meeting.pk, ground="illness", text="")
    assert answer.status_code == 422
    desk.post(world.student, "case-meeting-excuse", case, meeting.pk, ground="illness", text="In hospital",
              document=pdf("hospital.pdf"))  # fmt: skip
    row = Excuse.objects.get()
    proof = row.document.get_absolute_url()
    shown = desk.get(world.representative, "case", case).content.decode()
    assert "hospital" not in shown.lower()
    assert desk.get(world.representative, "case-excuse", case, row.pk).status_code == 404
    assert desk.file(world.representative, proof) == 404
    desk.post(world.manager, "case-excuse", case, row.pk, accept="yes", reasons="", confirmed="yes")
    assert Meeting.objects.get(pk=meeting.pk).state == "adjourned"


def test_by_hand_the_receipt_is_filed_on_its_page(world: BoardWorld, desk: Desk) -> None:
    world.compose()
    row = world.summon(channel="hand")
    case = world.case.pk
    assert "File the signed receipt" in desk.get(world.head, "case-summons", case, row.pk).content.decode()
    desk.post(world.head, "case-summons-receipt", case, row.pk, file=pdf("receipt.pdf"))
    row.refresh_from_db()
    assert row.dispatched_at == NOW
    assert desk.file(world.head, row.receipt.get_absolute_url()) == 200


def test_abuse_73_nobody_says_for_the_student_that_they_have_the_summons(world: BoardWorld) -> None:
    world.compose()
    row = world.send(world.summon(), NOW + HOUR)
    with clock(NOW + HOUR):
        client = Client(enforce_csrf_checks=True)
        client.force_login(world.student, backend="accounts.backends.PrefetchingBackend")
        url = reverse("case-summons-received", args=[world.case.pk, row.pk])
        assert client.get(url).status_code == 405  # a link or a picture does nothing
        assert client.post(url).status_code == 403  # and a form on another site neither
        page = client.get(reverse("case-summons", args=[world.case.pk, row.pk]))
    row.refresh_from_db()
    assert row.acknowledged_at is None
    assert page["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in page["Content-Security-Policy"]


def test_abuse_5_another_case_of_the_same_student_is_not_there(world: BoardWorld, desk: Desk) -> None:
    world.compose()
    second = BoardWorld(enrolment=world.enrolment)
    for view in ("case", "case-summon", "case-decision-draft"):
        assert desk.get(world.representative, view, second.case.pk).status_code == 404
    row = world.summon()
    assert desk.get(world.head, "case-summons", second.case.pk, row.pk).status_code == 404


def test_a_refused_summons_keeps_what_was_typed(world: BoardWorld, desk: Desk) -> None:
    world.compose()
    world.case.refresh_from_db()
    answer = desk.post(
        world.head, "case-summon", world.case.pk, purpose="P", grounds="These grounds", place="Video",
        video_link="https://video.example.org/board", starts_at="2026-03-10T14:00", ends_at="2026-03-10T15:00",
        channel="email", revision=world.case.revision,
    )  # fmt: skip
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "72 hours" in page
    assert "These grounds" in page
