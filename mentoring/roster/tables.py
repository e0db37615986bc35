"""The files of OneRoster's CSV binding that are read, their columns, and what stands in them.

Of each row only what the portal uses is kept. Column names are case-sensitive and may stand in any order;
`metadata.*` columns are a school's own, of which a few are read (docs/imports.md).
"""

from __future__ import annotations

from dataclasses import dataclass

from students.models import ExternalKind

TERM_TYPES = frozenset({"gradingPeriod", "semester", "schoolYear", "term"})
ORG_TYPES = frozenset({"department", "school", "district", "local", "state", "national"})
CLASS_TYPES = frozenset({"homeroom", "scheduled"})
ROLE_TYPES = frozenset({"primary", "secondary"})
ENROLMENT_ROLES = frozenset({"administrator", "proctor", "student", "teacher"})
ROLES_11 = frozenset(
    {"administrator", "aide", "guardian", "parent", "proctor", "relative", "student", "teacher"}
)
ROLES_12 = frozenset(
    {
        "aide",
        "counselor",
        "districtAdministrator",
        "guardian",
        "parent",
        "principal",
        "proctor",
        "relative",
        "siteAdministrator",
        "student",
        "systemAdministrator",
        "teacher",
    }
)


@dataclass(frozen=True, slots=True)
class Column:
    """A column: how its text is read (``form``), and which rows it points to (``to``)."""

    name: str
    form: str = "text"  # text, id, ids, date, flag, email, link, zone, weekday, time, or a vocabulary
    needed: bool = False
    words: frozenset[str] = frozenset()
    to: ExternalKind | None = None
    # OneRoster 1.2 lets a vocabulary be extended by words that begin with "ext:".
    open_words: bool = True
    longest: int = 255


@dataclass(frozen=True, slots=True)
class Table:
    """One file: what a row of it stands for, and its columns beside sourcedId, status and dateLastModified."""

    file: str
    kind: ExternalKind
    columns: tuple[Column, ...]

    @property
    def property_name(self) -> str:
        return "file." + self.file.removesuffix(".csv")


ORGS = Table(
    "orgs.csv",
    ExternalKind.ORG,
    (
        Column("name", needed=True),
        Column("type", "word", needed=True, words=ORG_TYPES),
        Column("parentSourcedId", "id", to=ExternalKind.ORG),
    ),
)
TERMS = Table(
    "academicSessions.csv",
    ExternalKind.TERM,
    (
        Column("title", needed=True),
        Column("type", "word", needed=True, words=TERM_TYPES),
        Column("startDate", "date", needed=True),
        Column("endDate", "date", needed=True),
        Column("parentSourcedId", "id", to=ExternalKind.TERM),
    ),
)
COURSES = Table(
    "courses.csv",
    ExternalKind.COURSE,
    (
        Column("title", needed=True, longest=200),
        Column("courseCode", longest=64),
        Column("orgSourcedId", "id", needed=True, to=ExternalKind.ORG),
    ),
)
CLASSES = Table(
    "classes.csv",
    ExternalKind.CLASS,
    (
        Column("title", needed=True),
        Column("courseSourcedId", "id", needed=True, to=ExternalKind.COURSE),
        Column("classType", "word", words=CLASS_TYPES),
        Column("schoolSourcedId", "id", needed=True, to=ExternalKind.ORG),
        Column("termSourcedIds", "ids", needed=True, to=ExternalKind.TERM),
    ),
)
_PERSON = (
    Column("enabledUser", "flag", needed=True),
    Column("username", needed=True),
    Column("givenName", needed=True, longest=100),
    Column("familyName", needed=True, longest=100),
    Column("identifier", longest=64),
    Column("email", "email", longest=254),
    Column("metadata.timeZone", "zone", longest=64),
    Column("metadata.videoLink", "link", longest=500),
)
USERS_12 = Table("users.csv", ExternalKind.USER, _PERSON)
USERS_11 = Table(
    "users.csv",
    ExternalKind.USER,
    (
        *_PERSON,
        Column("orgSourcedIds", "ids", needed=True, to=ExternalKind.ORG),
        Column("role", "word", needed=True, words=ROLES_11, open_words=False),
    ),
)
ROLES = Table(
    "roles.csv",
    ExternalKind.ROLE,
    (
        Column("userSourcedId", "id", needed=True, to=ExternalKind.USER),
        Column("roleType", "word", needed=True, words=ROLE_TYPES),
        Column("role", "word", needed=True, words=ROLES_12),
        Column("beginDate", "date"),
        Column("endDate", "date"),
        Column("orgSourcedId", "id", needed=True, to=ExternalKind.ORG),
    ),
)
ENROLMENTS = Table(
    "enrollments.csv",
    ExternalKind.ENROLMENT,
    (
        Column("classSourcedId", "id", needed=True, to=ExternalKind.CLASS),
        Column("schoolSourcedId", "id", needed=True, to=ExternalKind.ORG),
        Column("userSourcedId", "id", needed=True, to=ExternalKind.USER),
        Column("role", "word", needed=True, words=ENROLMENT_ROLES, open_words=True),
        Column("beginDate", "date"),
        Column("endDate", "date"),
        Column("metadata.weekday", "weekday"),
        Column("metadata.localTime", "time"),
        Column("metadata.timeZone", "zone", longest=64),
    ),
)

# In the order in which rows point to each other.
TABLES = {
    "1.1": (ORGS, TERMS, COURSES, CLASSES, USERS_11, ENROLMENTS),
    "1.2": (ORGS, TERMS, COURSES, CLASSES, USERS_12, ROLES, ENROLMENTS),
}
# Files of the binding that hold nothing for the portal: grades, resources, and what it must not know.
UNREAD = frozenset(
    {
        "categories",
        "classResources",
        "courseResources",
        "demographics",
        "lineItemLearningObjectiveIds",
        "lineItemScoreScales",
        "lineItems",
        "resources",
        "resultLearningObjectiveIds",
        "resultScoreScales",
        "results",
        "scoreScales",
        "userProfiles",
        "userResources",
    }
)
