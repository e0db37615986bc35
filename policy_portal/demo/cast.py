"""Who is in the made-up school. Nobody here exists; example.org belongs to nobody."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

from accounts.models import Role

PASSWORD = "policy-portal-demo"

LOGINS: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "student@example.org": ("Sasha", "Sample", (Role.STUDENT,)),
    "mentor@example.org": ("Morgan", "Model", (Role.MENTOR,)),
    "quality@example.org": ("Robin", "Review", (Role.QUALITY,)),
    "assessor@example.org": ("Ashley", "Arbiter", (Role.ASSESSOR,)),
    "success@example.org": ("Sunny", "Support", (Role.STUDENT_SUCCESS,)),
    "manager@example.org": ("Lee", "Learning", (Role.LEARNING_MANAGER,)),
    "head@example.org": ("Harper", "Head", (Role.HEAD_OF_LEARNING,)),
    "admin@example.org": ("Alex", "Admin", (Role.ADMINISTRATOR,)),
}
"""One login for each role: given name, family name, roles; all with PASSWORD."""

PATHS = (
    ("web-developer", "Web Developer"),
    ("data-analyst", "Data Analyst"),
    ("ux-designer", "UX Designer"),
)

STUDENTS = 60
MENTORS = 8

_GIVEN = (
    *("Ada", "Basil", "Cleo", "Dario", "Esme", "Felix", "Gwen", "Hugo", "Iris", "Jonas"),
    *("Kaya", "Leon", "Mila", "Nils", "Olga", "Pavel", "Quinn", "Rosa", "Stella", "Theo"),
)
_FAMILY = ("Example", "Specimen", "Placeholder")
_MENTOR_FAMILY = "Prototype"


@dataclass(frozen=True, slots=True)
class Name:
    """A made-up name and its address."""

    given: str
    family: str

    @property
    def email(self) -> str:
        return f"{self.given}.{self.family}@example.org".lower()


def student_names() -> list[Name]:
    """All students but the one who has a login of the first row above."""
    return [Name(given, family) for family, given in product(_FAMILY, _GIVEN)][: STUDENTS - 1]


def mentor_names() -> list[Name]:
    """All mentors but the one with a login."""
    return [Name(given, _MENTOR_FAMILY) for given in _GIVEN[: MENTORS - 1]]
