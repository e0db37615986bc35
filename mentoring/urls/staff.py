"""Addresses of the staff's pages of mentoring, under /staff/."""

from __future__ import annotations

from django.urls import path

from mentoring.views import monitoring
from mentoring.views.staff import accommodations, adaptations, contests, requests, sessions, trainings

urlpatterns = [
    path("reports/", monitoring.staff_reports, name="staff-reports"),
    path("reports/<int:pk>/", monitoring.staff_report, name="staff-report"),
    path("contests/<int:pk>/", contests.contest, name="staff-contest"),
    path("sessions/<int:pk>/", sessions.session, name="staff-session"),
    path("sessions/<int:pk>/resolve/", sessions.resolve, name="staff-session-resolve"),
    path("sessions/<int:pk>/exception/", sessions.exception, name="staff-session-exception"),
    path("sessions/<int:pk>/cancel/", sessions.cancel, name="staff-session-cancel"),
    path("sessions/<int:pk>/book/", sessions.book, name="staff-session-book"),
    path("trainings/<int:pk>/mentorship/", trainings.mentorship_start, name="staff-mentorship-start"),
    path("mentorships/<int:pk>/replace/", trainings.mentorship_replace, name="staff-mentorship-replace"),
    path("mentorships/<int:pk>/end/", trainings.mentorship_end, name="staff-mentorship-end"),
    path("interruptions/<int:pk>/end/", trainings.resume, name="staff-interruption-end"),
    path("trainings/<int:pk>/dates/", trainings.dates, name="staff-training-dates"),
    path("trainings/<int:pk>/end/", trainings.end, name="staff-training-end"),
    path("trainings/<int:pk>/accommodation/", accommodations.accept, name="staff-accommodation-accept"),
    path("accommodations/<int:pk>/withdraw/", accommodations.withdraw, name="staff-accommodation-withdraw"),
    path("trainings/<int:pk>/leave/", requests.leave_ask, name="staff-leave-ask"),
    path("leaves/<int:pk>/", requests.leave, name="staff-leave"),
    path("leaves/<int:pk>/validate/", requests.leave_validate, name="staff-leave-validate"),
    path("leaves/<int:pk>/refuse/", requests.leave_refuse, name="staff-leave-refuse"),
    path("leaves/<int:pk>/withdraw/", requests.leave_withdraw, name="staff-leave-withdraw"),
    path("leaves/<int:pk>/back/", requests.leave_back, name="staff-leave-back"),
    path("approvals/<int:pk>/", requests.approval, name="staff-approval"),
    path("approvals/<int:pk>/confirm/", requests.approval_confirm, name="staff-approval-confirm"),
    path("approvals/<int:pk>/send-back/", requests.approval_send_back, name="staff-approval-send-back"),
    path("trainings/<int:pk>/funding/", requests.funding, name="staff-funding"),
    path("fundings/<int:pk>/end/", requests.funding_end, name="staff-funding-end"),
    path("changes/<int:pk>/", requests.change, name="staff-change"),
    path("changes/<int:pk>/schedule/", requests.change_schedule, name="staff-change-schedule"),
    path("changes/<int:pk>/refuse/", requests.change_refuse, name="staff-change-refuse"),
    path("adaptations/<int:pk>/", adaptations.accept, name="staff-adaptation"),
    path("adaptations/<int:pk>/refuse/", adaptations.refuse, name="staff-adaptation-refuse"),
]
