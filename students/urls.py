"""Addresses of the students' pages that are about more than sessions."""

from __future__ import annotations

from django.urls import path

from students.views import beginning, groups, offsite, postal, webhooks

urlpatterns = [
    path("groups/", groups.groups, name="groups"),
    path("groups/new/", groups.group_new, name="group-new"),
    path("groups/<int:pk>/", groups.group, name="group"),
    path("groups/<int:pk>/join/", groups.group_join, name="group-join"),
    path("groups/<int:pk>/leave/", groups.group_leave, name="group-leave"),
    path("groups/<int:pk>/hand-over/", groups.group_hand_over, name="group-hand-over"),
    path("groups/<int:pk>/post/", groups.group_post, name="group-post"),
    path("groups/<int:pk>/share/", groups.group_share, name="group-share"),
    path("groups/<int:pk>/plan/", groups.group_plan, name="group-plan"),
    path("groups/<int:pk>/report/", groups.group_report, name="group-report"),
    path("groups/<int:pk>/<slug:kind>/<int:row_pk>/report/", groups.group_report, name="group-report-row"),
    path(
        "groups/<int:pk>/<slug:kind>/<int:row_pk>/take-down/",
        groups.group_take_down,
        name="group-take-down",
    ),
    path("groups/sessions/<int:pk>/cancel/", groups.study_session_cancel, name="study-session-cancel"),
    path("terms/", beginning.terms, name="terms"),
    path("address/", postal.own_address, name="postal-address"),
    path("staff/people/<int:pk>/address/", postal.staff_address, name="staff-address"),
    path("equipment/", beginning.equipment, name="equipment"),
    path("equipment/sample/", beginning.equipment_sample, name="equipment-sample"),
    path("stays/", offsite.stays, name="stays"),
    path("stays/<int:pk>/", offsite.stay, name="stay"),
    path("stays/<int:pk>/check-in/", offsite.stay_check_in, name="stay-check-in"),
    path("stays/<int:pk>/report/", offsite.stay_report, name="stay-report"),
    path("staff/acceptances/", beginning.not_accepted, name="staff-acceptances"),
    path("staff/webhooks/", webhooks.webhooks, name="staff-webhooks"),
    path("staff/webhooks/<int:pk>/close/", webhooks.webhook_close, name="staff-webhook-close"),
    path("staff/webhooks/deliveries/<int:pk>/retry/", webhooks.delivery_retry, name="staff-delivery-retry"),
    path("staff/places/", offsite.places, name="staff-places"),
    path("staff/places/new/", offsite.place, name="staff-place-new"),
    path("staff/places/<int:pk>/", offsite.place, name="staff-place"),
    path("staff/trainings/<int:pk>/stay/", offsite.stay_arrange, name="staff-stay-arrange"),
    path("staff/stays/<int:pk>/cancel/", offsite.stay_cancel, name="staff-stay-cancel"),
    path("staff/conduct/", offsite.conduct_reports, name="staff-conduct-reports"),
    path("staff/conduct/<int:pk>/", offsite.conduct_report, name="staff-conduct-report"),
]
