"""The record, the messages and private files over the API."""

from .documents import urls as documents
from .entries import router
from .letters import router as letters

urls = [*router.urls, *documents, *letters.urls]

__all__ = ["urls"]
