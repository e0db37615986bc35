"""A person's messages: the list, each as it was sent, and the mark that it was read."""

from __future__ import annotations

from csp.decorators import csp
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.doors import PersonRequest, signed_in

from . import attachments
from .selectors import inbox_of, unread_count
from .services import note_all_read, note_read

PAGE = 25


@signed_in
@require_safe
def message_list(request: PersonRequest) -> HttpResponse:
    rows = inbox_of(request.user).only("id", "kind", "subject", "sent_at", "read_at")
    unread_only = request.GET.get("show") == "unread"
    if unread_only:
        rows = rows.filter(read_at__isnull=True)
    unread = unread_count(request.user)
    url = reverse("messages")
    return render(
        request,
        "record/messages.html",
        {
            "now": request.now,
            "page": Paginator(rows, PAGE).get_page(request.GET.get("page")),
            "unread": unread,
            "unread_only": unread_only,
            "inbox": {"url": url, "count": unread},
            "tabs": [
                {"url": url, "label": _("All"), "current": not unread_only, "count": None},
                {
                    "url": f"{url}?show=unread",
                    "label": _("Unread"),
                    "current": unread_only,
                    "count": unread,
                },
            ],
        },
    )


@signed_in
@require_safe
def message(request: PersonRequest, pk: int) -> HttpResponse:
    """One message as it was sent. Reading changes nothing: the page marks it as read by a POST."""
    shown = get_object_or_404(inbox_of(request.user), pk=pk)
    return render(
        request,
        "record/message.html",
        {
            "now": request.now,
            "shown": shown,
            "attached": attachments.read(shown.attachments),
            "trail": [{"label": _("Messages"), "url": reverse("messages")}],
        },
    )


@signed_in
@require_safe
def message_attachment(request: PersonRequest, pk: int, number: int) -> HttpResponse:
    """What went along with a message, as it was sent."""
    attached = attachments.read(get_object_or_404(inbox_of(request.user), pk=pk).attachments)
    if not 1 <= number <= len(attached):
        raise Http404
    found = attached[number - 1]
    response = HttpResponse(found.body, content_type=f"{found.content_type}; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{found.name}"'
    return response


# What a mail program would show: its own inline styles, and nothing else; no script, no form, no address to
# load from, in a document without an origin.
AS_SENT = {
    "default-src": ["'none'"],
    "style-src": ["'unsafe-inline'"],
    "frame-ancestors": ["'none'"],
    "base-uri": ["'none'"],
    "form-action": ["'none'"],
    "sandbox": ["allow-top-navigation-by-user-activation", "allow-popups"],
}


@signed_in
@require_safe
@csp(AS_SENT)  # type: ignore[arg-type]  # its type knows no view with arguments
def message_as_sent(request: PersonRequest, pk: int) -> HttpResponse:
    """The HTML of a message, byte for byte as it was sent."""
    shown = get_object_or_404(inbox_of(request.user).exclude(body_html=""), pk=pk)
    return HttpResponse(shown.body_html)


@require_POST
@signed_in
def message_read(request: PersonRequest, pk: int) -> HttpResponse:
    shown = get_object_or_404(inbox_of(request.user), pk=pk)
    note_read(message_id=shown.pk, by=request.user, now=request.now)
    shown.refresh_from_db(fields=["read_at"])
    if request.headers.get("HX-Request"):
        return render(request, "record/read_mark.html", {"shown": shown})
    return redirect("message", pk=pk)


@require_POST
@signed_in
def messages_read(request: PersonRequest) -> HttpResponse:
    note_all_read(by=request.user, now=request.now)
    return redirect("messages")
