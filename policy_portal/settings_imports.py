"""Settings of what comes in from other systems: rosters and video-conference reports."""

from __future__ import annotations

from . import environment as env

_MB = 1024 * 1024

# An upload is refused before it is read further than this (bytes; rows and lines over all files of a roster).
ROSTER_MAX_FILE = env.whole("ROSTER_MAX_FILE", 20 * _MB, least=1)
ROSTER_MAX_UNPACKED = env.whole("ROSTER_MAX_UNPACKED", 200 * _MB, least=1)
ROSTER_MAX_LINE = env.whole("ROSTER_MAX_LINE", 64 * 1024, least=1)
ROSTER_MAX_ROWS = env.whole("ROSTER_MAX_ROWS", 200_000, least=1)
# Percent of the people or enrolments that a source has told of; more end only when whoever imports says so.
ROSTER_MOST_ENDED = env.whole("ROSTER_MOST_ENDED", 30, most=100)
REPORT_MAX_FILE = env.whole("REPORT_MAX_FILE", 2 * _MB, least=1)
REPORT_MAX_ROWS = env.whole("REPORT_MAX_ROWS", 5_000, least=1)

# What a OneRoster role is here, beside student and teacher: `principal=head_of_learning,counselor=student_success`.
# Staff roles are given only by what stands here, and only when an administrator imports.
ROSTER_ROLES = env.pairs(
    "ROSTER_ROLES",
    {"student": "student", "teacher": "mentor"},
    allowed=("student", "mentor", "student_success", "learning_manager", "head_of_learning", "administrator"),
)
ROSTER_TIME_ZONE = env.zone("ROSTER_TIME_ZONE", "Europe/Paris")  # where a row does not name its own
