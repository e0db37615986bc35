"""Settings of the REST API (rest framework, its schema and its filters)."""

from __future__ import annotations

from . import environment as env

API_APPS = [
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
]
# Requests of one person in one minute; 0: as many as they like.
API_READS_PER_MINUTE = env.whole("API_READS_PER_MINUTE", 600, least=0, most=1_000_000)
API_WRITES_PER_MINUTE = env.whole("API_WRITES_PER_MINUTE", 60, least=0, most=1_000_000)

REST_FRAMEWORK = {
    "DEFAULT_SCHEMA_CLASS": "accounts.api.schema.Described",
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.api_auth.ApiTokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["accounts.api.parsers.JSONParser"],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_THROTTLE_CLASSES": ["accounts.api.throttles.PerPerson"],
    "EXCEPTION_HANDLER": "accounts.api.problems.handle",
    "UNICODE_JSON": True,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Policy Portal",
    "VERSION": "1",
    "DESCRIPTION": (
        "Attendance, enforced end to end: sessions and their verdicts, notices, absences and their duties, "
        "contests, cases and the record. Pages and API call the same rules.\n\n"
        "Instants are UTC (ISO 8601). Nothing that happened is dated by the caller: the server's clock says "
        "when a notice, a join or reasons arrived. Errors are problem details (RFC 9457); a refusal by a rule "
        "names its field and clause."
    ),
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "mentoring.api.funder_schema.describe",
    ],
    "ENUM_NAME_OVERRIDES": {
        "SessionState": "mentoring.models.SessionState.choices",
        "EnrolmentState": "students.models.EnrolmentState.choices",
        "AbsenceKind": "mentoring.models.AbsenceKind.choices",
        "CaseKind": "discipline.models.CaseKind.choices",
        "CaseState": "discipline.models.CaseState.choices",
        "DisciplineReportKind": "discipline.models.DisciplineReportKind.choices",
        "SuspicionState": "discipline.models.SuspicionState.choices",
        "SuspicionSource": "discipline.models.SuspicionSource.choices",
        "PlagiarismStage": "discipline.models.Stage.choices",
        "MeetingState": "discipline.models.MeetingState.choices",
        "SummonsChannel": "discipline.models.SummonsChannel.choices",
        "CopyChannel": "discipline.models.CopyChannel.choices",
        "CopyState": "discipline.models.CopyState.choices",
        "PenaltyKind": "discipline.models.PenaltyKind.choices",
        "ReportProblem": "mentoring.models.reports.Problem.choices",
        "Ground": "mentoring.models.Ground.choices",
        "LeaveState": "students.models.LeaveState.choices",
        "LeaveApprover": "students.models.LeaveApprover.choices",
        "ChangeState": "students.models.ChangeState.choices",
        "ContestOutcome": "mentoring.models.ContestOutcome.choices",
        "LetterState": "record.models.LetterState.choices",
        "FunderApprovalState": "students.models.ApprovalState.choices",
        "ProjectWorkState": "students.models.WorkState.choices",
        "DefenceState": "mentoring.models.DefenceState.choices",
        "ReviewDecision": "students.models.ReviewDecision.choices",
        "MonitoringReportKind": "mentoring.models.monitoring.ReportKind.choices",
        "MonitoringReportState": "mentoring.models.monitoring.ReportState.choices",
        "ConductReportKind": "students.models.offsite.ConductReportKind.choices",
        "EquipmentFinding": "students.models.acceptances.Finding.choices",
        "Resolution": "mentoring.api.sessions.RESOLUTION_CHOICES",
    },
}
