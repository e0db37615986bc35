"""What most pages answer to whom.

302 to nobody who has business there: a visitor is led to the sign-in. What exists and is somebody else's answers 404;
the admin leads strangers to its own sign-in (302), says 403 to staff without the permission, and leads away (302) from
a row that is out of sight exactly as from one that does not exist.
"""

from __future__ import annotations

from collections.abc import Iterable

from tests.matrix.people import OTHERS, STAFF, statuses

PEOPLE = ("student", "mentor", "quality", *STAFF, *OTHERS, "anonymous")

Line = dict[str, int]
Lines = dict[str, Line]
Rows = dict[str, tuple[object, ...]]

SCHOOL = ("student_success", "head_of_learning", "administrator")  # staff who see every Path
MANAGERS = ("learning_manager", "other_learning_manager")


def table(everybody: int, /, anonymous: int = 302, **some: int) -> Line:
    """Statuses by person: these for some (``staff``, ``others``), ``everybody`` for the rest."""
    return statuses(PEOPLE, everybody, anonymous, some)


def lines(expected: Line, names: str, method: str = "GET") -> Lines:
    return {f"{method} {name}": expected for name in names.split()}


def about(names: str, *row: object) -> Rows:
    """The row that pages are about: a name of the world's, or a number or word that stands for itself."""
    return dict.fromkeys(names.split(), row)


PUBLIC = table(200, anonymous=200)
SIGNED_IN = table(200)
TO_SIGN_IN = table(302)  # the sign-in itself, or a step of it that has not been taken
NOBODY = table(404)
STUDENT = table(404, student=200)
STUDENTS = table(404, student=200, other_student=200)
ITS_MENTOR = table(404, mentor=200)
MENTORS = table(404, mentor=200, other_mentor=200)
ITS_STAFF = table(404, staff=200)
ALL_STAFF = table(404, staff=200, other_learning_manager=200)
SUCCESS = table(404, student_success=200)
SUCCESS_AND_ADMINISTRATOR = table(404, student_success=200, administrator=200)

# The admin.
STAFF_READ = table(302, staff=200, other_learning_manager=200)
STAFF_BUT_OTHERS = table(302, staff=200)
NO_STAFF = table(302, staff=403, other_learning_manager=403)


def only(people: Iterable[str]) -> Line:
    """Pages of the admin for some of the staff."""
    return NO_STAFF | dict.fromkeys(people, 200)


ONLY_ADMINISTRATORS = only(["administrator"])
ONLY_HEADS = only(["head_of_learning", "administrator"])


def models(names: str, read: Line, row: Line | None = None, add: Line = NO_STAFF) -> Lines:
    """The pages of models: the list, one row and its history, the form for another; nobody deletes."""
    pages = {
        "changelist": read,
        "change": row or read,
        "history": row or read,
        "add": add,
        "delete": NO_STAFF,
    }
    return {f"admin:{name}_{page}": expected for name in names.split() for page, expected in pages.items()}
