"""The meeting: minutes, why somebody cannot come, votes and advice."""

from __future__ import annotations

from functools import partial

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.doors import PersonRequest
from discipline.forms.board import (
    AdviceForm,
    ExcuseDecisionForm,
    ExcuseForm,
    MinutesForm,
    OwnExcuseForm,
    VoteForm,
)
from discipline.models import BoardRole, Case, Excuse, ExcuseState, Meeting, MeetingState, VoteChoice
from discipline.permissions.board import is_the_student, keeps_minutes, sits_to_decide
from discipline.selectors.board import (
    companion_of,
    live_summons,
    proposed_measure,
    seat_of,
    standing_members,
)
from discipline.services.meetings import decide_excuse, hold_meeting, send_excuse
from discipline.services.votes import cast_vote, give_advice
from discipline.views.door import students_and_staff
from mentoring.views.staff.acts import Act, perform
from rulebook.decisions import Measure, letter_window, scale_of
from rulebook.policy import get_policy

from .door import METHODS, common, find, only


def _meeting(request: PersonRequest, pk: int, meeting: int) -> tuple[Case, Meeting]:
    case = find(request, pk)
    return case, get_object_or_404(Meeting, pk=meeting, case=case)


@require_http_methods(METHODS)
@students_and_staff
def minutes(request: PersonRequest, pk: int, meeting: int) -> HttpResponse:
    """What happened at the meeting, by chair or Learning Manager."""
    case, row = _meeting(request, pk, meeting)
    only(keeps_minutes(request.user, case) and row.state == MeetingState.PLANNED)
    members = standing_members(case)
    summons = live_summons(row)
    window = letter_window(row.starts_at, case.enrolment.time_zone, get_policy(case.policy_id).board)
    names = {str(member.pk): member.user.full_name for member in members}
    return perform(
        request,
        Act(
            title=_("Minutes of the meeting"),
            form=partial(MinutesForm, members=members),
            initial={
                "present": [str(member.pk) for member in members],
                "student_present": True,
                "companion_present": False,
                "grounds_stated": summons.grounds if summons else "",
            },
            about=[(_("Meeting"), row.starts_at)],
            follows=lambda form: [
                (_("Were there"), ", ".join(names[pk] for pk in form.cleaned_data["present"]) or "–"),
                (
                    _("The student"),
                    _("Was there") if form.cleaned_data["student_present"] else _("Did not come"),
                ),
                (_("Grounds as stated"), form.cleaned_data["grounds_stated"]),
                (_("Explanations"), form.cleaned_data["explanations"]),
                (_("Next"), _("Chair and Learning Manager vote; the representative advises.")),
                (_("The letter arrives from"), window.earliest_at),
                (_("The letter arrives before"), window.late_at),
            ],
            do=lambda form: hold_meeting(
                meeting_id=row.pk,
                grounds_stated=form.cleaned_data["grounds_stated"],
                explanations=form.cleaned_data["explanations"],
                present={int(each) for each in form.cleaned_data["present"]},
                student_present=form.cleaned_data["student_present"],
                companion_present=form.cleaned_data["companion_present"],
                by=request.user,
                now=request.now,
            ),
            done=lambda made: _("The minutes are recorded. The student has been told what they say."),
            submit=_("Record the minutes"),
            undo=_("What is recorded stays."),
            **common(case, "meeting"),
        ),
    )


@require_http_methods(METHODS)
@students_and_staff
def excuse(request: PersonRequest, pk: int, meeting: int) -> HttpResponse:
    """Why the student or the companion cannot come, with the document that proves it."""
    case, row = _meeting(request, pk, meeting)
    user = request.user
    companion = companion_of(case)
    accompanies = companion is not None and companion.user_id == user.pk and companion.accepted_at is not None
    keeps = keeps_minutes(user, case)
    only((keeps or accompanies or is_the_student(user, case)) and row.state == MeetingState.PLANNED)
    return perform(
        request,
        Act(
            title=_("Why somebody cannot come to the meeting") if keeps else _("You cannot come to the meeting"),
            form=OwnExcuseForm if keeps else ExcuseForm,
            about=[
                (_("Meeting"), row.starts_at),
                (
                    _("Counts"),
                    _("An accident, an illness or a death in the family, proved by an official document. "
                      "Anything else, and the meeting goes ahead."),
                ),
            ],
            follows=lambda form: [],
            do=lambda form: send_excuse(
                meeting_id=row.pk,
                ground=form.cleaned_data["ground"],
                text=form.cleaned_data["text"],
                of_companion=form.cleaned_data["of_companion"] if keeps else accompanies,
                upload=form.cleaned_data["document"],
                by=user,
                now=request.now,
            ),
            done=lambda made: _("The proof is with the Board. You hear whether the meeting is adjourned."),
            submit=_("Send the proof"),
            direct=True,
            **common(case, "meeting"),
        ),
    )  # fmt: skip


@require_http_methods(METHODS)
@students_and_staff
def excuse_decide(request: PersonRequest, pk: int, excuse: int) -> HttpResponse:
    """Accept a proof, which adjourns the meeting, or refuse it."""
    case = find(request, pk)
    only(keeps_minutes(request.user, case))
    row = get_object_or_404(
        Excuse.objects.select_related("meeting", "document"),
        pk=excuse,
        meeting__case=case,
        state=ExcuseState.SENT,
    )
    return perform(
        request,
        Act(
            title=_("Decide on a proof"),
            form=ExcuseDecisionForm,
            about=[
                (_("Meeting"), row.meeting.starts_at),
                (_("Cannot come"), _("The companion") if row.of_companion else _("The student")),
                (_("Circumstance"), row.get_ground_display()),
                (_("They add"), row.text or "–"),
                (_("Document"), row.document.file_name),
            ],
            follows=lambda form: [
                (_("The meeting"), _("Adjourned") if form.cleaned_data["accept"] else _("Takes place")),
                (
                    _("Told by e-mail"),
                    _("Everybody who is invited") if form.cleaned_data["accept"] else str(case.student),
                ),
            ],
            do=lambda form: decide_excuse(
                excuse_id=row.pk,
                accept=form.cleaned_data["accept"],
                reasons=form.cleaned_data["reasons"],
                by=request.user,
                now=request.now,
            ),
            done=lambda made: _("Decided, and told."),
            submit=_("Decide"),
            **common(case, "meeting"),
        ),
    )


@require_http_methods(METHODS)
@students_and_staff
def vote(request: PersonRequest, pk: int, meeting: int) -> HttpResponse:
    """The vote of the chair or the Learning Manager."""
    case, row = _meeting(request, pk, meeting)
    only(sits_to_decide(request.user, case) is not None and row.state == MeetingState.HELD)
    scale = (Measure.NONE, *scale_of(case.kind, proposed_measure(case)))
    proposed = proposed_measure(case)
    return perform(
        request,
        Act(
            title=_("Your vote"),
            form=partial(VoteForm, scale=scale),
            about=[(_("Proposed to the Board"), VoteChoice(proposed).label)]
            if proposed in VoteChoice.values
            else [],
            follows=lambda form: [
                (_("You vote for"), VoteChoice(form.cleaned_data["choice"]).label),
                (_("Your reasons"), form.cleaned_data["reasons"]),
                (_("Where the two votes differ"), _("The milder one stands.")),
                (_("Read by"), _("The members of this Board")),
            ],
            do=lambda form: cast_vote(
                meeting_id=row.pk,
                choice=form.cleaned_data["choice"],
                reasons=form.cleaned_data["reasons"],
                by=request.user,
                now=request.now,
            ),
            done=lambda made: _("Your vote is cast."),
            submit=_("Cast it"),
            undo=_("A vote is never changed."),
            **common(case, "meeting"),
        ),
    )


@require_http_methods(METHODS)
@students_and_staff
def advice(request: PersonRequest, pk: int, meeting: int) -> HttpResponse:
    """The student representative's word."""
    case, row = _meeting(request, pk, meeting)
    member = seat_of(request.user, case)
    only(member is not None and member.role == BoardRole.REPRESENTATIVE and row.state == MeetingState.HELD)
    return perform(
        request,
        Act(
            title=_("Your advice"),
            form=AdviceForm,
            follows=lambda form: [
                (_("You advise"), form.cleaned_data["text"]),
                (_("Read by"), _("The members of this Board")),
            ],
            do=lambda form: give_advice(
                meeting_id=row.pk, text=form.cleaned_data["text"], by=request.user, now=request.now
            ),
            done=lambda made: _("Your advice is recorded."),
            submit=_("Record it"),
            undo=_("What is recorded stays."),
            **common(case, "meeting"),
        ),
    )
