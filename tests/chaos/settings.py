"""A trial's settings, with claims on messages that lapse soon: so many senders die here."""

from policy_portal.settings import *  # noqa: F403 — the settings as they stand

RECORD_CLAIM_SECONDS = 20
