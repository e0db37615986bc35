"""The complaint, its evidence and the reply, the closing of a case: each one act on one case."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.doors import PersonRequest
from discipline import selectors
from discipline.forms.proceedings import (
    CaseDocumentForm,
    ComplaintForm,
    FactForm,
    NoteForm,
    ReasonsForm,
    ReplyForm,
)
from discipline.models import PENDING_STATES, Case, CaseDocument, CaseFact, Complaint
from discipline.permissions.proceedings import can_prosecute, can_reply
from discipline.services.closing import close_case, note_legal_followup
from discipline.services.complaints import draft_complaint, issue_complaint
from discipline.services.evidence import add_document, add_fact, remove_document, remove_fact
from discipline.services.replies import reply_to_complaint
from mentoring.forms.staff import ConfirmOnlyForm
from mentoring.views.staff.acts import Act, perform

from .door import students_and_staff

METHODS = ["GET", "HEAD", "POST"]


def take(request: PersonRequest, pk: int, *, pending: bool = True) -> Case:
    """A case that this person runs; to anybody else there is no page here."""
    row: Case = get_object_or_404(selectors.with_people(selectors.cases_for(request.user)), pk=pk)
    if not can_prosecute(request.user, row) or (pending and row.state not in PENDING_STATES):
        raise Http404
    return row


def _trail(row: Case) -> list[dict[str, str]]:
    return [
        {"label": _("Cases"), "url": reverse("cases")},
        {"label": str(row), "url": reverse("case", args=[row.pk])},
    ]


def _act(row: Case, part: str, **values: Any) -> Act:
    return Act(back=f"{reverse('case', args=[row.pk])}#{part}", trail=_trail(row), **values)


@require_http_methods(METHODS)
@students_and_staff
def complaint(request: PersonRequest, pk: int) -> HttpResponse:
    """Write the complaint, or change its draft; nobody is told yet."""
    row = take(request, pk)
    draft = row.complaints.filter(issued_at__isnull=True).first()
    initial: dict[str, Any] = {"clauses": [row.clause]}
    if draft is not None:
        initial = {"facts": draft.facts, "clauses": draft.clauses, "revision": draft.revision}
    act = _act(
        row,
        "complaint",
        title=_("The complaint"),
        lead=_("What is held against the student, in writing: the facts and the clauses (4.2)."),
        form=partial(ComplaintForm, policy_id=row.policy_id),
        follows=lambda form: (),
        do=lambda form: draft_complaint(
            case_id=row.pk,
            facts=form.cleaned_data["facts"],
            clauses=form.cleaned_data["clauses"],
            expected=form.cleaned_data["revision"],
            by=request.user,
            now=request.now,
        ),
        done=lambda made: _("The draft is kept. Nobody was told yet: send it from the case."),
        submit=_("Keep the draft"),
        initial=initial,
        direct=True,
    )
    return perform(request, act)


@require_http_methods(METHODS)
@students_and_staff
def complaint_issue(request: PersonRequest, pk: int) -> HttpResponse:
    """Send the complaint, after a look at what goes out."""
    draft = get_object_or_404(Complaint, pk=pk, issued_at__isnull=True)
    row = take(request, draft.case_id)
    facts = row.case_facts.filter(complaint__isnull=True).count()
    papers = row.case_documents.filter(complaint__isnull=True, visible_to_student=True, reply=None).count()
    act = _act(
        row,
        "complaint",
        title=_("Send the complaint"),
        lead=_("It goes to the student by e-mail. What it rests on is frozen from then on."),
        form=ConfirmOnlyForm,
        follows=lambda form: (
            (_("Complaint"), draft.facts),
            (_("Clauses"), ", ".join(draft.clauses)),
            (_("Facts that are frozen"), facts),
            (_("Documents that are frozen"), papers),
            (_("What the student gets"), _("An e-mail with all of this, and a reply form in the portal.")),
        ),
        do=lambda form: issue_complaint(
            complaint_id=draft.pk, expected=draft.revision, by=request.user, now=request.now
        ),
        done=lambda made: _("The complaint goes out. The next steps open once it has really been sent."),
        submit=_("Send the complaint"),
    )
    return perform(request, act)


@require_http_methods(METHODS)
@students_and_staff
def fact_add(request: PersonRequest, pk: int) -> HttpResponse:
    """Add a fact."""
    row = take(request, pk)
    act = _act(
        row,
        "facts",
        title=_("Add a fact"),
        lead=_after_complaint(row),
        form=partial(FactForm, policy_id=row.policy_id),
        follows=lambda form: (),
        do=lambda form: add_fact(case_id=row.pk, **form.cleaned_data, by=request.user, now=request.now),
        done=lambda made: _("The fact is in the case."),
        submit=_("Add the fact"),
        initial={"clause": row.clause},
        direct=True,
    )
    return perform(request, act)


@require_http_methods(METHODS)
@students_and_staff
def document_add(request: PersonRequest, pk: int) -> HttpResponse:
    """Add a document."""
    row = take(request, pk)

    def do(form: Any) -> CaseDocument:
        sent = form.cleaned_data
        return add_document(
            case_id=row.pk,
            upload=sent["file"],
            title=sent["title"],
            visible_to_student=not sent["hidden"],
            restricted=sent["restricted"],
            by=request.user,
            now=request.now,
        )

    act = _act(
        row,
        "documents",
        title=_("Add a document"),
        lead=_after_complaint(row),
        form=CaseDocumentForm,
        follows=lambda form: (),
        do=do,
        done=lambda made: _("The document is in the case."),
        submit=_("Add the document"),
        direct=True,
    )
    return perform(request, act)


def _after_complaint(row: Case) -> str:
    if row.complaints.filter(issued_at__isnull=False).exists():
        return _("The complaint was sent: the student is told of this at once, and it cannot be taken back.")
    return _("It is frozen when the complaint is sent; until then you can take it out again.")


@require_http_methods(METHODS)
@students_and_staff
def fact_remove(request: PersonRequest, pk: int) -> HttpResponse:
    fact = get_object_or_404(CaseFact, pk=pk)
    row = take(request, fact.case_id)
    act = _act(
        row,
        "facts",
        title=_("Take out this fact"),
        lead=_("Only what nobody was told of yet can be taken out."),
        form=ConfirmOnlyForm,
        follows=lambda form: ((_("Fact"), fact.text),),
        do=lambda form: remove_fact(fact_id=fact.pk, by=request.user, now=request.now),
        done=lambda made: _("The fact is out of the case."),
        submit=_("Take it out"),
        tone="bad",
    )
    return perform(request, act)


@require_http_methods(METHODS)
@students_and_staff
def document_remove(request: PersonRequest, pk: int) -> HttpResponse:
    paper = get_object_or_404(CaseDocument, pk=pk)
    row = take(request, paper.case_id)
    act = _act(
        row,
        "documents",
        title=_("Take out this document"),
        lead=_("Only what nobody was told of yet can be taken out. Its file is deleted."),
        form=ConfirmOnlyForm,
        follows=lambda form: ((_("Document"), paper.title),),
        do=lambda form: remove_document(document_id=paper.pk, by=request.user, now=request.now),
        done=lambda made: _("The document is out of the case."),
        submit=_("Take it out"),
        tone="bad",
    )
    return perform(request, act)


@require_http_methods(METHODS)
@students_and_staff
def close(request: PersonRequest, pk: int) -> HttpResponse:
    """Close the case without penalty (B10)."""
    row = take(request, pk)
    act = _act(
        row,
        "stands",
        title=_("Close the case without penalty"),
        lead=_("The student reads the reasons. A closed case is not opened again."),
        form=ReasonsForm,
        follows=lambda form: (
            (_("Reasons"), form.cleaned_data["reasons"]),
            (_("Who is told"), _("The student, the Board, the Head of Learning and the Learning Manager.")),
        ),
        do=lambda form: close_case(
            case_id=row.pk, reasons=form.cleaned_data["reasons"], by=request.user, now=request.now
        ),
        done=lambda made: _("The case is closed without penalty."),
        submit=_("Close the case"),
    )
    return perform(request, act)


@require_http_methods(METHODS)
@students_and_staff
def legal(request: PersonRequest, pk: int) -> HttpResponse:
    """Note a legal follow-up (P4)."""
    row = take(request, pk, pending=False)
    act = _act(
        row,
        "complaint",
        title=_("Legal follow-up"),
        lead=_("For those who run the case. The student and the companion do not read it."),
        form=NoteForm,
        follows=lambda form: (),
        do=lambda form: note_legal_followup(
            case_id=row.pk, note=form.cleaned_data["note"], by=request.user, now=request.now
        ),
        done=lambda made: _("The note is kept."),
        submit=_("Keep the note"),
        initial={"note": row.legal_note},
        direct=True,
    )
    return perform(request, act)


@require_http_methods(METHODS)
@students_and_staff
def reply(request: PersonRequest, pk: int) -> HttpResponse:
    """The student answers the complaint, also while access to the training is closed (4.2)."""
    row: Case = get_object_or_404(selectors.with_people(selectors.cases_for(request.user)), pk=pk)
    sent = row.complaints.filter(sent_at__isnull=False).order_by("sent_at").last()
    if not can_reply(request.user, row) or row.state not in PENDING_STATES or sent is None:
        raise Http404
    act = _act(
        row,
        "reply",
        title=_("Answer the complaint"),
        lead=_("Say how you see it, with documents if you like. The Board reads it before it decides."),
        form=ReplyForm,
        follows=lambda form: (),
        do=lambda form: reply_to_complaint(
            case_id=row.pk,
            text=form.cleaned_data["text"],
            uploads=form.uploads,
            restricted=form.cleaned_data["restricted"],
            by=request.user,
            now=request.now,
        ),
        done=lambda made: _("Your reply lies in the case. You can add to it until the Board has decided."),
        submit=_("Send the reply"),
        about=((_("What is held against you"), sent.facts), (_("Clauses"), ", ".join(sent.clauses))),
        direct=True,
        undo=_("A reply cannot be changed afterwards; you can send another."),
    )
    return perform(request, act)
