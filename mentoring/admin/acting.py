"""Actions on several rows: each through its service, with what a rule refuses said row by row."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.contrib.admin.helpers import ActionForm
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mentoring.words import refusal
from rulebook.errors import RuleError

MOST = 200
"""Rows that one action takes; more is a job for the import pages."""


class ReasonedActionForm(ActionForm):
    """The action, and why: those whom it concerns are told."""

    reason = forms.CharField(label=gettext_lazy("Reason"), required=False, max_length=500)


def each(admin: ModelAdmin, request: HttpRequest, rows: Iterable[Any], act: Callable[[Any], object]) -> int:
    """Do it for each; who is refused is named, and the others go on. How many were done."""
    done = 0
    for row in rows:
        try:
            act(row)
        except RuleError as error:
            admin.message_user(request, f"{row}: {refusal(error)}", messages.WARNING)
        except PermissionDenied:
            admin.message_user(
                request, _("%(row)s: this is not yours to decide.") % {"row": row}, messages.ERROR
            )
        else:
            done += 1
            admin.log_change(request, row, request.POST.get("action", ""))
    return done
