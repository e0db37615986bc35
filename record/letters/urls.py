"""Addresses of a person's own letters, under /letters/, and of carriers' webhooks, under /hooks/letters/."""

from __future__ import annotations

from django.urls import path

from . import hooks, views

urlpatterns = [
    path("letters/", views.letters, name="letters"),
    path("letters/<uuid:key>/", views.letter, name="letter"),
    path("hooks/letters/<slug:carrier>/", hooks.receive, name="letter-hook"),
    path("hooks/letters/<slug:carrier>/<uuid:key>/<str:token>/", hooks.receive, name="letter-hook-of"),
]
