"""Which mentorships last at an instant: to the end of their last day, in the zone of the enrolment (A11)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.db.models import DateField, DateTimeField, F, Func, Q, Value


class LocalDay(Func):
    """The calendar day of an instant in the zone that a column names."""

    function = "django_datetime_cast_date"
    template = "%(function)s(%(expressions)s, 'UTC')"  # SQLite, which Django gives this function to
    output_field = DateField()

    def __init__(self, instant: datetime, zone: str) -> None:
        super().__init__(Value(instant.astimezone(UTC), DateTimeField()), F(zone))

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(
            compiler,
            connection,
            template="(%(expressions)s)::date",
            arg_joiner="::timestamptz AT TIME ZONE ",
            **context,
        )


def lasting(now: datetime) -> Q:
    """Mentorships whose last day has not passed, those that are still to begin included."""
    return Q(ends_on__isnull=True) | Q(ends_on__gte=LocalDay(now, "enrolment__time_zone"))
