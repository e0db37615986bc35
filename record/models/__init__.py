"""The record: append-only chains of decisions, checkpoints over them, the outbox of messages, private files."""

from .chains import Chain, Checkpoint, Entry
from .documents import Document, ScanState, StagedUpload, StoreInspection, Viewing
from .messages import Message

__all__ = [
    "Chain",
    "Checkpoint",
    "Document",
    "Entry",
    "Message",
    "ScanState",
    "StagedUpload",
    "StoreInspection",
    "Viewing",
]
