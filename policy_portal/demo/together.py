"""What surrounds the made-up sessions: rules accepted, reports written, groups that study, days in a workshop."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from django.db import transaction

from mentoring.models import Conduct, MonitoringReport, Progress, ReportKind, ReportState, SessionState
from mentoring.selectors.monitoring import report_facts
from mentoring.services import Findings, submit_report
from rulebook.dates import local_date
from students import services
from students.services.acceptances import terms_at

from .school import School

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
DONE = (
    "We went through the data model and drew the relations anew.",
    "We looked at the tests that fail and found out why.",
    "We talked the first version through and listed what is missing.",
    "We rehearsed the presentation and cut it to fifteen minutes.",
)
NEXT = (
    "Finish the pages that list and search.",
    "Write down the decisions, with what speaks against each.",
    "Hand in the next version by Friday.",
    "Ask two people to use it, and note where they stop.",
)
NEWCOMERS = 4
"""So many students, the last ones, have accepted nothing yet."""


def begin(school: School, now: datetime) -> None:
    """Students accept the rules and check their equipment; the last ones have not come to it."""
    terms = terms_at(now)
    for number, enrolment in enumerate(school.enrolments[:-NEWCOMERS]):
        student = enrolment.student
        services.accept_terms(
            student=student, policy=terms.policy.id, conduct=terms.conduct.id, by=student.user, now=now
        )
        services.record_equipment_check(
            student=student,
            measured=number % 7 != 0,
            kilobits=9_000 + 700 * number,
            connection="works",
            camera="works",
            microphone="fails" if number == 11 else "works",
            by=student.user,
            now=now,
        )


def write_reports(random: Random, now: datetime) -> None:
    """Mentors write what they have owed for a day or more."""
    owed = MonitoringReport.objects.filter(state=ReportState.DRAFT, owed_since__lt=now - DAY)
    rows = owed.select_related("enrolment", "mentor__user", "session").order_by("owed_since", "pk")
    for report in rows:
        if report.session is not None and report.session.state != SessionState.HELD:
            continue
        submit_report(report_id=report.pk, findings=_findings(report, random), by=report.mentor.user, now=now)


def _findings(report: MonitoringReport, random: Random) -> Findings:
    attendance = "There from the start."
    if report.kind == ReportKind.MONTHLY:
        sessions = report_facts(report)["sessions"]
        attendance = f"{sessions.get(SessionState.HELD, 0)} of {sum(sessions.values())} sessions held."
    behind = random.random() < 0.15
    untidy = random.random() < 0.05
    return Findings(
        done=random.choice(DONE),
        next_steps=random.choice(NEXT),
        progress=Progress.BEHIND if behind else Progress.ON_TRACK,
        attendance=attendance,
        conduct=Conduct.TO_IMPROVE if untidy else Conduct.AS_EXPECTED,
        conduct_note="From a moving bus; next time from a desk, please." if untidy else "",
    )


@transaction.atomic
def study(school: School, now: datetime) -> None:
    """A group of the star's Path and one of the whole cohort, and days in a workshop to come."""
    star = school.star
    peers = [each for each in school.enrolments[1:-NEWCOMERS] if each.path_id == star.path_id][:4]
    past = now - 10 * DAY
    group = services.make_group(
        title="Accessible pages on Thursdays",
        purpose="We look at each other's ideas for one hour a week. Everybody writes their own code.",
        path=star.path,
        cohort=None,
        none_fits=False,
        by=star.student.user,
        now=past,
    )
    everybody = services.make_group(
        title="Beginners of this term",
        purpose="",
        path=None,
        cohort=star.starts_on.replace(day=1),
        none_fits=False,
        by=peers[0].student.user,
        now=past,
    )
    for place, peer in enumerate(peers):
        services.join_group(group=group, by=peer.student.user, now=past + (place + 1) * HOUR)
    services.join_group(group=everybody, by=star.student.user, now=past + DAY)
    services.post_progress(
        group=group,
        text="My form can be used with the keyboard at last. A label for each field was half of it.",
        by=peers[1].student.user,
        now=now - 4 * DAY,
    )
    services.post_progress(
        group=group,
        text="Stuck on the colours: how do you check the contrast?",
        by=star.student.user,
        now=now - 2 * DAY,
    )
    services.share_resource(
        group=group,
        title="A checklist for accessible forms",
        url="https://www.example.org/forms",
        upload=None,
        by=peers[2].student.user,
        now=now - 2 * DAY,
    )
    begins = (now + 3 * DAY).replace(hour=17, minute=0, second=0, microsecond=0)
    services.plan_study_session(
        group=group,
        title="Contrast and focus",
        starts_at=begins,
        ends_at=begins + HOUR,
        link="https://video.example.org/thursdays",
        by=star.student.user,
        now=now - DAY,
    )
    workshop = services.write_place(
        place=None,
        name="Example Workshop",
        address="1 Example Lane, 00000 Sampletown",
        rules="Wear closed shoes.\n\nKeep the emergency exits free, and know where they are.\n\n"
        "Report every accident, small ones too, to the desk at the entrance.",
        by=school.student_success,
        now=now - 5 * DAY,
    )
    today = local_date(now, star.time_zone)
    services.arrange_stay(
        enrolment=star,
        place=workshop,
        starts_on=today + 12 * DAY,
        ends_on=today + 14 * DAY,
        by=school.student_success,
        now=now - DAY,
    )
