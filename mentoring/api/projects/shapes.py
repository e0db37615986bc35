"""What a work, a version and a defence look like over the API, and what is sent about them."""

from __future__ import annotations

from rest_framework import serializers

from accounts.api.shapes import Day, Instant, Later, Name, Shape, Taken, Words
from mentoring.models import DefenceState
from students.models import ReviewDecision, WorkState
from students.services.works import MOST_FILES


class WorkShape(Shape):
    """One student on one project."""

    id = serializers.IntegerField()
    enrolment = serializers.IntegerField(source="enrolment_id")
    student = serializers.IntegerField(source="enrolment.student_id")
    student_name = Name(source="enrolment.student.user")
    project = serializers.IntegerField(source="project_id")
    title = serializers.CharField(source="project.title")
    state = serializers.ChoiceField(WorkState.choices)
    state_since = serializers.DateTimeField(allow_null=True)
    in_depth = serializers.BooleanField(help_text="As it was given to this student")
    due_on = serializers.DateField(allow_null=True)
    given_at = serializers.DateTimeField()
    dropped_at = serializers.DateTimeField(allow_null=True)

    class Meta:
        ref_name = "ProjectWork"


class WorkDetail(WorkShape):
    """… with its skills, versions and what is required before it can be approved."""

    skills = Later(help_text="Code, title, and the approval that stands")
    versions = Later(help_text="The ids of its deliverables, the newest first")
    asked_anew = Later(help_text="What findings asked for and was not done yet")

    class Meta:
        ref_name = "ProjectWorkDetail"


class DeliverableShape(Shape):
    """One version of what was handed in."""

    id = serializers.IntegerField()
    work = serializers.IntegerField(source="work_id")
    version = serializers.IntegerField()
    note = serializers.CharField(allow_blank=True)
    submitted_at = serializers.DateTimeField()
    late = serializers.BooleanField()
    decision = serializers.CharField(source="review.decision", allow_null=True)
    comment = serializers.CharField(source="review.comment", allow_null=True)
    decided_at = serializers.DateTimeField(source="review.decided_at", allow_null=True)
    decided_by_name = Name(source="review.decided_by", allow_null=True)

    class Meta:
        ref_name = "Deliverable"


class DeliverableDetail(DeliverableShape):
    """… with its files."""

    files = Later(help_text="Name, digest and address of each")

    class Meta:
        ref_name = "DeliverableDetail"


class DefenceShape(Shape):
    """A defence of a project."""

    id = serializers.IntegerField()
    work = serializers.IntegerField(source="work_id")
    student = serializers.IntegerField(source="student_id")
    student_name = Name(source="student.user")
    assessor = serializers.IntegerField(source="assessor_id")
    assessor_name = Name(source="assessor.user")
    attempt = serializers.IntegerField()
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    medium = serializers.CharField()
    state = serializers.ChoiceField(DefenceState.choices)
    recorded_at = serializers.DateTimeField(allow_null=True)
    decided_at = serializers.DateTimeField(allow_null=True)
    comment = serializers.CharField(allow_blank=True)

    class Meta:
        ref_name = "Defence"


class DefenceDetail(DefenceShape):
    """… with the word on each skill."""

    assessments = Later(help_text="Skill, whether it was approved, and the comment")

    class Meta:
        ref_name = "DefenceDetail"


class UploadsTaken(Taken):
    uploads = serializers.ListField(
        child=serializers.UUIDField(),
        allow_empty=True,
        max_length=MOST_FILES,
        help_text="Ids of resumable uploads of the purpose “deliverable” that have arrived",
    )
    note = Words(required=False)


class RemarkTaken(Taken):
    text = Words()


class DueTaken(Taken):
    due_on = Day(allow_null=True)


class VersionDecisionTaken(Taken):
    decision = serializers.ChoiceField(ReviewDecision.choices)
    comment = Words()


class DefenceTaken(Taken):
    work = serializers.IntegerField()
    assessor = serializers.IntegerField()
    starts_at = Instant()
    minutes = serializers.IntegerField(
        min_value=1, max_value=600, required=False, help_text="Where the mentor or the school proposes a time"
    )


class CallOffTaken(Taken):
    reason = Words()


class RecordingTaken(Taken):
    upload = serializers.UUIDField(help_text="A resumable upload of the purpose “defence-recording”")


class SkillWord(Taken):
    skill = serializers.IntegerField()
    approved = serializers.BooleanField()
    comment = Words()

    class Meta:
        ref_name = "SkillWord"


class DefenceOutcomeTaken(Taken):
    skills = SkillWord(many=True, allow_empty=True, max_length=100)  # type: ignore[call-arg]  # with many, which the stubs do not know
    comment = Words()
