"""The made-up Paths' projects, and how far some students have come with them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import User
from mentoring.models import Mentor
from mentoring.selectors.defence_slots import defence_slots
from mentoring.selectors.works import current_mentor
from mentoring.services import works as services
from mentoring.services.defences import book_defence
from students.models import Enrolment, Path, ProjectWork, ReviewDecision
from students.services import add_project

DAY = timedelta(days=1)
# Title, in-depth approval, and skills (code, words) of the projects of each Path.
PROJECTS: tuple[tuple[str, bool, tuple[tuple[str, str], ...]], ...] = (
    ("Find your way around", False, ()),
    (
        "A first piece of work",
        True,
        (("plan", "Plan a piece of work"), ("explain", "Explain one’s choices")),
    ),
    ("Work for a client", False, (("listen", "Understand what is asked"),)),
    (
        "A project of your own",
        True,
        (("design", "Design a solution"), ("build", "Build it"), ("defend", "Defend it")),
    ),
    ("Your portfolio", False, ()),
)
SUMMARY = "Hand in what you made and a page that says how you went about it."

At = Callable[[datetime, Callable[[datetime], None]], None]


def add_projects(paths: Sequence[Path], manager: User, now: datetime) -> None:
    """The same five projects for each Path, with skills in common."""
    for path in paths:
        for title, in_depth, skills in PROJECTS:
            add_project(
                path_id=path.pk,
                title=title,
                summary=SUMMARY,
                in_depth=in_depth,
                skills=skills,
                by=manager,
                now=now,
            )


def plan_work(
    at: At, enrolments: Sequence[Enrolment], assessor: Mentor, begins_at: datetime, now: datetime
) -> None:
    """What some students hand in, what their mentors say, and a defence of the student with a login."""
    weeks = max((now - begins_at).days // 7, 2)
    for n, enrolment in enumerate(enrolments[:24]):
        # The first two projects, one after the other; the last of them is still to be read for some.
        first = begins_at + timedelta(days=10, hours=n % 9)
        at(first, _submit(enrolment, 0))
        at(first + 2 * DAY, _decide(enrolment, 0, "Clear and complete."))
        second = begins_at + weeks * timedelta(days=7) / 2 + timedelta(hours=n % 9)
        if n % 4 != 3:
            at(second, _submit(enrolment, 1))
            if n % 4 == 1:
                at(second + DAY, _decide(enrolment, 1, "Say why you chose this.", approve=False))
            elif n % 8 != 2:
                at(second + DAY, _decide(enrolment, 1, "Well reasoned."))
    star = enrolments[0]
    at(now - 2 * DAY, _submit(star, 2))
    at(now - DAY, _book(star, 1, assessor))


def _work(enrolment: Enrolment, place: int) -> ProjectWork:
    rows = ProjectWork.objects.filter(enrolment=enrolment).select_related(
        "enrolment__student__user", "enrolment__path", "project"
    )
    return rows.order_by("project__position")[place]


def _submit(enrolment: Enrolment, place: int) -> Callable[[datetime], None]:
    def submit(now: datetime) -> None:
        work = _work(enrolment, place)
        text = f"{work.project.title}\n\nHow I went about it: {enrolment.pk}.\n"
        services.submit_deliverable(
            work_id=work.pk,
            uploads=[SimpleUploadedFile("report.txt", text.encode(), "text/plain")],
            note="Here is my work.",
            by=enrolment.student.user,
            now=now,
        )

    return submit


def _decide(
    enrolment: Enrolment, place: int, comment: str, *, approve: bool = True
) -> Callable[[datetime], None]:
    def decide(now: datetime) -> None:
        work, mentor = _work(enrolment, place), current_mentor(enrolment.pk, now)
        if mentor is not None:
            services.decide_on_version(
                deliverable_id=work.deliverables.values_list("pk", flat=True)[0],
                decision=ReviewDecision.APPROVE if approve else ReviewDecision.REWORK,
                comment=comment,
                by=mentor.user,
                now=now,
            )

    return decide


def _book(enrolment: Enrolment, place: int, assessor: Mentor) -> Callable[[datetime], None]:
    def book(now: datetime) -> None:
        work = _work(enrolment, place)
        starts = [each for each in defence_slots(work, assessor, now=now).starts if each > now + 4 * DAY]
        book_defence(
            work_id=work.pk, assessor_id=assessor.pk, starts_at=starts[0], by=enrolment.student.user, now=now
        )

    return book
