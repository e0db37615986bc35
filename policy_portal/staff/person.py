"""One student with the whole record, as far as the reader sees it: a Learning Manager their own Paths' part."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.doors import PersonRequest, staff_only
from accounts.models import User
from accounts.permissions import is_administrator
from discipline.models import Case
from discipline.selectors import cases_for
from mentoring.certificates.answering import recent_months
from mentoring.models import Contest, Mentorship, Session
from mentoring.permissions import can_adapt_training, can_arrange_training, can_hold_recordings
from mentoring.selectors.recordings import holds_of
from mentoring.selectors.requests import changes_for, fundings_of, leaves_for, shifts_of
from mentoring.selectors.sessions import notes_for, streaks_of
from mentoring.selectors.staff import staff_enrolments, staff_sessions
from mentoring.selectors.student import with_story
from mentoring.selectors.works import readiness_of, works_of
from mentoring.views.staff.accommodations import measure_rows
from mentoring.words import why
from record.models import Entry, Message
from record.selectors import entries_for, messages_for
from record.words import tell
from rulebook.policy import policy_at
from rulebook.words import Reader
from students.models import Accommodation, ConductReport, Enrolment, Interruption, PostalAddress, Student
from students.permissions import may_arrange_stay, may_set_address, may_take_up_reports
from students.selectors import staff_scope
from students.selectors.offsite import conduct_reports_for, stays_for, with_rules

PAGE = 25
STRIP = 30
TABS = ("", "sessions", "messages", "record")


class File:
    """What one reader sees of one student."""

    def __init__(self, reader: User, student: Student, enrolments: list[Enrolment]) -> None:
        self.reader = reader
        self.student = student
        self.enrolments = enrolments
        self.ids = [row.pk for row in enrolments]
        hidden = Enrolment.objects.filter(student=student).exclude(pk__in=self.ids)
        self.hidden = list(hidden.values_list("pk", flat=True))

    @property
    def whole(self) -> bool:
        """Whether the reader sees every training of the student."""
        return not self.hidden

    def sessions(self) -> QuerySet[Session]:
        return staff_sessions(self.reader).filter(enrolment__in=self.ids).order_by("-starts_at", "-pk")

    def entries(self) -> QuerySet[Entry]:
        """The student's chain, without what is about trainings that the reader does not see."""
        rows = entries_for(self.reader, self.student.user)
        if self.whole:
            return rows
        hidden = Q(about__in=[f"students.enrolment:{pk}" for pk in self.hidden])
        for model, word in (
            (Session, "mentoring.session"),
            (Mentorship, "mentoring.mentorship"),
            (Case, "discipline.case"),
        ):
            pks = model.objects.filter(enrolment__in=self.hidden).values_list("pk", flat=True)
            hidden |= Q(about__in=[f"{word}:{pk}" for pk in pks])
        return rows.exclude(hidden)

    def messages(self) -> QuerySet[Message]:
        """What was sent to the student; nothing where some of it may be about a training out of sight."""
        rows = messages_for(self.reader, self.student.user)
        return rows if self.whole else rows.none()


def open_file(request: PersonRequest, pk: int) -> File:
    """The student's file, or 404 where the reader sees none of their trainings."""
    enrolments = list(staff_enrolments(request.user).filter(student=pk))
    if not enrolments:
        # Somebody who is registered and not enrolled yet belongs to no Path.
        unplaced = Student.objects.filter(pk=pk, enrolments__isnull=True).select_related("user")
        sees_all = staff_scope(request.user) == Q()
        return File(request.user, get_object_or_404(unplaced if sees_all else unplaced.none()), [])
    return File(request.user, enrolments[0].student, enrolments)


@require_safe
@staff_only
def person(request: PersonRequest, pk: int) -> HttpResponse:
    """The page, one tab at a time."""
    file = open_file(request, pk)
    tab = request.GET.get("tab", "")
    tab = tab if tab in TABS else ""
    fill = {"": _overview, "sessions": _sessions, "messages": _messages, "record": _record}[tab]
    url = reverse("staff-person", args=[pk])
    labels = (_("Overview"), _("Sessions"), _("Messages"), _("Record"))
    context = {
        "now": request.now,
        "student": file.student,
        "file": file,
        "tab": tab,
        "may_edit": is_administrator(request.user),
        "tabs": [
            {"url": f"{url}?tab={key}" if key else url, "label": label, "current": key == tab}
            for key, label in zip(TABS, labels, strict=True)
        ],
        "trail": [{"label": _("People"), "url": reverse("staff-people")}],
        **fill(request, file),
    }
    return render(request, "staff/person.html", context)


def _grouped(rows: Any) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.enrolment_id].append(row)
    return found


def _overview(request: PersonRequest, file: File) -> dict[str, Any]:
    """Each training with its people, days out, measures, strip and streak; then duties, contests, cases, notes."""
    ids, user = file.ids, request.user
    policy = policy_at(request.now)
    streaks = streaks_of(ids, policy)
    sessions = _grouped(with_story(Session.objects.filter(enrolment__in=ids)).order_by("-starts_at", "-pk"))
    mentorships = _grouped(
        Mentorship.objects.filter(enrolment__in=ids)
        .select_related("mentor__user")
        .order_by("-starts_on", "-pk")
    )
    interruptions = _grouped(
        Interruption.objects.filter(enrolment__in=ids).select_related("recorded_by", "leave")
    )
    measures = _grouped(Accommodation.objects.filter(enrolment__in=ids).select_related("accepted_by"))
    for rows in measures.values():
        for row in rows:
            row.rows = measure_rows(row.audio, row.notice, row.lateness, row.rescheduling)
    contests = (
        Contest.objects.filter(absence__enrolment__in=ids)
        .select_related("absence__session", "decided_by")
        .order_by("-made_at")
    )
    notes = (
        notes_for(user, request.now)
        .filter(enrolment__in=ids, shared=True)
        .select_related("author", "session")
    )
    leaves = _grouped(leaves_for(user, request.now).filter(enrolment__in=ids))
    changes = _grouped(changes_for(user, request.now).filter(enrolment__in=ids))
    stays = _grouped(with_rules(stays_for(user)).filter(enrolment__in=ids, cancelled_at__isnull=True))
    shifts, fundings = shifts_of(ids), fundings_of(ids)
    works = works_of(ids)
    readiness = readiness_of(ids, works)
    every = [row for rows in sessions.values() for row in rows]
    return {
        "trainings": [
            {
                "enrolment": row,
                "sessions": [_mark(each) for each in sessions[row.pk][:STRIP]],
                "streak": streaks[row.pk],
                "mentorships": mentorships[row.pk],
                "interruptions": interruptions[row.pk],
                "measures": measures[row.pk],
                "leaves": leaves[row.pk],
                "changes": changes[row.pk],
                "shifts": shifts[row.pk],
                "months": recent_months(row, request.now),
                "fundings": fundings[row.pk],
                "stays": stays[row.pk],
                "may_send_out": may_arrange_stay(user, row),
                "may_arrange": can_arrange_training(user, row),
                "may_adapt": can_adapt_training(user),
                "works": works[row.pk],
                "readiness": readiness[row.pk],
                "current": next((each for each in mentorships[row.pk] if each.ends_on is None), None),
            }
            for row in file.enrolments
        ],
        "duties": [
            row
            for row in every
            if (absence := getattr(row, "absence", None)) is not None
            and absence.withdrawn_at is None
            and absence.rescheduling_state in ("open", "waits")
        ],
        "contests": list(contests),
        "cases": list(cases_for(user).filter(enrolment__in=ids)),
        "notes": list(notes[:PAGE]),
        "conduct": _conduct(user, file.student),
        "postal": PostalAddress.objects.filter(user=file.student.user).first(),
        "may_set_address": may_set_address(user, file.student.user),
        "may_hold": can_hold_recordings(user) and file.student.user_id != user.pk,
        "holds": list(holds_of(file.student)) if can_hold_recordings(user) else [],
    }


def _conduct(user: User, student: Student) -> list[ConductReport] | None:
    """Reports of conduct that name the student, for whoever takes them up; None for everybody else."""
    if not may_take_up_reports(user):
        return None
    return list(conduct_reports_for(user).filter(subject=student.user_id).order_by("-made_at", "-pk")[:PAGE])


def _mark(row: Session) -> dict[str, Any]:
    return {
        "pk": row.pk,
        "starts_at": row.starts_at,
        "state": row.state,
        "ground": row.ground,
        "url": reverse("staff-session", args=[row.pk]),
    }


def _sessions(request: PersonRequest, file: File) -> dict[str, Any]:
    page = Paginator(file.sessions(), PAGE).get_page(request.GET.get("page"))
    for row in page:
        row.why = why(row, Reader.OTHER)  # type: ignore[attr-defined]  # one sentence for the row
    return {"page": page}


def _messages(request: PersonRequest, file: File) -> dict[str, Any]:
    rows = file.messages().defer("body_text", "body_html", "context")
    return {"page": Paginator(rows, PAGE).get_page(request.GET.get("page"))}


def _record(request: PersonRequest, file: File) -> dict[str, Any]:
    page = Paginator(file.entries(), PAGE).get_page(request.GET.get("page"))
    return {"page": page, "told": [tell(row, reader=request.user, own=False) for row in page]}


@require_safe
@staff_only
def message(request: PersonRequest, pk: int, message_pk: int) -> HttpResponse:
    """One message to the student, as it was sent."""
    file = open_file(request, pk)
    shown = file.messages().filter(pk=message_pk).first()
    if shown is None:
        raise Http404
    url = reverse("staff-person", args=[pk])
    trail = [
        {"label": str(file.student), "url": url},
        {"label": _("Messages"), "url": f"{url}?tab=messages"},
    ]
    return render(request, "staff/message.html", {"now": request.now, "shown": shown, "trail": trail})
