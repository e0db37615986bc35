"""A letter as its pages show it."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from record.models import EventSource, Letter, LetterEvent, LetterState

from .carriers import all_carriers
from .types import Address

TONES: dict[str, tuple[str, str]] = {
    LetterState.PREPARED: ("muted", "hourglass"),
    LetterState.HANDED_OVER: ("muted", "send"),
    LetterState.DEPOSITED: ("muted", "mail"),
    LetterState.PRESENTED: ("ok", "mail"),
    LetterState.DELIVERED: ("ok", "mail-check"),
    LetterState.REFUSED: ("warn", "mail-x"),
    LetterState.UNCLAIMED: ("warn", "mail-x"),
    LetterState.UNCERTAIN: ("bad", "circle-question-mark"),
    LetterState.CANCELLED: ("muted", "undo-2"),
}


def tone_of(letter: Letter) -> tuple[str, str]:
    return TONES.get(letter.state, ("muted", "mail"))


def rows_of(letter: Letter, *, staff: bool = False) -> list[tuple[Any, Any]]:
    """The facts of a letter, as label and value; what only its keepers need stands at the end."""
    rows: list[tuple[Any, Any]] = [
        (_("To"), letter.addressee),
        (_("Address"), ", ".join(Address.from_json(letter.address).printed()[1:])),
        (_("Carried"), carrier_in_words(letter)),
    ]
    for label, value in (
        (_("Handed over"), letter.handed_over_at),
        (_("Posted"), letter.deposited_at),
        (_("First presented"), letter.presented_at),
        (_("Delivered"), letter.delivered_at),
        (_("Refused"), letter.refused_at),
        (_("Came back"), letter.unclaimed_at),
        (_("Tracking number"), letter.tracking_number),
    ):
        if value:
            rows.append((label, value))
    if letter.late_at is not None:
        rows.append((_("Late"), _("It had no receipt within its window.")))
    if letter.early:
        rows.append((_("Early"), _("It arrived before its window.")))
    if staff:
        rows += _for_keepers(letter)
    return rows


def _for_keepers(letter: Letter) -> list[tuple[Any, Any]]:
    rows: list[tuple[Any, Any]] = [(_("Arrives no sooner than"), letter.earliest_at)]
    if letter.latest_at is not None:
        rows += [(_("Escalated from"), letter.escalates_at), (_("Late from"), letter.latest_at)]
    if letter.escalated_at is not None:
        rows.append((_("Escalated"), letter.escalated_at))
    if letter.provider_id:
        rows.append((_("Carrier's id"), letter.provider_id))
    if letter.state == LetterState.PREPARED:
        rows.append((_("Next attempt"), letter.next_attempt_at))
    if letter.last_error:
        rows.append((_("Last error"), letter.last_error[:300]))
    if letter.cancelled_why:
        rows.append((_("Taken back because"), letter.cancelled_why))
    return rows


def carrier_in_words(letter: Letter) -> str:
    carrier = all_carriers().get(letter.carrier)
    return str(carrier.label) if carrier is not None else letter.carrier


def events_of(letter: Letter) -> list[dict[str, Any]]:
    """What happened, in the order in which it did, with who told it and when that was."""
    return [
        {
            "at": event.happened_at,
            "what": event.get_kind_display(),
            "told": _told(event),
            "received_at": event.received_at,
            "counted": event.counted,
        }
        for event in letter.events.select_related("by").order_by("happened_at", "pk")
    ]


def _told(event: LetterEvent) -> str:
    if event.source == EventSource.PERSON:
        return _("entered by %(who)s") % {"who": event.by}
    return str(EventSource(event.source).label)
