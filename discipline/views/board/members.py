"""Composing the Board, stepping back, saying whether one can come; the student's companion."""

from __future__ import annotations

from functools import partial

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.doors import PersonRequest
from discipline.forms.board import CompanionForm, SeatForm, StepBackForm
from discipline.models import BoardMember, BoardRole, Companion
from discipline.permissions.board import can_arrange_board, is_the_student
from discipline.selectors.board import STANDING, companions_for, who_may_sit
from discipline.services.companions import answer_companion, ask_companion, end_companion
from discipline.services.members import name_member, say_available, seat_by_office, step_back
from discipline.views.door import students_and_staff
from mentoring.views.staff.acts import Act, perform
from rulebook.board import Seat

from .door import METHODS, by_button, common, find, only, page_of


@require_POST
@students_and_staff
def offices(request: PersonRequest, pk: int) -> HttpResponse:
    """Seat those whose office it is."""
    case = find(request, pk)
    only(can_arrange_board(request.user, case))
    return by_button(
        request,
        page_of(case, "board"),
        lambda: seat_by_office(case_id=case.pk, by=request.user, now=request.now),
        _("They sit on the Board, and have been told."),
    )


@require_http_methods(METHODS)
@students_and_staff
def seat(request: PersonRequest, pk: int, role: str) -> HttpResponse:
    """Name somebody for a seat, of those who may take it."""
    case = find(request, pk)
    only(can_arrange_board(request.user, case) and role in BoardRole.values)
    people = who_may_sit(case, Seat(role), request.now)
    names = {str(person.pk): person.full_name for person in people}
    return perform(
        request,
        Act(
            title=_("Name the member: %(seat)s") % {"seat": BoardRole(role).label},
            form=partial(SeatForm, people=people),
            follows=lambda form: [
                (_("Sits on the Board"), names[form.cleaned_data["user"]]),
                (_("Told by e-mail"), names[form.cleaned_data["user"]]),
                (_("In the student's record"), _("Their name and seat")),
            ],
            do=lambda form: name_member(
                case_id=case.pk,
                seat=role,
                user_id=int(form.cleaned_data["user"]),
                by=request.user,
                now=request.now,
            ),
            done=lambda made: _("%(who)s sits on the Board.") % {"who": made.user.full_name},
            submit=_("Name them"),
            undo=_("They can step back before the meeting."),
            about=() if people else [(_("Nobody may take this seat"), _("See who holds the office."))],
            **common(case, "board"),
        ),
    )


def _member(request: PersonRequest, pk: int, member: int) -> BoardMember:
    case = find(request, pk)
    row = get_object_or_404(BoardMember.objects.filter(STANDING).select_related("user"), pk=member, case=case)
    row.case = case
    return row


@require_http_methods(METHODS)
@students_and_staff
def leave(request: PersonRequest, pk: int, member: int) -> HttpResponse:
    """A member steps back, or is taken off the Board."""
    row = _member(request, pk, member)
    case = row.case
    own = row.user_id == request.user.pk
    only(own or can_arrange_board(request.user, case))

    def back(made: BoardMember) -> str:
        return reverse("cases") if own and made.recused_at else page_of(case, "board")

    return perform(
        request,
        Act(
            title=_("Step back from this Board") if own else _("Take a member off this Board"),
            form=StepBackForm,
            follows=lambda form: [
                (_("Does not sit any more"), row.user.full_name),
                (
                    _("Reads the case"),
                    _("No more") if form.cleaned_data["recused"] else _("As their office allows"),
                ),
                (_("The seat"), _("Free: somebody has to be named before the meeting")),
            ],
            do=lambda form: step_back(
                member_id=row.pk,
                reason=form.cleaned_data["reason"],
                recused=form.cleaned_data["recused"],
                by=request.user,
                now=request.now,
            ),
            done=lambda made: _("The seat is free."),
            lead_back=back,
            submit=_("Give up the seat"),
            tone="bad",
            **common(case, "board"),
        ),
    )


@require_POST
@students_and_staff
def available(request: PersonRequest, pk: int, member: int) -> HttpResponse:
    """Whether one can come to the meeting that is planned."""
    row = _member(request, pk, member)
    only(row.user_id == request.user.pk)
    yes = request.POST.get("available") == "yes"
    return by_button(
        request,
        page_of(row.case, "board"),
        lambda: say_available(member_id=row.pk, available=yes, by=request.user, now=request.now),
        _("You come to the meeting.") if yes else _("Whoever planned the meeting has been told."),
    )


# ---- the companion


@require_http_methods(METHODS)
@students_and_staff
def companion(request: PersonRequest, pk: int) -> HttpResponse:
    """The student asks another to come along."""
    case = find(request, pk)
    only(is_the_student(request.user, case))

    return perform(
        request,
        Act(
            title=_("Ask somebody to accompany you"),
            form=CompanionForm,
            follows=lambda form: [
                (_("Asked by e-mail"), form.cleaned_data["user"]),
                (_("If they accept"), _("They read this case while it is open, and come to the meeting.")),
            ],
            do=lambda form: ask_companion(
                case_id=case.pk, email=form.cleaned_data["user"], by=request.user, now=request.now
            ),
            done=lambda made: _("%(who)s has been asked.") % {"who": made.user.full_name},
            submit=_("Ask them"),
            undo=_("You can take it back until the meeting."),
            **common(case, "board"),
        ),
    )


def _own(request: PersonRequest, pk: int) -> Companion:
    return get_object_or_404(companions_for(request.user), pk=pk)


@require_http_methods(METHODS)
@students_and_staff
def answer(request: PersonRequest, pk: int) -> HttpResponse:
    """Whoever was asked says yes or no."""
    row = _own(request, pk)
    only(row.user_id == request.user.pk)
    case = row.case
    if request.method == "POST":
        accept = "decline" not in request.POST
        return by_button(
            request,
            page_of(case) if accept else reverse("home"),
            lambda: answer_companion(companion_id=row.pk, accept=accept, by=request.user, now=request.now),
            _("You accompany %(who)s.") % {"who": case.student.user.full_name}
            if accept
            else _("You declined. The student has been told."),
        )
    if row.accepted_at is not None:
        return redirect(page_of(case))
    rows = [
        (_("You accompany"), case.student.user.full_name),
        (_("You read"), _("The case, for as long as it is open. Tell nobody of it.")),
        (_("You come"), _("To the meeting, by video: you are invited once it is planned.")),
    ]
    return render(
        request, "discipline/board/answer.html", {"now": request.now, "companion": row, "rows": rows}
    )


@require_POST
@students_and_staff
def companion_end(request: PersonRequest, pk: int) -> HttpResponse:
    """The student takes it back, or the companion steps back."""
    row = _own(request, pk)
    only(request.user.pk in (row.user_id, row.case.student.user_id))
    own = row.user_id == request.user.pk
    return by_button(
        request,
        reverse("home") if own else page_of(row.case, "board"),
        lambda: end_companion(companion_id=row.pk, by=request.user, now=request.now),
        _("You do not accompany the student any more.") if own else _("They do not accompany you any more."),
    )
