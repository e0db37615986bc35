"""Summoning the student, the summons as they read it, its receipt; calling a meeting off."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.doors import PersonRequest
from discipline.forms.board import ReasonForm, ReceiptForm, SummonsForm
from discipline.models import Case, Complaint, Meeting, MeetingState, Summons, SummonsChannel
from discipline.permissions.board import can_arrange_board, can_receive_by_hand, is_the_student
from discipline.selectors.availability import conflicts
from discipline.selectors.board import live_summons, planned_meeting, standing_members, summonses_for
from discipline.services.meetings import call_off_meeting
from discipline.services.summonses import MeetingPlan, acknowledge_summons, check_plan, file_receipt, summon
from discipline.views.door import students_and_staff
from mentoring.views.staff.acts import Act, perform
from rulebook.board import earliest_meeting
from rulebook.policy import policy_at

from .door import METHODS, by_button, common, find, only


@require_http_methods(METHODS)
@students_and_staff
def summons_new(request: PersonRequest, pk: int) -> HttpResponse:
    """Plan a meeting, or move the one that is planned; the preview is the summons as it will go out."""
    case = find(request, pk)
    only(can_arrange_board(request.user, case))
    meeting = planned_meeting(case)
    terms = policy_at(request.now).board
    return perform(
        request,
        Act(
            title=_("Move the meeting, with a new summons") if meeting else _("Summon the student"),
            form=SummonsForm,
            initial=_first_words(case, meeting),
            about=[
                (_("The meeting begins at the earliest"), earliest_meeting(request.now, terms)),
                (
                    _("Counted from"),
                    _("When the e-mail has really gone out, or the receipt has come in: leave some time."),
                ),
            ],
            follows=lambda form: _preview(request, case, meeting, form),
            do=lambda form: summon(
                case_id=case.pk,
                plan=_plan(form),
                channel=form.cleaned_data["channel"],
                by=request.user,
                now=request.now,
                expected=form.cleaned_data["revision"],
            ),
            done=lambda made: (
                _("The summons is on its way. The members have been invited.")
                if made.channel == SummonsChannel.EMAIL
                else _("Print the summons, hand it over, and file the signed receipt.")
            ),
            lead_back=lambda made: reverse("case-summons", args=[case.pk, made.pk]),
            submit=_("Summon"),
            undo=_("The meeting can be called off or moved; a move is a new summons with its own notice."),
            **common(case, "meeting"),
        ),
    )


def _first_words(case: Case, meeting: Meeting | None) -> dict[str, Any]:
    """What the last summons said, or the complaint."""
    last = live_summons(meeting) if meeting else None
    said = Complaint.objects.filter(case=case, sent_at__isnull=False).order_by("-sent_at").first()
    return {
        "purpose": last.purpose
        if last
        else _("The Board considers a penalty. You are asked for your explanations."),
        "grounds": last.grounds if last else (said.facts if said else ""),
        "place": meeting.place if meeting else _("By video conference"),
        "video_link": meeting.video_link if meeting else "",
        "starts_at": meeting.starts_at if meeting else None,
        "ends_at": meeting.ends_at if meeting else None,
        "channel": SummonsChannel.EMAIL,
        "revision": case.revision,
    }


def _plan(form: Any) -> MeetingPlan:
    given = form.cleaned_data
    return MeetingPlan(
        starts_at=given["starts_at"],
        ends_at=given["ends_at"],
        place=given["place"],
        video_link=given["video_link"],
        purpose=given["purpose"],
        grounds=given["grounds"],
    )


def _preview(request: PersonRequest, case: Case, meeting: Meeting | None, form: Any) -> list[tuple[Any, Any]]:
    plan = _plan(form)
    parts = check_plan(case, plan, request.now)
    terms = policy_at(request.now).board
    rows = [
        (_("Purpose"), parts["purpose"]),
        (_("Grounds"), parts["grounds"]),
        (_("Date and time"), plan.starts_at),
        (_("Until"), plan.ends_at),
        (_("Place"), f"{parts['place']} · {parts['video_link']}"),
        (_("Right"), parts["right_text"]),
        (_("To the student"), SummonsChannel(form.cleaned_data["channel"]).label),
        (_("In time until"), plan.starts_at - terms.summons),
        (_("Invited too"), ", ".join(member.user.full_name for member in standing_members(case))),
    ]
    if meeting is not None:
        rows.append((_("The summons until now"), _("Does not count any more")))
    rows += [
        (_("Mind"), _("%(who)s %(what)s then.") % {"who": each.who.full_name, "what": each.what})
        for each in conflicts(case, plan.starts_at, plan.ends_at)
    ]
    return rows


def _summons(request: PersonRequest, pk: int, summons: int) -> Summons:
    return get_object_or_404(summonses_for(request.user), pk=summons, case=pk)


@require_safe
@students_and_staff
def summons_page(request: PersonRequest, pk: int, summons: int) -> HttpResponse:
    """A summons as the student reads it, to be printed and handed over too."""
    row = _summons(request, pk, summons)
    case = row.case
    context = {
        "now": request.now,
        "summons": row,
        "meeting": row.meeting,
        "case": case,
        "own": is_the_student(request.user, case),
        "members": standing_members(case),
        "may_receive": row.superseded_at is None
        and row.acknowledged_at is None
        and is_the_student(request.user, case),
        "may_file": row.channel == SummonsChannel.HAND
        and row.dispatched_at is None
        and row.superseded_at is None
        and can_receive_by_hand(request.user, case),
        "trail": common(case, "meeting")["trail"],
    }
    return render(request, "discipline/board/summons.html", context)


@require_POST
@students_and_staff
def received(request: PersonRequest, pk: int, summons: int) -> HttpResponse:
    """The student says that they have it (a form of its own, so that no other site says it for them: abuse 73)."""
    row = _summons(request, pk, summons)
    only(is_the_student(request.user, row.case))
    return by_button(
        request,
        reverse("case-summons", args=[pk, row.pk]),
        lambda: acknowledge_summons(summons_id=row.pk, by=request.user, now=request.now),
        _("Noted: you have the summons."),
    )


@require_http_methods(METHODS)
@students_and_staff
def receipt(request: PersonRequest, pk: int, summons: int) -> HttpResponse:
    """The signed receipt of a hand delivery; the 72 hours count from now."""
    row = _summons(request, pk, summons)
    only(can_receive_by_hand(request.user, row.case) and row.channel == SummonsChannel.HAND)
    words = common(row.case, "meeting")
    return perform(
        request,
        Act(
            title=_("File the signed receipt"),
            form=ReceiptForm,
            about=[
                (_("Meeting"), row.says_at),
                (_("In time until"), row.latest_at),
            ],
            follows=lambda form: [],
            do=lambda form: file_receipt(
                summons_id=row.pk, upload=form.cleaned_data["file"], by=request.user, now=request.now
            ),
            done=lambda made: _("The receipt is filed: the summons counts from now."),
            submit=_("File it"),
            undo=_("It counts from when it is filed here, not from the day on the paper."),
            direct=True,
            **words,
        ),
    )


@require_http_methods(METHODS)
@students_and_staff
def off(request: PersonRequest, pk: int, meeting: int) -> HttpResponse:
    """Call a meeting off."""
    case = find(request, pk)
    row = get_object_or_404(Meeting, pk=meeting, case=case)
    only(can_arrange_board(request.user, case) and row.state == MeetingState.PLANNED)
    return perform(
        request,
        Act(
            title=_("Call the meeting off"),
            form=ReasonForm,
            about=[(_("Meeting"), row.starts_at)],
            follows=lambda form: [
                (_("Reason"), form.cleaned_data["reason"]),
                (_("Told by e-mail"), _("The student, the members, and the companion")),
                (_("Another meeting"), _("Needs a summons of its own")),
            ],
            do=lambda form: call_off_meeting(
                meeting_id=row.pk, reason=form.cleaned_data["reason"], by=request.user, now=request.now
            ),
            done=lambda made: _("The meeting is called off."),
            submit=_("Call it off"),
            tone="bad",
            **common(case, "meeting"),
        ),
    )
