"""The student portal, under /portal/."""

from __future__ import annotations

from django.urls import path

from mentoring.views import certificates, monitoring, student
from mentoring.views.student import adaptations, projects, requests

urlpatterns = [
    path("", student.home, name="student-home"),
    path("sessions/", student.sessions, name="student-sessions"),
    path("sessions/<int:pk>/", student.session, name="student-session"),
    path("sessions/<int:pk>/join/", student.join, name="student-join"),
    path("sessions/<int:pk>/notice/", student.notice, name="student-notice"),
    path("sessions/<int:pk>/book/", student.book, name="student-book"),
    path("sessions/<int:pk>/exception/", student.exception, name="student-exception"),
    path("absences/", student.absences, name="student-absences"),
    path("absences/<int:pk>/reasons/", student.reasons, name="student-reasons"),
    path("absences/<int:pk>/contest/", student.contest, name="student-contest"),
    path("reports/", monitoring.student_reports, name="student-reports"),
    path("reports/<int:pk>/", monitoring.student_report, name="student-report"),
    path("notes/", student.notes, name="student-notes"),
    path("record/", student.record, name="student-record"),
    path("record/export/", student.record_export, name="student-record-export"),
    path("projects/<int:pk>/", projects.work, name="student-work"),
    path("projects/<int:pk>/submit/", projects.submit, name="student-submit"),
    path("projects/<int:pk>/comment/", projects.remark, name="student-remark"),
    path("projects/<int:pk>/defence/", projects.defence, name="student-defence"),
    path("defences/<int:pk>/join/", projects.defence_join, name="student-defence-join"),
    path("defences/<int:pk>/cancel/", projects.defence_cancel, name="student-defence-cancel"),
    path("kept/", student.kept, name="student-kept"),
    path("training/", student.training, name="student-training"),
    path("requests/", requests.overview, name="student-requests"),
    path("trainings/<int:pk>/leave/", requests.leave_ask, name="student-leave-ask"),
    path("leaves/<int:pk>/", requests.leave, name="student-leave"),
    path("leaves/<int:pk>/withdraw/", requests.leave_withdraw, name="student-leave-withdraw"),
    path("leaves/<int:pk>/back/", requests.leave_back, name="student-leave-back"),
    path("approvals/<int:pk>/", requests.approval, name="student-approval"),
    path("trainings/<int:pk>/change/", requests.change_ask, name="student-change-ask"),
    path("changes/<int:pk>/", requests.change, name="student-change"),
    path("changes/<int:pk>/withdraw/", requests.change_withdraw, name="student-change-withdraw"),
    path("trainings/<int:pk>/end/", requests.training_end, name="student-training-end"),
    path("adaptations/", adaptations.overview, name="student-adaptation"),
    path("trainings/<int:pk>/adaptation/", adaptations.ask, name="student-adaptation-ask"),
    path("adaptations/<int:pk>/withdraw/", adaptations.withdraw, name="student-adaptation-withdraw"),
    path("trainings/<int:pk>/certificates/<str:month>/", certificates.of_own, name="student-certificate"),
]
