"""What the file of one case says to one reader: nothing that the reader could not open in the portal, and less.

Left out for everybody: who reported, proofs of health or of a disability, and recordings of mentoring (2.5). They
stay where those who may know them find them, and not in a file that goes from hand to hand.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from django.template.defaultfilters import filesizeformat
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from discipline.models import Case, CaseKind
from discipline.permissions.reading import OF_THE_SCHOOL, ReadsAs, may_read_document, reads_as
from discipline.selectors.next_step import step_of
from discipline.selectors.whole import Whole
from record.documents.purposes import purpose as purpose_named
from rulebook.dates import local_date
from rulebook.policy import get_policy

from . import chapters
from .pieces import Annex, CaseFile, Fact

NEVER = frozenset({"disability-proof", "internal-quality", "adjournment-proof"})
"""Purposes of files that no printed file carries, whoever reads it."""


class Writer:
    """One case, one reader, and how instants are written: in the zone of the training, which the file names."""

    def __init__(self, case: Case, user: User, now: datetime) -> None:
        self.case, self.user, self.now = case, user, now
        self.whole = Whole(case)
        self.seat = reads_as(user, self.whole)
        self.school = self.seat in OF_THE_SCHOOL
        self.own = self.seat == ReadsAs.STUDENT
        self.zone = ZoneInfo(case.enrolment.time_zone)

    def when(self, instant: datetime | None) -> str:
        return date_format(instant.astimezone(self.zone), "l j F Y, H:i") if instant else "–"

    def clause(self, number: str) -> str:
        clause = get_policy(self.case.policy_id).clauses.get(number)
        return f"{number} ({clause.title})" if clause else number


def case_file(case: Case, user: User, now: datetime) -> CaseFile:
    """The file, in the language of the moment."""
    writer = Writer(case, user, now)
    title = _("Disciplinary Board: file of case %(number)d") % {"number": case.pk}
    sections = [section for make in CHAPTERS if (section := make(writer)) is not None]
    return CaseFile(
        number=case.pk,
        title=title,
        lead=_(
            "What the platform holds on this case, for %(reader)s, as of %(when)s. Who reported something, proofs of "
            "health and recordings of mentoring sessions are not in this file. Keep it as confidential as the case."
        )
        % {"reader": user.full_name, "when": writer.when(now)},
        facts=_facts(writer),
        made_on=local_date(now, case.enrolment.time_zone),
        footer=f"{title} · {case.student.user.full_name}",
        sections=sections,
        annexes=_annexes(writer),
    )


def _facts(writer: Writer) -> list[Fact]:
    case = writer.case
    step = step_of(writer.whole, writer.user, writer.now)
    rows = [
        (_("Student"), case.student.user.full_name),
        (_("Training"), case.enrolment.path.title),
        (_("About"), str(CaseKind(case.kind).label)),
        (_("Clause"), f"{writer.clause(case.clause)}, {_('policy')} {case.policy_id}"),
        (_("Opened"), writer.when(case.opened_at)),
        (_("State"), str(case.get_state_display())),
        (_("Times are those of"), case.enrolment.time_zone),
    ]
    if step is not None:
        rows.append((_("Next step"), f"{step.title} ({step.owner})"))
        if step.blocked_by:
            rows.append((_("Blocked because"), " ".join(step.blocked_by)))
    return rows


def _annexes(writer: Writer) -> list[Annex]:
    """The documents of the case that this reader may open and that may be printed at all."""
    found = []
    for row in writer.whole.documents:
        document = row.document
        if row.restricted or not may_read_document(writer.seat, row) or not document.is_kept:
            continue
        if document.purpose in NEVER or document.is_video:
            continue
        if not purpose_named(document.purpose).may_read(writer.user, document):
            continue
        facts = [
            (_("File"), document.file_name),
            (_("Size"), str(filesizeformat(document.size))),
            (_("Added"), writer.when(row.added_at)),
            (_("Fingerprint (SHA-256)"), document.sha256),
        ]
        found.append(
            Annex(
                title=row.title,
                facts=facts,
                content_type=document.content_type,
                file_name=document.file_name,
                stored_name=document.stored_name,
                size=document.size,
            )
        )
    return found


CHAPTERS: tuple[Callable[[Writer], chapters.Section | None], ...] = (
    chapters.absences,
    chapters.suspicions,
    chapters.complaints,
    chapters.facts,
    chapters.board,
    chapters.meetings,
    chapters.votes,
    chapters.decision,
    chapters.letters,
    chapters.messages,
    chapters.course,
    chapters.record,
)
