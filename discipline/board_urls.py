"""Addresses of what is done about a Board, under /cases/."""

from __future__ import annotations

from django.urls import path

from .views.board import decisions, meetings, members, representatives, summonses

urlpatterns = [
    path("<int:pk>/board/offices/", members.offices, name="case-board-offices"),
    path("<int:pk>/board/<slug:role>/", members.seat, name="case-board-seat"),
    path("<int:pk>/board/members/<int:member>/leave/", members.leave, name="case-board-leave"),
    path("<int:pk>/board/members/<int:member>/available/", members.available, name="case-board-available"),
    path("<int:pk>/companion/", members.companion, name="case-companion"),
    path("companions/<int:pk>/", members.answer, name="case-companion-answer"),
    path("companions/<int:pk>/end/", members.companion_end, name="case-companion-end"),
    path("<int:pk>/summon/", summonses.summons_new, name="case-summon"),
    path("<int:pk>/summonses/<int:summons>/", summonses.summons_page, name="case-summons"),
    path("<int:pk>/summonses/<int:summons>/received/", summonses.received, name="case-summons-received"),
    path("<int:pk>/summonses/<int:summons>/receipt/", summonses.receipt, name="case-summons-receipt"),
    path("<int:pk>/meetings/<int:meeting>/off/", summonses.off, name="case-meeting-off"),
    path("<int:pk>/meetings/<int:meeting>/minutes/", meetings.minutes, name="case-meeting-minutes"),
    path("<int:pk>/meetings/<int:meeting>/excuse/", meetings.excuse, name="case-meeting-excuse"),
    path("<int:pk>/meetings/<int:meeting>/vote/", meetings.vote, name="case-meeting-vote"),
    path("<int:pk>/meetings/<int:meeting>/advice/", meetings.advice, name="case-meeting-advice"),
    path("<int:pk>/excuses/<int:excuse>/", meetings.excuse_decide, name="case-excuse"),
    path("<int:pk>/decision/", decisions.draft, name="case-decision-draft"),
    path("<int:pk>/decision/confirm/", decisions.confirm, name="case-decision-confirm"),
    path("<int:pk>/decision/return/", decisions.give_back, name="case-decision-return"),
    path("representatives/<int:path>/", representatives.representatives, name="representatives"),
    path("representatives/<int:path>/new/", representatives.representative_new, name="representative-new"),
    path(
        "representatives/<int:path>/<int:pk>/end/",
        representatives.representative_end,
        name="representative-end",
    ),
]
