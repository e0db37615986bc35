"""The students' app in the staff admin. Tables are registered by being imported."""

from . import beginning, groups, people, projects, rosters, standing
from .bases import KeptByAdministrators, OfEnrolment, StaffAdmin, WholeSchoolAdmin, by, person_link

__all__ = [
    "KeptByAdministrators",
    "OfEnrolment",
    "StaffAdmin",
    "WholeSchoolAdmin",
    "beginning",
    "by",
    "groups",
    "people",
    "person_link",
    "projects",
    "rosters",
    "standing",
]
