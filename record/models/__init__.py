"""The record: append-only chains of decisions, checkpoints over them, the outbox of messages, private files,
registered letters, webhooks."""

from .chains import Chain, Checkpoint, Entry
from .documents import Document, ScanState, StagedUpload, StoreInspection, Viewing
from .letters import (
    FINAL_STATES,
    UNDER_WAY,
    CarrierNotice,
    EventKind,
    EventSource,
    Letter,
    LetterEvent,
    LetterProof,
    LetterState,
    ProofKind,
)
from .messages import Message
from .webhooks import WebhookDelivery, WebhookEndpoint

__all__ = [
    "FINAL_STATES",
    "UNDER_WAY",
    "CarrierNotice",
    "Chain",
    "Checkpoint",
    "Document",
    "Entry",
    "EventKind",
    "EventSource",
    "Letter",
    "LetterEvent",
    "LetterProof",
    "LetterState",
    "Message",
    "ProofKind",
    "ScanState",
    "StagedUpload",
    "StoreInspection",
    "Viewing",
    "WebhookDelivery",
    "WebhookEndpoint",
]
