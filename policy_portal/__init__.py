"""Policy Portal: settings, addresses, processes. The rules live in `rulebook`, the rest in the apps."""

from .celery import app as celery_app

__all__ = ["celery_app"]
