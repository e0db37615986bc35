"""The chapters of a case's file; each is None where it has nothing to say to this reader."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from discipline.models import Meeting, Summons
from discipline.permissions.reading import OF_THE_SCHOOL, in_board_room, knows_decision
from discipline.selectors import absences_of
from discipline.selectors.next_step import step_of
from discipline.selectors.timeline import timeline
from mentoring.words import why
from record.selectors import entries_for
from record.words import tell
from rulebook.words import Reader

from . import pieces
from .pieces import Section

if TYPE_CHECKING:
    from .gathering import Writer


def absences(writer: Writer) -> Section | None:
    if writer.case.streak_id is None:
        return None
    reader = Reader.STUDENT if writer.own else Reader.OTHER
    rows = []
    for member in absences_of(writer.case):
        session = member.absence.session
        text = why(session, reader)
        if member.absence.reasons:
            text += "\n" + _("Reasons given: %(reasons)s") % {"reasons": member.absence.reasons}
        rows.append([writer.when(session.starts_at), session.mentor.user.full_name, text])
    head = [_("Session"), _("Mentor"), _("What became of it")]
    return Section(_("The absences"), [pieces.table(head, rows)]) if rows else None


def suspicions(writer: Writer) -> Section | None:
    """What was established, with the evidence side by side. Another student's work is shown without its author."""
    blocks: list[pieces.Block] = []
    for row in writer.whole.suspicions:
        about = row.work.project.title if row.work else writer.case.enrolment.path.title
        blocks.append(pieces.heading(about))
        rows = [(_("How far"), str(row.get_stage_display())), (_("Established"), writer.when(row.decided_at))]
        if row.decided_by and writer.seat in OF_THE_SCHOOL:
            rows.append((_("By"), row.decided_by.full_name))
        blocks += [pieces.facts([*rows, (_("Reasons"), row.reasons)])]
        for each in row.evidence.all():
            other = each.other_title
            if each.other_document_id and writer.seat not in OF_THE_SCHOOL:
                other = _("Another work")
            right = "\n".join(part for part in (each.other_url, each.other_excerpt) if part)
            blocks.append(pieces.beside((each.title, other), each.excerpt, right))
    return Section(_("Plagiarism established"), blocks) if blocks else None


def complaints(writer: Writer) -> Section | None:
    blocks: list[pieces.Block] = []
    for row in writer.whole.sent_complaints:
        clauses = ", ".join(writer.clause(number) for number in row.clauses)
        blocks += [
            pieces.heading(_("Sent to the student on %(when)s") % {"when": writer.when(row.sent_at)}),
            pieces.quote(row.facts),
            pieces.facts([(_("Clauses"), clauses), (_("Digest of the evidence"), row.evidence_digest)]),
        ]
        for reply in writer.whole.replies:
            if reply.complaint_id == row.pk:
                title = _("The student's answer of %(when)s") % {"when": writer.when(reply.received_at)}
                blocks += [pieces.heading(title), pieces.quote(reply.text)]
    return Section(_("Complaint and answer"), blocks) if blocks else None


def facts(writer: Writer) -> Section | None:
    rows = []
    for row in writer.whole.facts:
        when = writer.when(row.happened_at) if row.happened_at else ""
        rows.append([row.text, when, row.clause])
    head = [_("Fact"), _("Happened"), _("Clause")]
    return Section(_("The facts"), [pieces.table(head, rows)]) if rows else None


def board(writer: Writer) -> Section | None:
    rows = []
    for row in writer.whole.all_members if writer.school else writer.whole.members:
        note = ""
        if row.recused_at:
            note = _("stepped back on %(when)s") % {"when": writer.when(row.recused_at)}
        elif row.left_at:
            note = _("left on %(when)s") % {"when": writer.when(row.left_at)}
        rows.append([row.user.full_name, str(row.get_role_display()), note])
    companion = writer.whole.companion
    if companion is not None:
        rows.append([companion.user.full_name, _("accompanies the student"), ""])
    head = [_("Who"), _("As what"), _("Note")]
    return Section(_("The Board"), [pieces.table(head, rows)]) if rows else None


def meetings(writer: Writer) -> Section | None:
    blocks: list[pieces.Block] = []
    for row in writer.whole.meetings:
        title = f"{writer.when(row.starts_at)}: {row.get_state_display()}"
        blocks.append(pieces.heading(title))
        for summons in writer.whole.summonses:
            if summons.meeting_id == row.pk:
                blocks.append(pieces.facts(_summons(writer, summons)))
        blocks += _minutes(writer, row)
    return Section(_("Meetings of the Board"), blocks) if blocks else None


def _summons(writer: Writer, row: Summons) -> list[pieces.Fact]:
    sent = writer.when(row.dispatched_at) if row.dispatched_at else _("not sent yet")
    found = [
        (_("Summons"), str(row.get_channel_display())),
        (_("Sent"), sent),
        (_("In time until"), writer.when(row.latest_at)),
        (_("Purpose"), row.purpose),
        (_("Grounds"), row.grounds),
        (_("Date and time"), writer.when(row.says_at)),
        (_("Place"), row.place),
        (_("Right to be accompanied"), row.right_text),
    ]
    if row.superseded_at:
        found.append((_("Replaced"), writer.when(row.superseded_at)))
    return found


def _minutes(writer: Writer, row: Meeting) -> list[pieces.Block]:
    if row.adjourned_at is not None:
        # The reason may tell of health: it is the student's and the deciding members' to read in the portal.
        return [pieces.facts([(_("Adjourned or called off"), writer.when(row.adjourned_at))])]
    if row.held_at is None:
        return []
    there = [
        (each.member.user.full_name, _("there") if each.present else _("not there"))
        for each in writer.whole.attendances
        if each.meeting_id == row.pk
    ]
    rows = [
        (_("The student"), _("there") if row.student_present else _("not there")),
        (_("The companion"), _("there") if row.companion_present else _("not there")),
        *there,
        (_("Grounds stated"), row.grounds_stated),
        (_("Explanations"), row.explanations or "–"),
    ]
    if row.minutes_by:
        rows.append((_("Minutes by"), row.minutes_by.full_name))
    return [pieces.facts(rows)]


def votes(writer: Writer) -> Section | None:
    """For the members of this Board alone."""
    if not in_board_room(writer.seat):
        return None
    rows = [
        [row.member.user.full_name, str(row.get_choice_display()), row.reasons] for row in writer.whole.votes
    ]
    rows += [[row.member.user.full_name, _("advice, not counted"), row.text] for row in writer.whole.advices]
    return (
        Section(_("Votes and advice"), [pieces.table([_("Who"), _("What"), _("Reasons")], rows)])
        if rows
        else None
    )


def decision(writer: Writer) -> Section | None:
    row = writer.whole.decision
    if row is None or not knows_decision(writer.seat, writer.whole):
        return None
    rows = [
        (_("Penalty"), str(row.get_penalty_kind_display())),
        (_("Reasons"), row.reasons),
        (_("Clause"), writer.clause(row.clause)),
        (_("Drafted by"), f"{row.drafted_by.full_name}, {writer.when(row.drafted_at)}"),
    ]
    if row.confirmed_by:
        rows.append((_("Confirmed by"), f"{row.confirmed_by.full_name}, {writer.when(row.confirmed_at)}"))
    penalty = writer.whole.penalty
    if penalty is not None and penalty.effective_at is not None:
        by = str(penalty.get_effective_by_display())
        rows.append((_("In effect from"), f"{writer.when(penalty.effective_at)} ({by})"))
        for label, day in (
            (_("First day"), penalty.starts_on),
            (_("Last day"), penalty.ends_on),
            (_("Last day of the ban"), penalty.ban_until),
        ):
            if day is not None:
                rows.append((label, date_format(day, "l j F Y")))
        if penalty.fees_note:
            rows.append((_("Fees"), penalty.fees_note))
    return Section(_("The decision"), [pieces.facts(rows)])


def letters(writer: Writer) -> Section | None:
    """How the decision went out, and its copies: for the school."""
    if not writer.school:
        return None
    letter, blocks = writer.whole.letter, []
    if letter is not None:
        rows = [(_("State"), str(letter.get_state_display())), (_("Carrier"), letter.carrier)]
        for label, at in (
            (_("Handed over"), letter.handed_over_at),
            (_("First presented"), letter.presented_at),
            (_("Delivered"), letter.delivered_at),
            (_("Refused"), letter.refused_at),
            (_("Not claimed"), letter.unclaimed_at),
            (_("Late since"), letter.late_at),
        ):
            if at is not None:
                rows.append((label, writer.when(at)))
        if letter.tracking_number:
            rows.append((_("Tracking number"), letter.tracking_number))
        blocks.append(pieces.facts(rows))
    copies = [
        [
            copy.funder.name,
            str(copy.get_channel_display()),
            str(copy.get_state_display()),
            writer.when(copy.sent_at),
        ]
        for copy in writer.whole.copies
    ]
    if copies:
        head = [_("Copy to"), _("By"), _("State"), _("Sent")]
        blocks.append(pieces.table(head, copies))
    return Section(_("Letter and copies"), blocks) if blocks else None


def messages(writer: Writer) -> Section | None:
    rows = [
        [
            row.subject or row.kind,
            row.recipient.full_name if row.recipient else row.to_address,
            writer.when(row.sent_at) if row.sent_at else str(row.get_state_display()),
            _arrived(writer, row.delivered_at, row.read_at),
        ]
        for row in writer.whole.messages
        if writer.school or row.recipient_id == writer.user.pk
    ]
    head = [_("Message"), _("To"), _("Sent"), _("Arrived or opened")]
    return Section(_("Messages"), [pieces.table(head, rows)]) if rows else None


def _arrived(writer: Writer, delivered_at: datetime | None, read_at: datetime | None) -> str:
    at = min((each for each in (delivered_at, read_at) if each is not None), default=None)
    return writer.when(at) if at else "–"


def course(writer: Writer) -> Section | None:
    step = step_of(writer.whole, writer.user, writer.now)
    rows: list[tuple[str, str, str]] = []
    for each in timeline(writer.whole, writer.seat, step):
        rows.append((str(each["title"]), _meta(writer, each), str(each.get("text") or "")))
    return Section(_("The course of the case"), [pieces.steps(rows)])


def _meta(writer: Writer, step: dict[str, Any]) -> str:
    if step.get("at") is not None:
        at = writer.when(step["at"])
    else:
        at = {"next": _("to come"), "blocked": _("blocked")}.get(step["state"], _("now"))
    return " · ".join(part for part in (at, str(step.get("who") or ""), str(step["clause"])) if part)


def record(writer: Writer) -> Section | None:
    """What stands in the student's record about it, each entry with its place in the chain."""
    student = writer.case.student.user
    entries = entries_for(writer.user, student, about=f"discipline.case:{writer.case.pk}").order_by("seq")

    def spell(value: Any) -> str:
        return writer.when(value) if isinstance(value, datetime) else str(value)

    rows = []
    for entry in entries:
        told = tell(entry, reader=writer.user, own=writer.own)
        meta = " · ".join(
            (writer.when(entry.happened_at), entry.clause, f"{_('entry')} {entry.seq}: {entry.hash[:16]}…")
        )
        rows.append((told.title, meta, told.fill(spell)))
    return Section(_("The record"), [pieces.steps(rows)]) if rows else None
