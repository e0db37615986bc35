"""The triggers that refuse changes to the record, by name: verification says which are missing or switched
off."""

from __future__ import annotations

from django.db import connection

_EVERYWHERE = {
    "record_entry_linked",
    "record_entry_no_update",
    "record_entry_no_delete",
    "record_checkpoint_no_update",
    "record_checkpoint_no_delete",
    "record_chain_no_delete",
    "record_chain_forward",
    "record_message_no_delete",
    "record_message_as_sent",
    "record_letter_as_prepared",
    "record_letter_no_delete",
    "record_letterevent_stray",
    "record_letterevent_no_update",
    "record_letterevent_no_delete",
    "record_letterproof_no_update",
    "record_letterproof_no_delete",
}
_ONLY = {
    "postgresql": {
        "record_entry_no_truncate",
        "record_checkpoint_no_truncate",
        "record_chain_no_truncate",
        "record_message_no_truncate",
        "record_letter_no_truncate",
        "record_letterevent_no_truncate",
        "record_letterproof_no_truncate",
    },
    "sqlite": {"record_entry_no_replace", "record_checkpoint_no_replace"},
}
_PRESENT = {
    "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled IN ('O', 'A')",
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
}


def missing() -> list[str]:
    """Guards that should be in the database and are not."""
    with connection.cursor() as cursor:
        cursor.execute(_PRESENT[connection.vendor])
        present = {name for (name,) in cursor.fetchall()}
    return sorted((_EVERYWHERE | _ONLY[connection.vendor]) - present)
