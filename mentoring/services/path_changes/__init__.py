"""Changes of Path (2.8): the mentor's word, the request, the funders, seven business days, its day (C1, C2)."""

from .asking import accept_if_whole, record_consultation, recount, request_change, withdraw_change
from .deciding import refuse_change, schedule_change
from .effect import ChangeEffect, effect_of
from .settling import settle_effects, settle_reminders

__all__ = [
    "ChangeEffect",
    "accept_if_whole",
    "effect_of",
    "record_consultation",
    "recount",
    "refuse_change",
    "request_change",
    "schedule_change",
    "settle_effects",
    "settle_reminders",
    "withdraw_change",
]
