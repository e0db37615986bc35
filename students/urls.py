"""Addresses of the students' pages that are about more than sessions."""

from __future__ import annotations

from django.urls import path

from students.views import beginning, offsite

urlpatterns = [
    path("terms/", beginning.terms, name="terms"),
    path("equipment/", beginning.equipment, name="equipment"),
    path("equipment/sample/", beginning.equipment_sample, name="equipment-sample"),
    path("stays/", offsite.stays, name="stays"),
    path("stays/<int:pk>/", offsite.stay, name="stay"),
    path("stays/<int:pk>/check-in/", offsite.stay_check_in, name="stay-check-in"),
    path("stays/<int:pk>/report/", offsite.stay_report, name="stay-report"),
    path("staff/acceptances/", beginning.not_accepted, name="staff-acceptances"),
    path("staff/places/", offsite.places, name="staff-places"),
    path("staff/places/new/", offsite.place, name="staff-place-new"),
    path("staff/places/<int:pk>/", offsite.place, name="staff-place"),
    path("staff/trainings/<int:pk>/stay/", offsite.stay_arrange, name="staff-stay-arrange"),
    path("staff/stays/<int:pk>/cancel/", offsite.stay_cancel, name="staff-stay-cancel"),
    path("staff/conduct/", offsite.conduct_reports, name="staff-conduct-reports"),
    path("staff/conduct/<int:pk>/", offsite.conduct_report, name="staff-conduct-report"),
]
