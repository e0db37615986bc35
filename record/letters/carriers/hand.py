"""By hand and post: people print the letter from a queue, post it, and scan what comes back."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from record.letters.types import Forged, Looked, Notice, Parcel, Taken

from .base import Received


class ByHandAndPost:
    """Handing over puts the letter into the print queue: nothing leaves the house, so a repetition is harmless."""

    name = "hand"
    label = _("by hand and post")
    electronic = False
    asked = False
    repeats_known_for: timedelta | None = timedelta.max
    can_find = False

    def hand_over(self, parcel: Parcel) -> Taken:
        return Taken(provider_id="")

    def find(self, parcel: Parcel) -> Taken | None:
        return None

    def look(self, parcel: Parcel, now: datetime) -> Looked:
        return Looked()

    def read_notice(self, received: Received, now: datetime) -> list[Notice]:
        raise Forged("nobody sends webhooks for letters that people carry")
