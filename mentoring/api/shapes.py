"""What mentoring shows of sessions, absences, contests and notices."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from accounts.api.shapes import Name, Shape
from mentoring.models import (
    AbsenceKind,
    ContestOutcome,
    Ground,
    Medium,
    Origin,
    ReschedulingState,
    SessionState,
)


class SessionShape(Shape):
    """A weekly session and what became of it."""

    id = serializers.IntegerField()
    enrolment = serializers.IntegerField(source="enrolment_id")
    student = serializers.IntegerField(source="student_id")
    student_name = Name(source="student.user")
    mentor = serializers.IntegerField(source="mentor_id")
    mentor_name = Name(source="mentor.user")
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    origin = serializers.ChoiceField(Origin.choices)
    medium = serializers.ChoiceField(Medium.choices)
    replaces = serializers.IntegerField(source="replaces_id", allow_null=True)
    student_joined_at = serializers.DateTimeField(allow_null=True)
    mentor_joined_at = serializers.DateTimeField(allow_null=True)
    state = serializers.ChoiceField(SessionState.choices)
    ground = serializers.ChoiceField(Ground.choices, allow_blank=True)
    decided_at = serializers.DateTimeField(allow_null=True)
    clause = serializers.CharField(allow_blank=True)
    policy = serializers.CharField(source="policy_id", allow_blank=True)

    class Meta:
        ref_name = "Session"


class VerdictShape(serializers.Serializer[Any]):
    """Why a session is what it is."""

    sentence = serializers.CharField(help_text="In the reader's language")
    rule = serializers.CharField(allow_blank=True)
    clause = serializers.CharField(allow_blank=True)
    policy = serializers.CharField(allow_blank=True)
    facts = serializers.DictField(help_text="What it was judged by; instants end in _at")

    class Meta:
        ref_name = "Verdict"


class NoticeOfSession(serializers.Serializer[Any]):
    received_at = serializers.DateTimeField()
    reason = serializers.CharField()


class ExceptionOfSession(serializers.Serializer[Any]):
    """What was asked of Student Success for a session; told to the student, to who asked, and to staff."""

    asked_at = serializers.DateTimeField()
    reason = serializers.CharField()
    granted = serializers.BooleanField(allow_null=True, help_text="null: not answered yet")
    answer = serializers.CharField(allow_blank=True)
    decided_at = serializers.DateTimeField(allow_null=True)


class SessionDetail(SessionShape):
    """A session with its verdict, its notice and what followed."""

    path = serializers.CharField(source="enrolment.path.code")
    time_zone = serializers.CharField(source="enrolment.time_zone", help_text="The enrolment's")
    booked_at = serializers.DateTimeField()
    released_at = serializers.DateTimeField(allow_null=True, help_text="When its slot became free again")
    absence = serializers.IntegerField(source="absence.id", allow_null=True)
    verdict = VerdictShape()
    notice = NoticeOfSession(allow_null=True)
    exception_request = ExceptionOfSession(allow_null=True)

    class Meta:
        ref_name = "SessionDetail"


class JoinedShape(SessionDetail):
    """The session that was joined, and where it takes place."""

    video_link = serializers.URLField()

    class Meta:
        ref_name = "JoinedSession"


class PreviewShape(serializers.Serializer[Any]):
    """What a notice that arrived now would lead to."""

    received_at = serializers.DateTimeField(help_text="Now, by the server's clock")
    outcome = serializers.ChoiceField(SessionState.choices)
    ground = serializers.ChoiceField(Ground.choices)
    authorised = serializers.BooleanField()
    sentence = serializers.CharField()
    clause = serializers.CharField()
    policy = serializers.CharField()
    facts = serializers.DictField()
    notice_until = serializers.DateTimeField(help_text="A notice by then is in time")
    rescheduling_due_at = serializers.DateTimeField()

    class Meta:
        ref_name = "NoticePreview"


class SlotShape(serializers.Serializer[Any]):
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()


class DayShape(serializers.Serializer[Any]):
    day = serializers.DateField()
    closed = serializers.CharField(allow_null=True, help_text="Why nothing can be booked on it")
    slots = SlotShape(many=True)


class SlotsShape(serializers.Serializer[Any]):
    """Where another session for this one may go (A3)."""

    bookable = serializers.BooleanField(help_text="Whether another session may be booked for this one")
    time_zone = serializers.CharField(help_text="The zone of the days")
    mentor = serializers.IntegerField(allow_null=True)
    days = DayShape(many=True)

    class Meta:
        ref_name = "FreeSlots"


class AbsenceShape(Shape):
    """A missed session and the duties that it brought (A8)."""

    id = serializers.IntegerField()
    session = serializers.IntegerField(source="session_id")
    enrolment = serializers.IntegerField(source="enrolment_id")
    student_name = Name(source="session.student.user")
    kind = serializers.ChoiceField(AbsenceKind.choices)
    ground = serializers.ChoiceField(Ground.choices)
    starts_at = serializers.DateTimeField()
    happened_at = serializers.DateTimeField(help_text="Judged as of")
    withdrawn_at = serializers.DateTimeField(allow_null=True)
    reasons = serializers.CharField(allow_blank=True)
    reasons_at = serializers.DateTimeField(allow_null=True)
    rebooked_at = serializers.DateTimeField(allow_null=True)
    rescheduling_due_at = serializers.DateTimeField(help_text="Reasons and another session are due by then")
    rescheduling_state = serializers.ChoiceField(ReschedulingState.choices)
    contest = serializers.IntegerField(source="contest.id", allow_null=True)

    class Meta:
        ref_name = "Absence"


class ContestShape(Shape):
    """A student's objection to an absence, and its decision (A7)."""

    id = serializers.IntegerField()
    absence = serializers.IntegerField(source="absence_id")
    session = serializers.IntegerField(source="absence.session_id")
    student_name = Name(source="absence.session.student.user")
    statement = serializers.CharField()
    made_at = serializers.DateTimeField()
    decided_at = serializers.DateTimeField(allow_null=True)
    outcome = serializers.ChoiceField(ContestOutcome.choices, allow_blank=True)
    reasons = serializers.CharField(allow_blank=True, help_text="Of the decision")

    class Meta:
        ref_name = "Contest"


class NoticeShape(Shape):
    """A notice of absence, received by the server's clock."""

    id = serializers.IntegerField()
    session = serializers.IntegerField(source="session_id")
    student_name = Name(source="session.student.user")
    starts_at = serializers.DateTimeField(source="session.starts_at", help_text="Of the session")
    received_at = serializers.DateTimeField()
    reason = serializers.CharField()

    class Meta:
        ref_name = "Notice"
