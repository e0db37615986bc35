from datetime import UTC, datetime, timedelta

import pytest

from accounts.models import Role, RoleGrant, User
from record.services import write
from record.types import NewEntry, NewMessage

NOW = datetime(2026, 3, 3, 13, 0, tzinfo=UTC)

TEMPLATES = {
    "messages/test_note.subject.txt": "{{ title }} for {{ recipient.name }}\n",
    "messages/test_note.txt": "{{ title }} {{ starts_at }}"
    "[{{ settings.SECRET_KEY }}{{ recipient.password }}]",
    "messages/test_note.html": "<p>{{ title }}</p>{{ starts_at|date:'H:i e' }}",
    "messages/broken.subject.txt": "{% include 'nowhere.html' %}",
    "messages/broken.txt": "x",
    "messages/broken.html": "x",
}


@pytest.fixture
def an_instant():
    return NOW


@pytest.fixture
def now():
    return NOW


@pytest.fixture
def templates(settings):
    engine = {**settings.TEMPLATES[0], "APP_DIRS": False}
    engine["OPTIONS"] = {
        "loaders": [("django.template.loaders.locmem.Loader", TEMPLATES)],
        "libraries": {},
    }
    settings.TEMPLATES = [engine]


def person(email="ada@example.org", *roles, **fields):
    user = User.objects.create_user(email, **({"given_name": "Ada", "family_name": "Example"} | fields))
    RoleGrant.objects.bulk_create(RoleGrant(user=user, role=role, granted_at=NOW) for role in roles)
    return User.objects.prefetch_related("role_grants").get(pk=user.pk)


@pytest.fixture
def student(db):
    return person("student@example.org", Role.STUDENT)


def entry(subject, kind="test.noted", **changes):
    facts = {"n": 1, "at": NOW}
    subject_id = subject.pk if subject else None
    return NewEntry(subject_id, kind, "3.2", "2026-01", NOW, facts=facts)._replace(**changes)


def message(recipient, occasion="note:1", **changes):
    context = {"title": "Hello", "starts_at": NOW}
    return NewMessage(recipient.pk, "test_note", occasion, NOW, context)._replace(**changes)


def grow(subject, count, start=0):
    """Give a subject this many entries, one batch."""
    facts = [{"n": n, "starts_at": NOW + timedelta(minutes=n)} for n in range(start, start + count)]
    write(entries=[entry(subject, facts=f, about=f"test:{f['n']}") for f in facts], now=NOW)


def rows(model):
    """What is stored, without what must differ from run to run."""
    skip = {"id", "salt", "commitment", "prev_hash", "hash", "head_hash"}
    names = [field.attname for field in model._meta.concrete_fields if field.attname not in skip]
    return list(model.objects.order_by("id").values_list(*names))
