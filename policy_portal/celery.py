"""Celery: wakes the sweeps. It carries no rule and no deadline; the rows do."""

from __future__ import annotations

import os

from celery import Celery
from celery.signals import worker_init
from django_structlog.celery.steps import DjangoStructLogInitStep

from . import broker

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "policy_portal.settings")

broker.install()
app = Celery("policy_portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.steps["worker"].add(DjangoStructLogInitStep)
app.autodiscover_tasks()


@worker_init.connect
def watch_over(**about: object) -> None:
    from . import watchdog

    watchdog.start(app)
