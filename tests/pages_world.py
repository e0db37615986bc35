"""A small school with one row of everything, and people who have business with it and people who have none."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from json import dumps
from types import SimpleNamespace
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import Role, User
from discipline.models import Case, CaseKind
from enforcement.models import Heartbeat, SweepFailure
from mentoring.models import (
    CommitmentAlert,
    ConferenceReport,
    Contest,
    ExceptionalCircumstance,
    ExceptionRequest,
    FilmingConsent,
    Hold,
    Join,
    MonitoringReport,
    Note,
    Notice,
    Recording,
    ReportAddition,
    ReportRow,
    Session,
    SessionState,
    SkillAssessment,
    Streak,
    StreakAbsence,
    TimeOff,
    WeeklySlot,
)
from record import checkpoints
from record.documents import purposes
from record.documents.purposes import Purpose
from record.documents.services import store_document
from record.models import (
    Chain,
    Checkpoint,
    Document,
    Entry,
    Message,
    StagedUpload,
    StoreInspection,
    Viewing,
)
from record.services import write
from record.types import NewEntry
from students.models import (
    Acceptance,
    Accommodation,
    AccommodationRequest,
    Ban,
    ChangeOfPath,
    CheckIn,
    ConductReport,
    Consultation,
    EndShift,
    Enrolment,
    EquipmentCheck,
    ExternalId,
    FunderApproval,
    FunderClient,
    GroupPost,
    GroupResource,
    IdentityFlag,
    Interruption,
    LeaveRequest,
    Membership,
    Place,
    PlaceRules,
    Remark,
    Requirement,
    RosterImport,
    SkillApproval,
    Stay,
    StudyGroup,
    StudySession,
)
from tests import factories
from tests.factories import (
    LONG_AGO,
    accept_rules,
    make_absence,
    make_approved_work,
    make_defence,
    make_enrolment,
    make_mentor,
    make_mentorship,
    make_path,
    make_project,
    make_session,
    make_student,
    make_user,
)
from tests.factories import make_document as make_row
from tests.papers import make_funding

NOW = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)
DAY, WEEK = timedelta(days=1), timedelta(weeks=1)
STAFF = ("student_success", "learning_manager", "head_of_learning", "administrator")
OTHERS = ("other_student", "other_mentor", "other_learning_manager")
PEOPLE = ("student", "mentor", "quality", *STAFF, *OTHERS, "anonymous")


@dataclass
class World:
    """People by what they are to the rows, and the rows by a short name."""

    people: dict[str, User] = field(default_factory=dict)
    rows: dict[str, Any] = field(default_factory=dict)


PROOF = Purpose(
    "test-proof", "A proof", frozenset({"text/plain"}), 1000, lambda user, proof: proof.subject_id == user.pk
)


def make_document(subject: User) -> Document:
    """A file that only the person whom it is about may read."""
    purposes.register(PROOF)
    return store_document(
        purpose=PROOF.name,
        upload=SimpleUploadedFile("proof.txt", b"A proof"),
        subject=subject,
        by=subject,
        now=NOW,
    )


def make_requests(enrolment: Enrolment) -> dict[str, Any]:
    """A row of each thing that a student asks for, as far open as its pages need it."""
    student, mentor = enrolment.student.user, enrolment.mentorships.get().mentor.user
    funding = make_funding(enrolment)
    leave = LeaveRequest.objects.create(
        enrolment=enrolment,
        starts_on=date(2026, 4, 6),
        ends_on=date(2026, 4, 15),
        asked_until=date(2026, 4, 15),
        approver="student_success",
        requested_at=NOW,
        complete_at=NOW,
        policy_id="2026-01",
        state="requested",
        lapses_at=NOW + 8 * WEEK,
    )
    short = LeaveRequest.objects.create(
        enrolment=enrolment,
        starts_on=date(2026, 5, 6),
        ends_on=date(2026, 5, 7),
        asked_until=date(2026, 5, 7),
        approver="mentor",
        requested_at=NOW,
        complete_at=NOW,
        policy_id="2026-01",
        state="requested",
        lapses_at=NOW + 12 * WEEK,
    )
    consultation = Consultation.objects.create(
        enrolment=enrolment, to_path=make_path(), advice="Do", recorded_at=NOW, recorded_by=mentor
    )
    change = ChangeOfPath.objects.create(
        enrolment=enrolment,
        from_path=enrolment.path,
        to_path=consultation.to_path,
        consultation=consultation,
        reason="Because",
        requested_at=NOW,
        accepted_at=NOW,
        earliest_on=date(2026, 3, 13),
        policy_id="2026-01",
        state="accepted",
    )
    paper = factories.make_document(student, purpose="funder-approval", content_type="application/pdf")
    return {
        "funder": funding.funder,
        "funding": funding,
        "leaverequest": leave,
        "short": short,
        "funderapproval": FunderApproval.objects.create(
            funding=funding,
            leave=leave,
            state="received",
            document=paper,
            asked_at=NOW,
            received_at=NOW,
            received_from=student,
        ),
        "consultation": consultation,
        "changeofpath": change,
        "endshift": EndShift.objects.create(
            enrolment=enrolment,
            cause="dates",
            days=3,
            ends_on_before=date(2026, 12, 28),
            ends_on_after=date(2026, 12, 31),
            recorded_at=NOW,
        ),
        "funderclient": FunderClient.objects.create(
            funder=funding.funder, label="Test", client_id="c", secret_digest="d", created_at=NOW
        ),
        "adaptation": AccommodationRequest.objects.create(
            enrolment=enrolment,
            audio=True,
            proof=factories.make_document(
                student, purpose="disability-proof", content_type="application/pdf"
            ),
            requested_at=NOW,
        ),
    }


def _rows_about_files(document: Document, session: Session) -> dict[str, Any]:
    """One row of each table about files and recordings."""
    return {
        "stagedupload": StagedUpload.objects.create(
            owner=make_user(), purpose=PROOF.name, file_name="x", length=1, created_at=NOW, expires_at=NOW
        ),
        "viewing": Viewing.objects.create(document=document, viewer=make_user(), began_at=NOW, last_at=NOW),
        "storeinspection": StoreInspection.objects.get_or_create(pk=1, defaults={"inspected_at": NOW})[0],
        "recording": Recording.objects.create(
            session=session,
            enrolment=session.enrolment,
            document=document,
            kept_until=NOW + WEEK,
            policy_id="2026-01",
        ),
        "hold": Hold.objects.create(
            student=session.student, reason="case", about="discipline.case:0", placed_at=NOW
        ),
        "filmingconsent": FilmingConsent.objects.create(
            student=session.student, agreed=True, said_at=NOW, policy_id="2026-01"
        ),
    }


def make_world() -> World:
    """Two Paths: everything belongs to the first one, the others to the second."""
    people = {role: make_user(role) for role in STAFF}
    path = make_path(learning_manager=people["learning_manager"])
    enrolment = make_enrolment(path=path)
    mentor = make_mentor()
    mentorship = make_mentorship(mentor=mentor, enrolment=enrolment)
    other_manager = make_user(Role.LEARNING_MANAGER)
    elsewhere = make_path(learning_manager=other_manager)
    stranger = make_mentorship(enrolment=make_enrolment(path=elsewhere))
    people |= {
        "student": enrolment.student.user,
        "mentor": mentor.user,
        "quality": make_user(Role.QUALITY),
        "other_student": stranger.enrolment.student.user,
        "other_mentor": stranger.mentor.user,
        "other_learning_manager": other_manager,
    }
    # Uploads are their owner's alone; the owner is none of those in the table.
    admin, student = make_user(Role.ADMINISTRATOR), enrolment.student
    session = make_session(NOW + WEEK, mentorship=mentorship)
    unattended = make_session(NOW - 2 * WEEK, mentorship=mentorship, state=SessionState.UNATTENDED)
    absence = make_absence(NOW - timedelta(hours=20), mentorship=mentorship)
    contested = make_absence(NOW - WEEK, mentorship=mentorship)
    streak = Streak.objects.create(enrolment=enrolment, reached_at=NOW, policy_id="2026-01", taken_up_at=NOW)
    StreakAbsence.objects.create(streak=streak, absence=absence, position=1)
    case = Case.objects.create(
        kind=CaseKind.ATTENDANCE,
        student=student,
        enrolment=enrolment,
        streak=streak,
        clause="3.2",
        policy_id="2026-01",
        opened_at=NOW,
        facts="{}",
    )
    write(entries=[NewEntry(student.user_id, "reasons_given", "3.2", "2026-01", NOW)], now=NOW)
    chain = Chain.objects.get(subject=student.user)
    checkpoints.make([chain.pk], NOW)
    report = ConferenceReport.objects.create(
        provider="zoom", file_name="r.csv", digest="d", uploaded_at=NOW, uploaded_by=admin
    )
    message = Message.objects.create(
        recipient=student.user,
        kind="notice_received",
        occasion="test:1",
        due_at=NOW,
        created_at=NOW,
        next_attempt_at=NOW,
        state="sent",
        sent_at=NOW,
        subject="Received",
        body_text="Text",
        body_html="<p>Text</p>",
    )
    failed = Message.objects.create(
        recipient=student.user, kind="x", occasion="test:2", due_at=NOW, created_at=NOW, next_attempt_at=NOW
    )
    Message.objects.filter(pk=failed.pk).update(state="failed", last_error="no such address")
    document = make_document(student.user)
    place = Place.objects.create(name="Workshop")
    rules = PlaceRules.objects.create(place=place, text="Wear shoes.", written_at=NOW)
    stay = Stay.objects.create(
        enrolment=enrolment,
        place=place,
        starts_on=date(2026, 4, 1),
        ends_on=date(2026, 4, 2),
        arranged_at=NOW,
    )
    told = MonitoringReport.objects.create(
        enrolment=enrolment,
        mentor=mentor,
        kind="session",
        session=make_session(NOW - 4 * WEEK, mentorship=mentorship, state=SessionState.HELD),
        state="final",
        owed_since=NOW - WEEK,
        drafted_at=NOW - WEEK,
        submitted_at=NOW,
    )
    accept_rules(student)
    group = StudyGroup.objects.create(title="SQL on Thursdays", path=path, made_at=NOW, made_by=student)
    shared = {"group": group, "author": student, "posted_at": NOW}
    rows = {
        "studygroup": group,
        "membership": Membership.objects.create(group=group, student=student, owner=True, joined_at=NOW),
        "studysession": StudySession.objects.create(
            group=group,
            title="Joins",
            starts_at=NOW + DAY,
            ends_at=NOW + DAY + timedelta(hours=1),
            made_at=NOW,
            made_by=student,
        ),
        "grouppost": GroupPost.objects.create(text="On my way.", **shared),
        "groupresource": GroupResource.objects.create(title="A link", **shared),
        "monitoringreport": told,
        "reportaddition": ReportAddition.objects.create(
            report=told, author=mentor.user, text="It was the API.", written_at=NOW
        ),
        "commitmentalert": CommitmentAlert.objects.create(
            enrolment=enrolment,
            silent_since=NOW - 5 * WEEK,
            raised_at=NOW - WEEK,
            clause="3.3",
            policy_id="2026-01",
        ),
        "held": told.session,
        "acceptance": Acceptance.objects.create(
            student=student, document="policy", version="2025", digest="d", accepted_at=NOW
        ),
        "equipmentcheck": EquipmentCheck.objects.create(
            student=student,
            done_at=NOW,
            measured=False,
            connection="works",
            camera="works",
            microphone="works",
        ),
        "place": place,
        "placerules": rules,
        "stay": stay,
        "checkin": CheckIn.objects.create(stay=stay, day=date(2026, 4, 1), at=NOW),
        "conductreport": ConductReport.objects.create(
            kind="abuse", reporter=student.user, text="Shouted.", made_at=NOW
        ),
        "path": path,
        "document": document,
        "document_key": SimpleNamespace(pk=document.key),
        **_rows_about_files(document, unattended),
        "student": student,
        "enrolment": enrolment,
        "mentor": mentor,
        "mentorship": mentorship,
        "session": session,
        "unattended": unattended,
        "absence": absence,
        "contest": Contest.objects.create(absence=contested, statement="I was there", made_at=NOW - WEEK),
        "streak": streak,
        "case": case,
        "notice": Notice.objects.create(session=absence.session, reason="Ill", received_at=NOW - WEEK),
        "join": Join.objects.create(
            session=absence.session,
            participant="mentor",
            joined_at=NOW - DAY,
            source="portal",
            recorded_at=NOW,
        ),
        "exceptionalcircumstance": ExceptionalCircumstance.objects.create(
            session=contested.session,
            reason="Storm",
            authorised_at=NOW,
            authorised_by=people["student_success"],
            retroactive=True,
        ),
        "exceptionrequest": ExceptionRequest.objects.create(
            session=session, reason="A summons", asked_at=NOW, asked_by=student.user
        ),
        "note": Note.objects.create(
            enrolment=enrolment, author=mentor.user, shared=True, text="Well done", written_at=NOW
        ),
        "weeklyslot": WeeklySlot.objects.filter(mentor=mentor).first(),
        "timeoff": TimeOff.objects.create(
            mentor=mentor, starts_at=NOW + 5 * WEEK, ends_at=NOW + 6 * WEEK, recorded_at=NOW
        ),
        "interruption": Interruption.objects.create(
            enrolment=enrolment,
            kind="leave",
            starts_on=date(2026, 6, 1),
            ends_on=date(2026, 6, 2),
            recorded_at=NOW,
        ),
        "accommodation": Accommodation.objects.create(
            enrolment=enrolment, audio=True, valid_from=date(2026, 1, 1), accepted_at=NOW
        ),
        "externalid": ExternalId.objects.create(
            system="s", kind="user", sourced_id="1", told="{}", changed_at=NOW
        ),
        "rosterimport": RosterImport.objects.create(
            digest="d",
            file_name="f.zip",
            uploaded_at=NOW,
            uploaded_by=admin,
            outcome=dumps(
                {
                    "changes": [],
                    "problems": [],
                    "counts": dict.fromkeys(("create", "update", "deactivate", "unchanged"), 0),
                    "many": False,
                }
            ),
            outcome_digest="d",
        ),
        "conferencereport": report,
        "reportrow": ReportRow.objects.create(report=report, line=1),
        "chain": chain,
        "entry": Entry.objects.get(chain=chain),
        "checkpoint": Checkpoint.objects.get(),
        "message": message,
        "failed": failed,
        "heartbeat": Heartbeat.objects.create(sweep="x"),
        "sweepfailure": SweepFailure.objects.create(
            sweep="x", row_id=1, error="E", first_failed_at=NOW, last_failed_at=NOW, retry_at=NOW
        ),
        "user": student.user,
        **make_requests(enrolment),
    }
    rows |= _standing(enrolment)
    make_student()  # somebody who is not enrolled
    rows |= _projects(mentor.user, enrolment)
    return World(people, rows)


def _standing(enrolment: Enrolment) -> dict[str, Any]:
    """A ban of the student that is over long ago, and another's, whom the student looked like."""
    days = {"clause": "4.2", "policy_id": "2026-01", "imposed_at": LONG_AGO, "recorded_at": LONG_AGO}
    over = {"starts_on": date(2024, 1, 1), "until": date(2024, 12, 31)}
    other = Ban.objects.create(student=make_student(), about="discipline.penalty:2", **days, **over)
    return {
        "ban": Ban.objects.create(student=enrolment.student, about="discipline.penalty:1", **days, **over),
        "identityflag": IdentityFlag.objects.create(
            student=enrolment.student, ban=other, enrolment=enrolment, matched="name", raised_at=NOW
        ),
    }


def _projects(mentor: User, enrolment: Enrolment) -> dict[str, Any]:
    """A project that is approved, given back and asked anew once, with a defence that is booked."""
    project = make_project(enrolment.path, skills=["a"], in_depth=True)
    work = make_approved_work(mentor, enrolment, project=project)
    version = work.deliverables.get()
    past = make_defence(work, NOW - 3 * WEEK - 2 * DAY)
    past.recording = make_row(past.student.user, purpose="defence-recording")
    past.recorded_at = NOW - 3 * WEEK
    past.save()
    skill = project.skills.get()
    word = SkillAssessment.objects.create(defence=past, skill=skill, approved=True, comment="Shown")
    past.state, past.decided_at, past.decided_by, past.comment = "failed", NOW, past.assessor.user, "Go on"
    past.save()
    return {
        "project": project,
        "skill": skill,
        "projectwork": work,
        "deliverable": version,
        "deliverablefile": version.files.get(),
        "review": version.review,
        "remark": Remark.objects.create(work=work, author=mentor, text="Look here", written_at=NOW),
        "requirement": Requirement.objects.create(
            work=work, kind="rework", clause="PL.3", reason="Copied", required_at=LONG_AGO
        ),
        "skillapproval": SkillApproval.objects.create(
            work=work, skill=skill, approved_at=NOW, approved_by=past.assessor.user
        ),
        "skillassessment": word,
        "defence": make_defence(work, NOW + 2 * DAY),
    }
