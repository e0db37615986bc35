"""Registered letters (4.1, B6, B7): what the events that are told of a letter make of it, in whatever order."""

from dataclasses import dataclass, replace
from datetime import datetime

from rulebook.dates import utc

DEPOSITED, PRESENTED, DELIVERED, REFUSED, UNCLAIMED = (
    "deposited",
    "presented",
    "delivered",
    "refused",
    "unclaimed",
)
ENDS = (DELIVERED, REFUSED, UNCLAIMED)


@dataclass(frozen=True, slots=True)
class Course:
    """What is known of a letter: the first instant of each thing that happened to it."""

    deposited_at: datetime | None = None
    presented_at: datetime | None = None
    delivered_at: datetime | None = None
    refused_at: datetime | None = None
    unclaimed_at: datetime | None = None

    @property
    def end(self) -> str:
        """How it ended; empty while it is under way."""
        return next((kind for kind in ENDS if getattr(self, f"{kind}_at") is not None), "")

    @property
    def ended_at(self) -> datetime | None:
        end = self.end
        return getattr(self, f"{end}_at") if end else None

    @property
    def state(self) -> str:
        """The furthest that it came; empty where nothing was told yet."""
        if end := self.end:
            return end
        if self.presented_at is not None:
            return PRESENTED
        return DEPOSITED if self.deposited_at is not None else ""

    @property
    def received_at(self) -> datetime | None:
        """First presented, delivered or refused, whichever came first (B7)."""
        instants = (self.presented_at, self.delivered_at, self.refused_at)
        return min((at for at in instants if at is not None), default=None)


def with_event(course: Course, kind: str, happened_at: datetime) -> Course | None:
    """The course with one more event, in whatever order events are told; None where it contradicts what is known.

    A letter ends once: an end of another kind contradicts it, and so does a presentation after it. The same end told
    with another instant changes nothing, for what took effect by it stands.
    """
    at = utc(happened_at)
    known: datetime | None = getattr(course, f"{kind}_at")
    if kind in ENDS:
        if course.end:
            return course if course.end == kind else None
        earlier = [each for each in (course.deposited_at, course.presented_at) if each is not None]
        if any(at < each for each in earlier):
            return None
        return replace(course, **{f"{kind}_at": at})
    if course.ended_at is not None and at > course.ended_at:
        return None
    if kind == DEPOSITED and course.presented_at is not None and at > course.presented_at:
        return None
    return replace(course, **{f"{kind}_at": at if known is None else min(known, at)})


def is_early(course: Course, earliest_at: datetime) -> bool:
    """Whether it arrived before its window (B6)."""
    received = course.received_at
    return received is not None and received < earliest_at


def is_late(course: Course, latest_at: datetime) -> bool:
    """Whether it arrived after its window (B6); what has not arrived is late once that instant has passed."""
    received = course.received_at
    return received is not None and received >= latest_at
