"""Logs: one line an event, for people in the terminal (console) or for machines (JSON)."""

from __future__ import annotations

import logging.config
from typing import Any

import structlog
from structlog.typing import EventDict

ROUTINE = frozenset({"request_started", "task_enqueued", "task_started", "task_succeeded"})
QUIET_PATHS = ("GET /livez", "GET /readyz", "GET /static/")


def without_routine(logger: Any, method: str, event: EventDict) -> EventDict:
    """Only the end of a request is told, and neither the probes nor the ticks, which come every few seconds."""
    if event.get("event") in ROUTINE or (event.get("event") == "task_revoked" and event.get("expired")):
        raise structlog.DropEvent
    if event.get("event") == "request_finished" and event.get("code", 0) < 400:
        if str(event.get("request", "")).startswith(QUIET_PATHS):
            raise structlog.DropEvent
        event.pop("user_agent", None)
    return event


SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]


def configure_logging(form: str, level: str) -> dict[str, Any]:
    """Set up structlog and the standard library's logging; returns the latter's settings."""
    renderer: list[Any] = (
        [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
        if form == "json"
        else [
            structlog.dev.ConsoleRenderer(
                colors=False, pad_event_to=0, exception_formatter=structlog.dev.plain_traceback
            )
        ]
    )
    config = {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {
                "()": structlog.stdlib.ProcessorFormatter,
                "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, *renderer],
                "foreign_pre_chain": SHARED,
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            "django.server": {"handlers": ["stderr"], "propagate": False, "level": "INFO"},
            "celery.worker.strategy": {"level": "WARNING"},
            "celery.app.trace": {"level": "WARNING"},
            "celery.worker.request": {"level": "WARNING"},
            "celery.beat": {"level": "WARNING"},
        },
    }
    logging.config.dictConfig(config)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *SHARED,
            without_routine,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.processors.StackInfoRenderer(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    return config
