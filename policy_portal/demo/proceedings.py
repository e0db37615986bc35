"""Some made-up students before the Board: a report, a suspicion, a finding, an answered complaint, a summons."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max

from accounts.models import Role, User
from discipline.models import Case
from discipline.services.complaints import draft_complaint, issue_complaint
from discipline.services.evidence import add_fact
from discipline.services.members import seat_by_office
from discipline.services.replies import reply_to_complaint
from discipline.services.reports import make_report
from discipline.services.summonses import MeetingPlan, summon
from discipline.services.suspicions import Pair, establish_suspicion, report_suspicion
from discipline.sweeps import COMPLAINTS_SENT
from enforcement.runner import run
from record.models import Message
from record.sweeps import SWEEPS as RECORD
from students.models import Enrolment, ProjectWork, WorkState

from .school import School

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
PAIR = Pair(
    title="The second chapter",
    excerpt="The market has three segments, of which only the last one grows.",
    other_title="A public article",
    other_url="https://articles.example.org/three-segments",
    other_excerpt="The market has three segments, of which only the last one grows.",
)


def proceed(school: School, now: datetime) -> None:
    """Play it in the days before ``now``; each step by its service. The e-mails go out in between."""
    head = User.objects.filter(role_grants__role=Role.HEAD_OF_LEARNING).order_by("pk")[0]
    mentor_of = {each.enrolment_id: each.mentor.user for each in school.mentorships}
    quiet = [each for each in school.enrolments[28:] if each.pk in mentor_of]
    insulted, late, summoned = quiet[0], quiet[1], quiet[2]
    with transaction.atomic():
        report(late, "breach", "Shouted at others in the study group, twice.", mentor_of[late.pk], now - DAY)
        suspect(mentor_of, now)
        answered = accuse(insulted, mentor_of[insulted.pk], head, now - 6 * DAY)
        called = accuse(summoned, mentor_of[summoned.pk], head, now - 5 * DAY)
    for sweep in RECORD:
        run(sweep, now, heartbeat=False)
    # The outbox reads the clock itself: what follows comes after that.
    sent: datetime | None = Message.objects.filter(kind="complaint").aggregate(at=Max("sent_at"))["at"]
    now = max(now, sent or now)
    run(COMPLAINTS_SENT, now, heartbeat=False)
    with transaction.atomic():
        reply_to_complaint(
            case_id=answered.pk,
            text="I lost my temper, and I have said sorry to everybody since.",
            by=insulted.student.user,
            now=now,
        )
        seat_by_office(case_id=called.pk, by=head, now=now)
        starts_at = (now + 10 * DAY).replace(hour=13, minute=0, second=0, microsecond=0)
        plan = MeetingPlan(
            starts_at=starts_at,
            ends_at=starts_at + HOUR,
            place="By video conference",
            video_link="https://video.example.org/board",
            purpose="The Board considers a penalty.",
            grounds="Insults in the forum, as the complaint says.",
        )
        summon(case_id=called.pk, plan=plan, channel="email", by=head, now=now)


def report(enrolment: Enrolment, kind: str, text: str, by: User, now: datetime) -> Case | None:
    return make_report(enrolment_id=enrolment.pk, kind=kind, text=text, by=by, now=now).case


def accuse(enrolment: Enrolment, mentor: User, head: User, now: datetime) -> Case:
    """Abuse is reported, and the complaint is written and sent."""
    case = report(enrolment, "abuse", "Insulted two others in the forum.", mentor, now)
    assert case is not None  # abuse opens its case at once
    add_fact(
        case_id=case.pk,
        text="Called two others names in the forum of the Path.",
        clause="3.5",
        happened_at=now - HOUR,
        by=head,
        now=now + MINUTE,
    )
    draft = draft_complaint(
        case_id=case.pk,
        facts="You insulted two other students in the forum of your Path.",
        clauses=["3.5"],
        by=head,
        now=now + 2 * MINUTE,
    )
    issue_complaint(complaint_id=draft.pk, by=head, now=now + 3 * MINUTE)
    return case


def suspect(mentor_of: dict[int, User], now: datetime) -> None:
    """One suspicion waits, and one was established: its project is reworked."""
    handed_in = ProjectWork.objects.filter(state=WorkState.SUBMITTED, enrolment__in=mentor_of).select_related(
        "enrolment__path__learning_manager"
    )
    works = list(handed_in.order_by("-pk")[:2])
    for work, found in zip(works, (False, True), strict=False):
        row = report_suspicion(
            work_id=work.pk,
            text="A chapter reads word for word like a public article.",
            pairs=[PAIR],
            stage="submitted",
            by=mentor_of[work.enrolment_id],
            now=now - 2 * DAY,
        )
        manager = work.enrolment.path.learning_manager
        if found and manager is not None:
            establish_suspicion(
                suspicion_id=row.pk,
                stage="submitted",
                reasons="The chapter is that article, and does not name it.",
                by=manager,
                now=now - DAY,
            )
