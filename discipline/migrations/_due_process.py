"""What the database itself refuses about due process (4.1, 4.2, B1–B6), whatever the code does.

Each guard is one condition under which a change is refused; its name says on which table and what. PostgreSQL raises
``restrict_violation`` and SQLite ABORT: an IntegrityError on both.

SQLite loses a table's triggers when Django rebuilds it: a migration that alters a guarded table runs
``guard_due_process()`` again at its end (a test looks that every guard is there after the last migration).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from record.migrations_ops import VendorSQL

# discipline.transitions, as it is written into the database.
STEPS = {
    "open": ("informed", "closed", "withdrawn"),
    "informed": ("summoned", "decided", "closed", "withdrawn"),
    "summoned": ("heard", "informed", "closed", "withdrawn"),
    "heard": ("decided", "closed", "withdrawn"),
    "decided": ("concluded",),
}
FORBIDDEN = "NOT ({})".format(
    " OR ".join(
        f"(OLD.state = '{before}' AND NEW.state IN ({', '.join(repr(each) for each in after)}))"
        for before, after in STEPS.items()
    )
)


@dataclass(frozen=True, slots=True)
class Guard:
    """One refusal: ``when`` is true of what is refused. ``{differs}`` in it stands for "is another value than"."""

    name: str
    table: str
    event: str
    when: str

    def condition(self, vendor: str) -> str:
        return self.when.replace("{differs}", "IS DISTINCT FROM" if vendor == "postgresql" else "IS NOT")


def _changed(*columns: str) -> str:
    return "(" + " OR ".join(f"NEW.{column} {{differs}} OLD.{column}" for column in columns) + ")"


def _set_once(*columns: str) -> str:
    return " OR ".join(
        f"(OLD.{column} IS NOT NULL AND NEW.{column} {{differs}} OLD.{column})" for column in columns
    )


def _on(name: str, table: str, events: str, when: str, becomes: str = "") -> Iterator[Guard]:
    """The same refusal on INSERT and UPDATE: ``name`` ends with the event, for SQLite has one event a trigger.

    ``becomes``: the column whose change is judged; an UPDATE that leaves it alone is none of its business.
    """
    for event in events.split():
        changes = f"NEW.{becomes} {{differs}} OLD.{becomes} AND " if becomes and event == "UPDATE" else ""
        yield Guard(f"{table}_{name}_{event.lower()}", table, event, changes + when)


def _kept(table: str, when: str = "TRUE") -> Guard:
    return Guard(f"{table}_no_delete", table, "DELETE", when)


def _fixed(table: str, when: str, what: str = "fixed") -> Guard:
    return Guard(f"{table}_{what}", table, "UPDATE", when)


# --- what stays as it was written

_CASE = ("kind", "student_id", "enrolment_id", "streak_id", "clause", "policy_id", "opened_at", "facts")
_COMPLAINT = (
    "case_id",
    "facts",
    "drafted_at",
    "drafted_by_id",
    "message_occasion",
    "issued_at",
    "issued_by_id",
    "evidence_digest",
    "supersedes_id",
)
_FACT = ("case_id", "text", "clause", "about", "happened_at", "added_by_id", "added_at", "told_at")
_DOCUMENT = (
    "case_id",
    "document_id",
    "title",
    "added_by_id",
    "added_at",
    "reply_id",
    "told_at",
    "visible_to_student",
    "restricted",
)
_MEETING = (
    "case_id",
    "starts_at",
    "ends_at",
    "zone",
    "place",
    "video_link",
    "state",
    "planned_at",
    "planned_by_id",
    "grounds_stated",
    "explanations",
    "student_present",
    "companion_present",
    "held_at",
    "minutes_at",
    "minutes_by_id",
    "adjourned_at",
    "adjournment_reason",
    "proof_id",
)
_SUMMONS = (
    "meeting_id",
    "case_id",
    "purpose",
    "grounds",
    "says_at",
    "zone",
    "place",
    "right_text",
    "channel",
    "message_occasion",
    "issued_at",
    "issued_by_id",
    "notice_microseconds",
    "latest_at",
    "policy_id",
)
_DECISION = (
    "case_id",
    "meeting_id",
    "penalty_kind",
    "reasons",
    "proposal",
    "clause",
    "policy_id",
    "needs_letter",
    "drafted_at",
    "drafted_by_id",
    "confirmed_at",
    "confirmed_by_id",
)
_PENALTY = ("decision_id", "case_id", "student_id", "enrolment_id", "kind", "decided_at", "policy_id")
_EFFECT = (
    "effective_at",
    "effective_by",
    "starts_on",
    "ends_on",
    "ban_until",
    "set_by_id",
    "set_reasons",
)
_REPORT = (
    "kind",
    "accused_id",
    "clause",
    "policy_id",
    "reporter_id",
    "conduct_report_id",
    "commitment_alert_id",
    "text",
    "occurred_on",
    "made_at",
)
_SUSPICION = (
    "enrolment_id",
    "work_id",
    "deliverable_id",
    "reported_by_id",
    "source",
    "text",
    "reported_at",
    "policy_id",
)
_SUSPICION_DECIDED = ("state", "stage", "decided_at", "decided_by_id", "reasons", "case_id", "repeated")
_EVIDENCE_OPEN = "NOT EXISTS (SELECT 1 FROM discipline_suspicion AS s WHERE s.id = {row}.suspicion_id AND s.state = 'open')"
_FROZEN = "OLD.complaint_id IS NOT NULL OR OLD.told_at IS NOT NULL"
# Of a fact or document that is put under a complaint: one of the same case, and not issued yet.
_SLIPPED = (
    "NEW.complaint_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM discipline_complaint AS c"
    " WHERE c.id = NEW.complaint_id AND c.case_id = NEW.case_id AND c.issued_at IS NULL)"
)

# --- what must have come before

_MESSAGE_SENT = (
    "EXISTS (SELECT 1 FROM record_message AS m WHERE m.occasion = NEW.message_occasion"
    " AND m.state = 'sent' AND m.sent_at = NEW.{instant})"
)
_INFORMED = (
    "EXISTS (SELECT 1 FROM discipline_complaint AS c WHERE c.case_id = NEW.{case}"
    " AND c.sent_at IS NOT NULL AND c.sent_at <= NEW.{instant})"
)
_REPORTED_IT = (
    "EXISTS (SELECT 1 FROM discipline_case AS k JOIN students_student AS st ON st.id = k.student_id"
    " WHERE k.id = NEW.case_id AND st.user_id = NEW.user_id)"
    " OR EXISTS (SELECT 1 FROM discipline_report AS r"
    " WHERE r.case_id = NEW.case_id AND r.reporter_id = NEW.user_id)"
    " OR EXISTS (SELECT 1 FROM discipline_suspicion AS s"
    " WHERE s.case_id = NEW.case_id AND s.reported_by_id = NEW.user_id)"
)
# Chair and Learning Manager, both there, neither recused: else there is no meeting.
_SEATED = (
    "(SELECT COUNT(*) FROM discipline_meetingattendance AS a"
    " JOIN discipline_boardmember AS b ON b.id = a.member_id"
    " WHERE a.meeting_id = NEW.id AND a.present AND b.case_id = NEW.case_id"
    " AND b.recused_at IS NULL AND b.left_at IS NULL AND b.role IN ('chair', 'learning_manager'))"
)
_IN_TIME = (
    "EXISTS (SELECT 1 FROM discipline_summons AS s WHERE s.meeting_id = NEW.id AND s.superseded_at IS NULL"
    " AND s.says_at = NEW.starts_at AND s.dispatched_at IS NOT NULL AND s.dispatched_at <= s.latest_at)"
)
_VOICE = (
    "NOT EXISTS (SELECT 1 FROM discipline_boardmember AS b"
    " JOIN discipline_meeting AS m ON m.id = NEW.meeting_id AND m.case_id = b.case_id"
    " JOIN discipline_meetingattendance AS a ON a.meeting_id = m.id AND a.member_id = b.id AND a.present"
    " WHERE b.id = NEW.member_id AND b.role IN ({roles}) AND b.recused_at IS NULL AND b.left_at IS NULL"
    " AND m.state = 'held')"
)

GUARDS: tuple[Guard, ...] = (
    # A case: by the table of steps; informed, decided and concluded only on what says so.
    _kept("discipline_case"),
    _fixed("discipline_case", f"{_changed(*_CASE)} OR {_set_once('informed_at', 'decided_at')}"),
    _fixed("discipline_case", f"NEW.state {{differs}} OLD.state AND {FORBIDDEN}", "steps"),
    Guard(
        "discipline_case_unsaid",
        "discipline_case",
        "UPDATE",
        "NEW.state = 'informed' AND OLD.state = 'open' AND NOT EXISTS (SELECT 1 FROM discipline_complaint AS c"
        " WHERE c.case_id = NEW.id AND c.sent_at IS NOT NULL)",
    ),
    *_on(
        "undecided",
        "discipline_case",
        "INSERT UPDATE",
        "NEW.state = 'decided' AND NOT EXISTS (SELECT 1 FROM discipline_decision AS d"
        " WHERE d.case_id = NEW.id AND d.confirmed_at IS NOT NULL)",
        becomes="state",
    ),
    *_on(
        "unfinished",
        "discipline_case",
        "INSERT UPDATE",
        "NEW.state = 'concluded' AND NOT EXISTS (SELECT 1 FROM discipline_penalty AS p"
        " WHERE p.case_id = NEW.id AND p.effective_at IS NOT NULL)",
        becomes="state",
    ),
    # A complaint is frozen when it is issued; sent is what the message says.
    _kept("discipline_complaint", "OLD.issued_at IS NOT NULL"),
    _fixed(
        "discipline_complaint",
        f"OLD.issued_at IS NOT NULL AND ({_changed(*_COMPLAINT)} OR {_set_once('sent_at')}"
        " OR CAST(NEW.clauses AS text) {differs} CAST(OLD.clauses AS text))",
    ),
    *_on(
        "unproved",
        "discipline_complaint",
        "INSERT UPDATE",
        f"NEW.sent_at IS NOT NULL AND NOT {_MESSAGE_SENT.format(instant='sent_at')}",
        becomes="sent_at",
    ),
    # Evidence: frozen with its complaint, or once it was told; never slipped under one that was issued.
    *(
        guard
        for table, columns in (("discipline_casefact", _FACT), ("discipline_casedocument", _DOCUMENT))
        for guard in (
            _kept(table, _FROZEN),
            _fixed(table, f"({_FROZEN}) AND ({_changed(*columns)} OR {_set_once('complaint_id')})"),
            Guard(f"{table}_slipped_insert", table, "INSERT", _SLIPPED),
            Guard(
                f"{table}_slipped_update",
                table,
                "UPDATE",
                f"NEW.complaint_id {{differs}} OLD.complaint_id AND {_SLIPPED}",
            ),
        )
    ),
    # Only documents that are kept of this student lie in their case.
    *_on(
        "foreign",
        "discipline_casedocument",
        "INSERT UPDATE",
        "NOT EXISTS (SELECT 1 FROM record_document AS d"
        " JOIN discipline_case AS k ON k.id = NEW.case_id"
        " JOIN students_student AS st ON st.id = k.student_id AND st.user_id = d.subject_id"
        " WHERE d.id = NEW.document_id)",
    ),
    # What lies in a case that is not at its end is not deleted.
    Guard(
        "record_document_in_case",
        "record_document",
        "UPDATE",
        "OLD.deleted_at IS NULL AND NEW.deleted_at IS NOT NULL AND EXISTS ("
        "SELECT 1 FROM discipline_casedocument AS d JOIN discipline_case AS k ON k.id = d.case_id"
        " WHERE d.document_id = NEW.id AND k.state NOT IN ('concluded', 'closed', 'withdrawn'))",
    ),
    _kept("discipline_reply"),
    _fixed("discipline_reply", "TRUE"),
    # The Board: nobody on their own case or on one that they reported.
    _kept("discipline_boardmember"),
    _fixed(
        "discipline_boardmember",
        f"{_changed('case_id', 'user_id', 'role', 'named_at', 'named_by_id')}"
        f" OR {_set_once('recused_at', 'left_at')}",
    ),
    Guard("discipline_boardmember_partial", "discipline_boardmember", "INSERT", _REPORTED_IT),
    _kept("discipline_companion"),
    # A meeting: held only on a summons that came in time, by both who must be there; then nothing changes it.
    _kept("discipline_meeting"),
    _fixed("discipline_meeting", f"OLD.state <> 'planned' AND {_changed(*_MEETING)}"),
    *_on(
        "unsummoned",
        "discipline_meeting",
        "INSERT UPDATE",
        f"NEW.state = 'held' AND NOT {_IN_TIME}",
        becomes="state",
    ),
    *_on(
        "unattended",
        "discipline_meeting",
        "INSERT UPDATE",
        f"NEW.state = 'held' AND {_SEATED} < 2",
        becomes="state",
    ),
    *_on(
        "stranger",
        "discipline_meetingattendance",
        "INSERT UPDATE",
        "NEW.present AND NOT EXISTS (SELECT 1 FROM discipline_boardmember AS b"
        " JOIN discipline_meeting AS m ON m.id = NEW.meeting_id AND m.case_id = b.case_id"
        " WHERE b.id = NEW.member_id AND b.recused_at IS NULL AND b.left_at IS NULL)",
    ),
    _kept("discipline_summons"),
    _fixed(
        "discipline_summons",
        f"{_changed(*_SUMMONS)} OR {_set_once('dispatched_at', 'receipt_id', 'superseded_at')}",
    ),
    *_on(
        "unproved",
        "discipline_summons",
        "INSERT UPDATE",
        "NEW.channel = 'email' AND NEW.dispatched_at IS NOT NULL"
        f" AND NOT {_MESSAGE_SENT.format(instant='dispatched_at')}",
        becomes="dispatched_at",
    ),
    *_on(
        "elsewhere",
        "discipline_summons",
        "INSERT UPDATE",
        "NOT EXISTS (SELECT 1 FROM discipline_meeting AS m"
        " WHERE m.id = NEW.meeting_id AND m.case_id = NEW.case_id)",
    ),
    # Votes: of the two who vote, there, once; advice: of the representative.
    *(
        guard
        for table in ("discipline_vote", "discipline_advice")
        for guard in (_kept(table), _fixed(table, "TRUE"))
    ),
    Guard(
        "discipline_vote_voiceless",
        "discipline_vote",
        "INSERT",
        _VOICE.format(roles="'chair', 'learning_manager'"),
    ),
    Guard(
        "discipline_advice_voiceless", "discipline_advice", "INSERT", _VOICE.format(roles="'representative'")
    ),
    # A decision: after the complaint, on a case that waits for one, by a meeting of the same case that was held.
    _kept("discipline_decision", "OLD.confirmed_at IS NOT NULL"),
    _fixed("discipline_decision", f"OLD.confirmed_at IS NOT NULL AND {_changed(*_DECISION)}"),
    *_on(
        "uninformed",
        "discipline_decision",
        "INSERT UPDATE",
        f"NOT {_INFORMED.format(case='case_id', instant='drafted_at')}",
    ),
    *_on(
        "unheard",
        "discipline_decision",
        "INSERT UPDATE",
        "NEW.meeting_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM discipline_meeting AS m"
        " WHERE m.id = NEW.meeting_id AND m.case_id = NEW.case_id AND m.state = 'held')",
    ),
    Guard(
        "discipline_decision_late_insert",
        "discipline_decision",
        "INSERT",
        "NEW.confirmed_at IS NOT NULL AND NOT EXISTS (SELECT 1 FROM discipline_case AS k"
        " WHERE k.id = NEW.case_id AND k.state IN ('informed', 'heard'))",
    ),
    Guard(
        "discipline_decision_late_update",
        "discipline_decision",
        "UPDATE",
        "OLD.confirmed_at IS NULL AND NEW.confirmed_at IS NOT NULL AND NOT EXISTS ("
        "SELECT 1 FROM discipline_case AS k"
        " WHERE k.id = NEW.case_id AND k.state IN ('informed', 'heard'))",
    ),
    *_on(
        "beyond",
        "discipline_decision",
        "INSERT UPDATE",
        "NEW.penalty_kind = 'discontinuation' AND NOT EXISTS (SELECT 1 FROM discipline_case AS k"
        " WHERE k.id = NEW.case_id AND k.kind = 'plagiarism')",
    ),
    # A penalty: that of a signed decision of the same case, and as it was decided; in effect once.
    _kept("discipline_penalty"),
    _fixed(
        "discipline_penalty",
        f"{_changed(*_PENALTY)} OR (OLD.effective_at IS NOT NULL AND {_changed(*_EFFECT)})"
        f" OR {_set_once('lifted_at')}",
    ),
    Guard(
        "discipline_penalty_undecided",
        "discipline_penalty",
        "INSERT",
        "NOT EXISTS (SELECT 1 FROM discipline_decision AS d JOIN discipline_case AS k ON k.id = d.case_id"
        " WHERE d.id = NEW.decision_id AND d.case_id = NEW.case_id AND d.confirmed_at IS NOT NULL"
        " AND d.confirmed_at <= NEW.decided_at AND d.penalty_kind = NEW.kind"
        " AND k.student_id = NEW.student_id AND k.enrolment_id = NEW.enrolment_id)",
    ),
    Guard(
        "discipline_penalty_uninformed",
        "discipline_penalty",
        "INSERT",
        f"NOT {_INFORMED.format(case='case_id', instant='decided_at')}",
    ),
    # Reports and suspicions stay as they were made; evidence of a suspicion until somebody decides.
    _kept("discipline_report"),
    _fixed("discipline_report", f"{_changed(*_REPORT)} OR {_set_once('case_id', 'handled_at')}"),
    _kept("discipline_suspicion"),
    _fixed(
        "discipline_suspicion",
        f"{_changed(*_SUSPICION)} OR (OLD.state <> 'open' AND {_changed(*_SUSPICION_DECIDED)})",
    ),
    _kept("discipline_suspicionevidence", _EVIDENCE_OPEN.format(row="OLD")),
    *_on("decided", "discipline_suspicionevidence", "INSERT UPDATE", _EVIDENCE_OPEN.format(row="NEW")),
)


def _postgresql() -> Iterator[str]:
    for guard in GUARDS:
        row = "OLD" if guard.event == "DELETE" else "NEW"
        yield f"""
        CREATE OR REPLACE FUNCTION {guard.name}() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF {guard.condition("postgresql")} THEN
                RAISE EXCEPTION '{guard.name}'
                    USING ERRCODE = 'restrict_violation', CONSTRAINT = '{guard.name}';
            END IF;
            RETURN {row};
        END $$
        """
        yield f"DROP TRIGGER IF EXISTS {guard.name} ON {guard.table}"
        yield f"""
        CREATE TRIGGER {guard.name} BEFORE {guard.event} ON {guard.table}
        FOR EACH ROW EXECUTE FUNCTION {guard.name}()
        """


def _sqlite() -> Iterator[str]:
    for guard in GUARDS:
        yield f"DROP TRIGGER IF EXISTS {guard.name}"
        yield f"""
        CREATE TRIGGER {guard.name} BEFORE {guard.event} ON {guard.table}
        WHEN {guard.condition("sqlite")}
        BEGIN SELECT RAISE(ABORT, '{guard.name}'); END
        """


def _postgresql_back() -> Iterator[str]:
    for guard in GUARDS:
        yield f"DROP TRIGGER IF EXISTS {guard.name} ON {guard.table}"
        yield f"DROP FUNCTION IF EXISTS {guard.name}()"


def guard_due_process() -> VendorSQL:
    """Every guard, put there afresh: it may run again after each migration that alters a guarded table."""
    return VendorSQL(
        postgresql=list(_postgresql()),
        sqlite=list(_sqlite()),
        reverse_postgresql=list(_postgresql_back()),
        reverse_sqlite=[f"DROP TRIGGER IF EXISTS {guard.name}" for guard in GUARDS],
    )
