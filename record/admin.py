"""The record in the staff admin: to be read, and nothing else, whoever one is (abuse 59)."""

from __future__ import annotations

from json import loads
from typing import Any

from django.contrib import admin, messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.tables import CarefulAdmin
from rulebook.errors import RuleError

from . import services
from .documents.purposes import hidden_from
from .models import (
    CarrierNotice,
    Chain,
    Checkpoint,
    Document,
    Entry,
    Letter,
    LetterEvent,
    LetterProof,
    Message,
    StagedUpload,
    StoreInspection,
    Viewing,
    WebhookDelivery,
    WebhookEndpoint,
)
from .permissions import may_read_all_records, may_read_file_rows, may_retry_messages

MOST_COUNTED = 10_000


class CappedPaginator(Paginator):
    """Counts up to a bound: a COUNT over a table that grows costs more than the page."""

    @cached_property
    def count(self) -> int:
        rows: Any = self.object_list
        return len(rows.order_by().values_list("pk")[:MOST_COUNTED])


class ReadOnlyAdmin(CarefulAdmin):
    """Rows with a rule behind them: no form adds, changes or deletes them."""

    paginator = CappedPaginator
    show_full_result_count = False
    list_per_page = 50

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may_read_all_records(request.user)

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Entry)
class EntryAdmin(ReadOnlyAdmin):
    list_display = ("recorded_at", "happened_at", "subject", "kind", "clause", "actor", "about")
    list_filter = ("kind", "clause")
    list_select_related = ("chain__subject", "actor")
    search_fields = ("chain__subject__email", "about")
    ordering = ("-id",)
    fields = (
        "subject",
        "kind",
        "clause",
        "policy_id",
        "happened_at",
        "recorded_at",
        "actor",
        "about",
        "facts",
        "seq",
        "prev_hash",
        "hash",
        "commitment",
    )

    @admin.display(description=_("subject"))
    def subject(self, entry: Entry) -> str:
        return str(entry.chain.subject or _("the school"))

    @admin.display(description=_("facts"))
    def facts(self, entry: Entry) -> str:
        return "\n".join(f"{name}: {value}" for name, value in loads(entry.payload).items())


@admin.register(Chain)
class ChainAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "subject", "head_seq", "checkpointed_seq")
    list_select_related = ("subject",)
    search_fields = ("subject__email",)
    ordering = ("id",)


@admin.register(Checkpoint)
class CheckpointAdmin(ReadOnlyAdmin):
    list_display = ("seq", "made_at", "chains", "entries", "key_id", "signature")
    ordering = ("-seq",)


@admin.register(Message)
class MessageAdmin(ReadOnlyAdmin):
    list_display = (
        "created_at",
        "whom",
        "kind",
        "subject",
        "state",
        "attempts",
        "sent_at",
        "last_error",
    )
    list_filter = ("state", "channel", "kind")
    list_select_related = ("recipient",)
    search_fields = ("recipient__email", "address", "occasion")
    ordering = ("-id",)
    actions = ("try_again",)

    @admin.display(description=_("recipient"))
    def whom(self, message: Message) -> str:
        return message.to

    def has_retry_permission(self, request: HttpRequest) -> bool:
        return request.user.is_authenticated and may_retry_messages(request.user)

    @admin.action(description=_("Try to send again"), permissions=["retry"])
    def try_again(self, request: HttpRequest, queryset: QuerySet[Message]) -> None:
        now = timezone.now()
        assert request.user.is_authenticated  # the admin asks for it
        done = 0
        for pk in queryset.values_list("pk", flat=True):
            try:
                services.retry_message(message_id=pk, by=request.user, now=now)
                done += 1
            except RuleError as refusal:
                self.message_user(request, f"{pk}: {_(refusal.message)}", messages.WARNING)
        if done:
            told = ngettext("%(n)d message is sent again.", "%(n)d messages are sent again.", done)
            self.message_user(request, told % {"n": done}, messages.SUCCESS)


class FileAdmin(ReadOnlyAdmin):
    """Rows about files: what is kept of whom, never the file. Opening one asks its purpose, for staff too."""

    purpose_of = ""
    """The lookup from a row to its file's purpose; none where all rows are of one kind."""

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may_read_file_rows(request.user)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Without files of purposes that tell by themselves what their readers alone may know (abuse 7, 12): tables,
        filters, searches and counts all read from here."""
        rows = super().get_queryset(request)
        hidden = hidden_from(request.user) if request.user.is_authenticated else []
        return rows.exclude(**{f"{self.purpose_of}__in": hidden}) if self.purpose_of and hidden else rows


@admin.register(Document)
class DocumentAdmin(FileAdmin):
    purpose_of = "purpose"
    list_display = ("stored_at", "purpose", "subject", "content_type", "size", "scan_state", "deleted_at")
    list_filter = ("purpose", "scan_state", ("deleted_at", admin.EmptyFieldListFilter))
    list_select_related = ("subject",)
    search_fields = ("subject__email", "about")
    ordering = ("-id",)
    # No file name: a proof's can say what its reader alone may know.
    fields = (
        "key",
        "purpose",
        "subject",
        "uploaded_by",
        "about",
        "content_type",
        "size",
        "sha256",
        "stored_at",
        "scan_state",
        "delete_after",
        "deleted_at",
        "deleted_by",
        "deleted_why",
        "deleted_clause",
        "removed_at",
    )


@admin.register(StagedUpload)
class StagedUploadAdmin(FileAdmin):
    purpose_of = "purpose"
    list_display = ("created_at", "owner", "purpose", "length", "offset", "finished_at", "expires_at")
    list_filter = ("purpose",)
    list_select_related = ("owner",)
    ordering = ("-id",)
    fields = ("owner", "purpose", "length", "offset", "created_at", "expires_at", "finished_at", "scan_state")


@admin.register(Viewing)
class ViewingAdmin(FileAdmin):
    purpose_of = "document__purpose"
    list_display = ("began_at", "viewer", "subject", "purpose", "last_at")
    list_select_related = ("viewer", "document__subject")
    search_fields = ("viewer__email", "document__subject__email")
    ordering = ("-id",)
    fields = ("viewer", "subject", "purpose", "began_at", "last_at")

    @admin.display(description=_("whose data it is"))
    def subject(self, viewing: Viewing) -> str:
        return str(viewing.document.subject or "")

    @admin.display(description=_("purpose"))
    def purpose(self, viewing: Viewing) -> str:
        return viewing.document.purpose


@admin.register(StoreInspection)
class StoreInspectionAdmin(FileAdmin):
    purpose_of = ""
    list_display = ("inspected_at", "removed")
    ordering = ("id",)
    fields = ("inspected_at", "removed")


@admin.register(Letter)
class LetterAdmin(ReadOnlyAdmin):
    """Letters, to be read; what can be done about one stands on its own page."""

    list_display = ("prepared_at", "title", "addressee", "carrier", "state", "late_at", "uncertain_at")
    list_filter = (
        "state",
        "carrier",
        ("uncertain_at", admin.EmptyFieldListFilter),
        ("late_at", admin.EmptyFieldListFilter),
    )
    list_select_related = ("subject",)
    search_fields = ("subject__email", "addressee", "tracking_number", "provider_id", "about")
    ordering = ("-id",)
    fields = (
        "key", "occasion", "title", "about", "subject", "recipient", "addressee", "carrier", "state", "prepared_at",
        "earliest_at", "escalates_at", "latest_at", "attempts", "next_attempt_at", "calling_at", "provider_id",
        "tracking_number", "handed_over_at", "deposited_at", "presented_at", "delivered_at", "refused_at",
        "unclaimed_at", "escalated_at", "late_at", "early", "uncertain_at", "uncertain_why", "cancelled_at",
        "cancelled_why", "last_error",
    )  # fmt: skip


@admin.register(LetterEvent)
class LetterEventAdmin(ReadOnlyAdmin):
    list_display = ("happened_at", "letter", "kind", "source", "received_at", "counted")
    list_filter = ("kind", "source", "counted")
    list_select_related = ("letter", "by")
    ordering = ("-id",)
    fields = (
        "letter", "kind", "happened_at", "received_at", "source", "by", "provider_id", "provider_event_id", "counted",
    )  # fmt: skip


@admin.register(LetterProof)
class LetterProofAdmin(ReadOnlyAdmin):
    list_display = ("fetched_at", "letter", "kind", "sha256")
    list_filter = ("kind",)
    list_select_related = ("letter",)
    ordering = ("-id",)
    fields = ("letter", "kind", "sha256", "fetched_at")


@admin.register(CarrierNotice)
class CarrierNoticeAdmin(ReadOnlyAdmin):
    list_display = ("received_at", "carrier", "notice_id", "letter")
    list_filter = ("carrier",)
    list_select_related = ("letter",)
    ordering = ("-id",)
    fields = ("carrier", "notice_id", "letter", "received_at", "digest")


@admin.register(WebhookEndpoint)
class WebhookEndpointAdmin(FileAdmin):
    """Who gets events; administrators name and close addresses on their own page."""

    list_display = ("created_at", "owner", "url", "revoked_at")
    ordering = ("-id",)
    fields = ("owner", "url", "created_at", "created_by", "revoked_at")


@admin.register(WebhookDelivery)
class WebhookDeliveryAdmin(FileAdmin):
    list_display = ("created_at", "endpoint", "kind", "state", "attempts", "last_status", "sent_at")
    list_filter = ("state", "kind")
    list_select_related = ("endpoint",)
    ordering = ("-id",)
    # Not the body: what an event says its recipient may read.
    fields = (
        "endpoint", "occasion", "kind", "due_at", "state", "attempts", "next_attempt_at", "last_status", "last_error",
        "sent_at",
    )  # fmt: skip
