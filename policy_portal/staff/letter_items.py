"""Letters that wait for people, as lines of the staff's worklist."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from record.letters import selectors as reads
from record.letters.permissions import may_handle_letters
from record.models import Letter

from .item import MOST, Item


def letter_items(user: User, now: datetime) -> Iterable[Item]:
    """What is to be printed and posted, and what nobody is certain about."""
    if not may_handle_letters(user):
        return
    rows = reads.letters_looked_after(user)
    for row in reads.to_settle(rows)[:MOST]:
        yield _item(row, _("Settle what is uncertain"), str(row.uncertain_why), row.uncertain_at, _("Settle"))
    for row in reads.print_queue(rows).filter(uncertain_at__isnull=True)[:MOST]:
        yield _item(row, _("Print and post"), row.title, row.handed_over_at, _("Open"))


def _item(row: Letter, what: str, detail: str, since: datetime | None, label: str) -> Item:
    url = reverse("staff-letter", args=[row.key])
    return Item(
        kind="letter",
        who=row.addressee,
        url=url,
        what=what,
        detail=_(detail) if detail == row.uncertain_why and detail else detail,
        since=since or row.prepared_at,
        due=row.latest_at,
        due_label=_("It is late"),
        action={"url": url, "label": label},
        mine=True,
    )
