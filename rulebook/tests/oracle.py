"""A second reading of the rule book, to test the first against.

Written from the rule book alone and on purpose in another manner: whole numbers of microseconds instead of
dates, replayed events instead of comparisons, letters and patterns instead of counters, a quarter-hour clock
that is walked through instead of computed windows, and a table of clock changes instead of a time zone
database. It shares no code with `rulebook`.
"""

import re
from datetime import datetime
from functools import lru_cache

SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
QUARTER = 15 * MINUTE

# (from this UTC second on, seconds ahead of UTC), for the years that the tests use.
CLOCKS: dict[str, list[tuple[int, int]]] = {
    "Europe/Paris": [
        (0, 3600),
        (1743296400, 7200),  # 2025-03-30 01:00
        (1761440400, 3600),  # 2025-10-26 01:00
        (1774746000, 7200),  # 2026-03-29 01:00
        (1792890000, 3600),  # 2026-10-25 01:00
        (1806195600, 7200),  # 2027-03-28 01:00
    ],
    "America/New_York": [
        (0, -18000),
        (1741503600, -14400),  # 2025-03-09 07:00
        (1762063200, -18000),  # 2025-11-02 06:00
        (1772953200, -14400),  # 2026-03-08 07:00
        (1793512800, -18000),  # 2026-11-01 06:00
        (1805007600, -14400),  # 2027-03-14 07:00
    ],
    "Asia/Kathmandu": [(0, 20700)],
}


def micro(instant: datetime) -> int:
    """Microseconds since 1970 of an aware instant."""
    gone = instant - datetime.fromisoformat("1970-01-01T00:00:00+00:00")
    return (gone.days * 86_400 + gone.seconds) * SECOND + gone.microseconds


def wall(at: int, zone: str) -> int:
    """What the zone's clocks show, as if it were UTC."""
    ahead = 0
    for since, seconds in CLOCKS[zone]:
        if at >= since * SECOND:
            ahead = seconds
    return at + ahead * SECOND


def week(at: int, zone: str) -> int:
    """The number of the local Monday-to-Sunday week; week 0 is the one of 1 January 1970, a Thursday."""
    return (wall(at, zone) // DAY + 3) // 7


def iso_week(at: int, zone: str) -> tuple[int, int]:
    """The ISO year and week by their definition: a week belongs to the year of its Thursday, and is the
    how-manieth Thursday of that year it holds."""
    thursday = week(at, zone) * 7
    year, first = 1970, 0
    while True:
        length = 366 if year % 4 == 0 and (year % 100 or year % 400 == 0) else 365
        if thursday < first + length:
            return year, (thursday - first) // 7 + 1
        year, first = year + 1, first + length


def notice(received: int, start: int, asked: int, exception: bool) -> str:
    """A3 and A4: "authorised", "excused", "unauthorised", or "refused"."""
    left = start - received
    if left <= 0:
        return "refused"
    if left - asked >= 0:
        return "authorised"
    return "excused" if exception else "unauthorised"


def session(
    *,
    start: int,
    end: int,
    known: int,
    asked: int,
    allowed: int,
    notice_at: int | None = None,
    exception: bool = False,
    student: int | None = None,
    mentor: int | None = None,
    stated: bool | None = None,
) -> tuple[str, str, int]:
    """A3 to A7 by replaying what happened: (outcome, ground, decided at), or ("waiting", "", until).

    Events of one instant come in the order of their rank: people first, then the clock, for a limit reached
    exactly is in time.
    """
    limit = min(start + allowed, end)
    if stated is False:
        student, mentor = None, start
    if stated is True:
        mentor = start
    said = None if notice_at is None else notice(notice_at, start, asked, exception)
    if said == "authorised" and not (stated and student is not None and student <= limit):
        return "authorised_absence", "timely_notice", notice_at or 0
    if said == "excused" and not (stated and student is not None and student <= limit):
        return "authorised_absence", "exceptional_circumstance", notice_at or 0
    if said == "unauthorised" and not stated:
        return "unauthorised_absence", "late_notice", notice_at or 0

    events = [(limit, 1, "limit"), (end, 2, "end")]
    if student is not None:
        events.append((student, 0, "student"))
    if mentor is not None:
        events.append((mentor, 0, "mentor"))
    here: set[str] = set()
    verdict: tuple[str, str, int] | None = None
    limit_passed = False
    for at, _, what in sorted(events):
        if what in ("limit", "end") and at >= known and verdict is None:
            return "waiting", "", at if what == "end" or "student" not in here else end
        if what == "limit":
            limit_passed = True
            if "student" not in here:
                verdict = (
                    ("unauthorised_absence", "no_show", limit)
                    if "mentor" in here
                    else ("unattended", "", limit)
                )
        elif what == "end" and verdict is None:
            verdict = ("held" if "mentor" in here else "mentor_absent", "", end)
        elif what == "student" and limit_passed and verdict and verdict[1] == "no_show":
            verdict = ("unauthorised_absence", "late_arrival", at)
        here.add(what)
    assert verdict is not None
    if exception and verdict[0] == "unauthorised_absence":
        return "authorised_absence", "exceptional_circumstance", verdict[2]
    return verdict


def rescheduling(missed: int, within: int, reasons: int | None, rebooked: int | None, offered: bool) -> str:
    """A8: the duties that are still open when the clock has passed the deadline."""
    open_duties = {"reasons", "booking"}
    for at, duty in ((reasons, "reasons"), (rebooked, "booking")):
        if at is not None and not at - missed > within:
            open_duties.discard(duty)
    if not open_duties:
        return "met"
    return "breach" if offered else "waits"


LETTERS = {"unauthorised_absence": "u", "held": "h"}


def streak(marks: list[tuple[int, int, str, bool]], size: int) -> tuple[list[int], list[list[int]]]:
    """A9 with letters: (session, start, outcome, held by a case) → (open absences, full groups)."""
    left = [m for m in sorted(marks, key=lambda m: m[1]) if not m[3] and m[2] in LETTERS]
    letters = "".join(LETTERS[outcome] for _, _, outcome, _ in left)
    full = [
        [left[at][0] for at in range(found.start(), found.end())]
        for found in re.finditer("u" * size, letters)
    ]
    tail = re.search("u*$", letters)
    assert tail is not None
    rest = (tail.end() - tail.start()) % size
    return [m[0] for m in left[len(left) - rest :]], full


def stands(marks: list[tuple[int, int, str, bool]], ids: set[int]) -> bool:
    """A7: walk the sessions from the first to the last of the group; nothing in it may break the row."""
    met: set[int] = set()
    for number, _, outcome, _ in sorted(marks, key=lambda m: m[1]):
        if number in ids:
            if outcome != "unauthorised_absence":
                return False
            met.add(number)
        elif met and met != ids and outcome == "held":
            return False
    return met == ids and bool(ids)


# A rule is (weekday, first minute, minute after the last, zone, recorded, retired or None), a blocker
# (starts, ends, from, until or None); all on the quarter hour.
Rule = tuple[int, int, int, str, int, int | None]
Blocker = tuple[int, int, int, int | None]


def _open(at: int, rule: Rule) -> bool:
    """Whether the rule's own clock stands inside the rule."""
    days, minutes = divmod(wall(at, rule[3]) // MINUTE, 24 * 60)
    return (days + 3) % 7 == rule[0] and rule[1] <= minutes < rule[2]


@lru_cache(maxsize=64)
def starts(rule: Rule, first: int, last: int, length: int) -> list[int]:
    """The starts in [first, last) by walking a quarter-hour clock and cutting every open stretch."""
    found: list[int] = []
    at = first - first % QUARTER - DAY
    stretch: list[int] = []
    while at < last + 2 * DAY:
        if _open(at, rule):
            stretch.append(at)
        elif stretch:
            per_slot = length // QUARTER
            found += [stretch[i] for i in range(0, len(stretch), per_slot) if len(stretch) - i >= per_slot]
            stretch = []
        at += QUARTER
    return [at for at in found if first <= at < last]


@lru_cache(maxsize=64)
def _mondays(missed: int, zone: str) -> tuple[int, int]:
    """The first quarter hour of the missed session's week and the first after the following week."""
    at = missed - missed % QUARTER
    while week(at - QUARTER, zone) == week(missed, zone):
        at -= QUARTER
    first = at
    while week(at, zone) <= week(missed, zone) + 1:
        at += QUARTER
    return first, at


def free(
    missed: int,
    after: int,
    zone: str,
    rules: list[Rule],
    busy: list[tuple[int, int]],
    counts: dict[tuple[int, int], int],
    length: int,
    most: int,
) -> list[int]:
    """A3: every start that a quarter-hour walk through both weeks finds free, in order."""
    first, last = _mondays(missed, zone)
    found = set()
    for rule in rules:
        if not (rule[4] <= after and (rule[5] is None or after < rule[5])):
            continue
        for at in starts(rule, first, last, length):
            quarters = range(at, at + length, QUARTER)
            taken = any(b <= q < e for q in quarters for b, e in busy)
            if at > after and not taken and counts.get(iso_week(at, zone), 0) + 1 <= most:
                found.add(at)
    return sorted(found)


def offered(
    missed: int,
    deadline: int,
    zone: str,
    rules: list[Rule],
    blockers: list[Blocker],
    counts: dict[tuple[int, int], int],
    length: int,
    most: int,
) -> bool:
    """A8: ask at every quarter hour from the missed start to the deadline what could be booked just then."""
    now = missed
    while now <= deadline:
        busy = [(b, e) for b, e, since, until in blockers if since <= now and (until is None or now < until)]
        if free(missed, now, zone, rules, busy, counts, length, most):
            return True
        now += QUARTER
    return False
