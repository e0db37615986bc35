"""What the database refuses by itself: tests that go behind the services (B1–B6, abuse 44–51, 57, 75)."""

from __future__ import annotations

import importlib
from datetime import timedelta

import pytest
from django.db import Error, connection, transaction

from accounts.models import Role
from discipline.models import (
    Advice,
    BoardRole,
    Case,
    CaseDocument,
    CaseFact,
    CaseState,
    Complaint,
    Decision,
    Meeting,
    MeetingAttendance,
    Penalty,
    Reply,
    Report,
    Summons,
    Suspicion,
    Vote,
)
from discipline.transitions import TRANSITIONS
from record.models import Document
from tests.factories import make_document, make_enrolment, make_user

from .world import DAY, HOUR, NOW, confirm, draft, heard_case, hold, inform, make_case, seat, summon

pytestmark = pytest.mark.django_db
due_process = importlib.import_module("discipline.migrations._due_process")
MICRO = timedelta(microseconds=1)
LATER = NOW + 20 * DAY


def refused(act, by: str) -> None:
    """The database's own refusal, by the name of its guard or constraint."""
    with pytest.raises(Error, match=by), transaction.atomic():
        act()


def change(row, **values) -> None:
    type(row).objects.filter(pk=row.pk).update(**values)


def punish(decision: Decision, **fields) -> Penalty:
    values = {
        "decision": decision,
        "case": decision.case,
        "student": decision.case.student,
        "enrolment": decision.case.enrolment,
        "kind": decision.penalty_kind,
        "decided_at": LATER,
        "policy_id": "2026-01",
    }
    return Penalty.objects.create(**{**values, **fields})


def test_every_guard_is_there_after_the_last_migration() -> None:
    sql = {
        "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled IN ('O', 'A')",
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    }
    with connection.cursor() as cursor:
        cursor.execute(sql[connection.vendor])
        present = {name for (name,) in cursor.fetchall()}
    assert {guard.name for guard in due_process.GUARDS} <= present


def test_the_database_holds_the_same_table_of_steps() -> None:
    table = {str(state): {str(to) for to in steps.values()} for state, steps in TRANSITIONS.items() if steps}
    assert {state: set(after) for state, after in due_process.STEPS.items()} == table


def test_b1_a_case_takes_no_step_that_is_not_in_the_table() -> None:
    head = make_user(Role.HEAD_OF_LEARNING)
    rows = {
        "open": make_case(),
        "informed": make_case(state="informed", informed_at=NOW),
        "summoned": make_case(state="summoned", informed_at=NOW),
        "heard": make_case(state="heard", informed_at=NOW),
        "closed": make_case(state="closed", closed_at=NOW, closed_by=head, closing_reason="Nothing in it."),
        "withdrawn": make_case(state="withdrawn", withdrawn_at=NOW),
    }
    world = heard_case()
    decision = confirm(draft(world.case, world.meeting, at=LATER), at=LATER)
    for before, row in [*rows.items(), ("decided", world.case), ("concluded", world.case)]:
        if before == "concluded":
            punish(decision)
            change(
                Penalty.objects.get(),
                effective_at=LATER,
                effective_by="delivered",
                starts_on=LATER.date(),
                ends_on=LATER.date(),
            )
            change(row, state="concluded")
        may = {str(to) for to in TRANSITIONS[CaseState(before)].values()}
        for after in set(CaseState.values) - may - {before}:
            # A constraint of the row may say so first.
            refused(lambda row=row, after=after: change(row, state=after), "discipline_case_")


def test_b1_a_case_is_informed_decided_and_concluded_only_on_what_says_so() -> None:
    refused(lambda: change(make_case(), state="informed", informed_at=NOW), "case_unsaid")
    world = heard_case()
    refused(lambda: change(world.case, state="decided", decided_at=LATER), "case_undecided")
    confirm(draft(world.case, world.meeting, at=LATER), at=LATER)
    refused(lambda: change(world.case, state="concluded"), "case_unfinished")


def test_abuse_43_what_a_case_is_about_never_changes() -> None:
    case = make_case()
    other = make_enrolment()
    for values in (
        {"student": other.student},
        {"enrolment": other},
        {"kind": "conduct"},
        {"opened_at": LATER},
        {"facts": "[]"},
    ):
        refused(lambda values=values: change(case, **values), "discipline_case_fixed")
    refused(lambda: Case.objects.filter(pk=case.pk)._raw_delete("default"), "case_no_delete")


# --- the complaint and the evidence (B1)


def test_abuse_46_no_decision_and_no_penalty_before_the_complaint_was_sent() -> None:
    case = make_case(state="informed", informed_at=NOW)
    refused(lambda: draft(case, at=LATER), "decision_uninformed")
    inform(case, at=LATER)
    refused(lambda: draft(case, at=LATER - MICRO), "decision_uninformed")
    decision = confirm(draft(case, at=LATER), at=LATER)
    refused(lambda: punish(decision, decided_at=LATER - MICRO), "penalty_un")
    assert punish(decision).pk


def test_b1_sent_is_what_the_message_says() -> None:
    complaint = inform(make_case())
    draft_of = Complaint(
        case=make_case(),
        facts="x",
        clauses=["3.5"],
        drafted_at=NOW,
        drafted_by=complaint.drafted_by,
        issued_at=NOW,
        issued_by=complaint.drafted_by,
        message_occasion="nobody sent this",
        evidence_digest="0" * 64,
        sent_at=NOW,
    )
    refused(draft_of.save, "complaint_unproved_insert")
    draft_of.message_occasion = complaint.message_occasion + "x"
    draft_of.sent_at = None
    draft_of.save()
    refused(lambda: change(draft_of, sent_at=NOW), "complaint_unproved_update")


def test_abuse_44_what_was_issued_is_not_edited() -> None:
    case = make_case()
    by = make_user(Role.HEAD_OF_LEARNING)
    complaint = Complaint.objects.create(case=case, facts="x", clauses=["3.5"], drafted_at=NOW, drafted_by=by)
    common = {"case": case, "added_at": NOW, "added_by": by, "complaint": complaint}
    fact = CaseFact.objects.create(text="Seen.", clause="3.5", **common)
    paper = CaseDocument.objects.create(
        document=make_document(case.student.user, purpose="case-evidence"), title="A picture", **common
    )
    change(complaint, issued_at=NOW, issued_by=by, message_occasion="x", evidence_digest="0" * 64)
    for row, values in (
        (complaint, {"facts": "Something else."}),
        (complaint, {"clauses": ["3.4"]}),
        (complaint, {"evidence_digest": "1" * 64}),
        (fact, {"text": "Not seen."}),
        (fact, {"complaint": None}),
        (paper, {"title": "Another"}),
        (paper, {"document": make_document(case.student.user, purpose="case-evidence")}),
    ):
        refused(lambda row=row, values=values: change(row, **values), f"{row._meta.db_table}_fixed")
    for row in (complaint, fact, paper):
        refused(
            lambda row=row: type(row).objects.filter(pk=row.pk)._raw_delete("default"),
            f"{row._meta.db_table}_no_delete",
        )
    refused(lambda: CaseFact.objects.create(text="Later.", clause="3.5", **common), "slipped_insert")
    loose = CaseFact.objects.create(case=case, text="Later.", clause="3.5", added_at=NOW)
    refused(lambda: change(loose, complaint=complaint), "slipped_update")
    change(loose, told_at=NOW)
    refused(lambda: change(loose, text="Otherwise."), "casefact_fixed")


def test_abuse_57_a_document_of_somebody_else_does_not_lie_in_a_case() -> None:
    case = make_case()
    stranger = make_document(make_user(Role.STUDENT), purpose="case-evidence")
    refused(
        lambda: CaseDocument.objects.create(case=case, document=stranger, title="x", added_at=NOW), "foreign"
    )


def test_abuse_75_evidence_is_not_deleted_while_the_case_is_open() -> None:
    case = make_case()
    document = make_document(case.student.user, purpose="case-evidence")
    CaseDocument.objects.create(case=case, document=document, title="x", added_at=NOW)
    gone = {"deleted_at": NOW, "deleted_why": "x"}
    refused(lambda: change(document, **gone), "record_document_in_case")
    change(case, state="withdrawn", withdrawn_at=NOW)
    change(document, **gone)
    assert Document.objects.get(pk=document.pk).deleted_at == NOW


def test_a_reply_is_never_changed() -> None:
    complaint = inform(make_case())
    user = complaint.case.student.user
    reply = Reply.objects.create(complaint=complaint, text="No.", received_at=LATER, by=user)
    refused(lambda: change(reply, text="Yes."), "reply_fixed")
    refused(lambda: Reply.objects.all()._raw_delete("default"), "reply_no_delete")


# --- the Board and its meeting (B2–B4)


def test_abuse_48_nobody_sits_on_their_own_case_or_one_that_they_reported() -> None:
    case = make_case()
    head, mentor = make_user(Role.HEAD_OF_LEARNING), make_user(Role.MENTOR)
    Report.objects.create(
        kind="abuse",
        accused=case.enrolment,
        clause="3.5",
        policy_id="2026-01",
        reporter=head,
        text="x",
        made_at=NOW,
        state="opened",
        handled_at=NOW,
        case=case,
    )
    Suspicion.objects.create(
        enrolment=case.enrolment,
        reported_by=mentor,
        text="x",
        reported_at=NOW,
        policy_id="2026-01",
        state="established",
        stage="making",
        decided_at=NOW,
        decided_by=head,
        reasons="x",
        case=case,
    )
    for user in (head, mentor, case.student.user):
        refused(lambda user=user: seat(case, user=user), "boardmember_partial")
    member = seat(case)
    refused(lambda: seat(case), ".")
    refused(lambda: change(member, user=head), "boardmember_fixed")


@pytest.mark.parametrize(("late", "held"), [(timedelta(0), True), (MICRO, False)])
def test_abuse_37_no_meeting_inside_72_hours_of_the_actual_dispatch(late, held) -> None:
    case = make_case()
    inform(case)
    starts = NOW + 10 * DAY
    meeting = summon(case, starts_at=starts, sent_at=starts - 72 * HOUR + late)
    if held:
        assert hold(meeting).pk
    else:
        refused(lambda: hold(meeting), "meeting_unsummoned")


def test_abuse_38_a_meeting_moved_earlier_is_not_held_on_the_old_summons() -> None:
    case = make_case()
    inform(case)
    meeting = summon(case)
    meeting.starts_at -= HOUR
    meeting.save()
    refused(lambda: hold(meeting), "meeting_unsummoned")


def test_b3_dispatched_is_what_the_message_says_and_a_summons_stays_as_it_was_issued() -> None:
    case = make_case()
    inform(case)
    meeting = summon(case)
    row = Summons.objects.get()
    for values in ({"says_at": LATER}, {"latest_at": LATER}, {"right_text": "None."}, {"dispatched_at": NOW}):
        refused(lambda values=values: change(row, **values), "summons_")
    change(row, superseded_at=LATER)
    fresh = Summons.objects.get()
    fresh.pk, fresh.superseded_at, fresh.message_occasion = None, None, "nobody sent this"
    refused(fresh.save, "summons_unproved_insert")
    fresh.message_occasion, fresh.purpose = "another", ""
    fresh.dispatched_at = None
    refused(fresh.save, "discipline_summons_parts")
    assert meeting.summonses.count() == 1


def test_b2_no_meeting_without_chair_and_learning_manager() -> None:
    case = make_case()
    inform(case)
    meeting = summon(case)
    chair = seat(case)
    MeetingAttendance.objects.create(meeting=meeting, member=chair, present=True)
    values = {
        "state": "held",
        "held_at": meeting.ends_at,
        "grounds_stated": "x",
        "student_present": False,
        "companion_present": False,
        "minutes_by": meeting.planned_by,
    }
    refused(lambda: change(meeting, **values), "meeting_unattended")
    manager = seat(case, BoardRole.LEARNING_MANAGER)
    change(manager, recused_at=NOW, recusal_reason="A friend.")
    refused(
        lambda: MeetingAttendance.objects.create(meeting=meeting, member=manager, present=True), "stranger"
    )


def test_b4_what_was_said_at_a_meeting_stays_as_it_was_written() -> None:
    meeting = heard_case().meeting
    for values in ({"explanations": "None."}, {"state": "planned", "held_at": None}, {"starts_at": NOW}):
        refused(lambda values=values: change(meeting, **values), "meeting_fixed")
    refused(lambda: Meeting.objects.all()._raw_delete("default"), ".")


def test_abuse_49_and_50_two_vote_once_each_and_the_representative_advises() -> None:
    world = heard_case()
    members = {member.role: member for member in world.case.members.all()}
    common = {"meeting": world.meeting, "choice": "warning", "reasons": "x", "cast_at": LATER}
    vote = Vote.objects.create(member=members["chair"], **common)
    refused(lambda: Vote.objects.create(member=members["chair"], **common), ".")
    refused(lambda: change(vote, choice="exclusion"), "vote_fixed")
    refused(lambda: Vote.objects.all()._raw_delete("default"), "vote_no_delete")
    voice = seat(world.case, BoardRole.REPRESENTATIVE)
    MeetingAttendance.objects.create(meeting=world.meeting, member=voice, present=True)
    refused(lambda: Vote.objects.create(member=voice, **common), "vote_voiceless")
    said = {"meeting": world.meeting, "text": "x", "given_at": LATER}
    assert Advice.objects.create(member=voice, **said).pk
    refused(lambda: Advice.objects.create(member=members["chair"], **said), "advice_voiceless")
    absent = heard_case().case.members.first()
    refused(lambda: Vote.objects.create(member=absent, **common), "vote_voiceless")


# --- decision and penalty (B5–B7)


def test_abuse_45_a_decision_is_not_changed_after_the_second_signature() -> None:
    world = heard_case()
    decision = draft(world.case, world.meeting, at=LATER)
    refused(
        lambda: change(decision, confirmed_at=LATER, confirmed_by=decision.drafted_by),
        "discipline_decision_signed",
    )
    confirm(decision, at=LATER)
    for values in ({"penalty_kind": "warning"}, {"reasons": "Other."}, {"confirmed_at": LATER + DAY}):
        refused(lambda values=values: change(decision, **values), "decision_fixed")
    refused(lambda: Decision.objects.all()._raw_delete("default"), ".")


def test_abuse_47_nothing_beyond_the_scale() -> None:
    world = heard_case()
    refused(lambda: draft(world.case, world.meeting, at=LATER, penalty_kind="fine"), "decision_scale")
    refused(
        lambda: draft(world.case, world.meeting, at=LATER, penalty_kind="discontinuation"), "decision_beyond"
    )
    case = make_case()
    inform(case)
    refused(lambda: draft(case, at=LATER, penalty_kind="exclusion"), "decision_meeting")
    decision = confirm(draft(world.case, world.meeting, at=LATER), at=LATER)
    refused(lambda: punish(decision, kind="exclusion"), "penalty_undecided")


def test_b5_a_decision_rests_on_a_meeting_of_its_own_case_that_was_held() -> None:
    world, other = heard_case(), heard_case()
    refused(lambda: draft(world.case, other.meeting, at=LATER), "decision_unheard")
    case = make_case()
    inform(case)
    refused(lambda: draft(case, summon(case), at=LATER), "decision_unheard")


def test_b10_a_draft_is_not_confirmed_once_the_case_is_closed() -> None:
    world = heard_case()
    decision = draft(world.case, world.meeting, at=LATER)
    change(
        world.case,
        state="closed",
        closed_at=LATER,
        closed_by=decision.drafted_by,
        closing_reason="Nothing in it.",
    )
    refused(lambda: confirm(decision, at=LATER), "decision_late_update")


def test_abuse_51_one_penalty_a_case_signed_and_in_effect_once() -> None:
    world = heard_case()
    decision = draft(world.case, world.meeting, at=LATER)
    refused(lambda: punish(decision), "penalty_undecided")
    confirm(decision, at=LATER)
    row = punish(decision)
    refused(lambda: punish(decision), ".")
    days = {"starts_on": LATER.date(), "ends_on": (LATER + 30 * DAY).date()}
    change(row, effective_at=LATER, effective_by="delivered", **days)
    for values in ({"effective_at": LATER + DAY}, {"ends_on": LATER.date()}, {"kind": "warning"}):
        refused(lambda values=values: change(row, **values), "discipline_penalty_")
    change(row, lifted_at=LATER + 31 * DAY)
    refused(lambda: change(row, lifted_at=None), "penalty_fixed")
    refused(lambda: Penalty.objects.all()._raw_delete("default"), "penalty_no_delete")
