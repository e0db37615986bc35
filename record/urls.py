"""Addresses of a person's messages, under /messages/."""

from __future__ import annotations

from django.urls import path

from . import views

urlpatterns = [
    path("", views.message_list, name="messages"),
    path("read/", views.messages_read, name="messages-read"),
    path("<int:pk>/", views.message, name="message"),
    path("<int:pk>/as-sent/", views.message_as_sent, name="message-as-sent"),
    path("<int:pk>/attachments/<int:number>/", views.message_attachment, name="message-attachment"),
    path("<int:pk>/read/", views.message_read, name="message-read"),
]
