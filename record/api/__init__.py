"""The record, the messages and private files over the API."""

from .documents import urls as documents
from .entries import router

urls = [*router.urls, *documents]

__all__ = ["urls"]
