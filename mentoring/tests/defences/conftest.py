"""A student whose project is approved, their mentor, and an assessor."""

from __future__ import annotations

import pytest

from tests.factories import (
    make_approved_work,
    make_assessor,
    make_mentorship,
    make_project,
)


@pytest.fixture(autouse=True)
def private_store(settings, tmp_path):
    documents = {**settings.STORAGES["documents"]}
    documents["OPTIONS"] = {**documents["OPTIONS"], "location": str(tmp_path / "documents")}
    settings.STORAGES = {**settings.STORAGES, "documents": documents}


@pytest.fixture
def mentorship():
    return make_mentorship()


@pytest.fixture
def work(mentorship):
    project = make_project(mentorship.enrolment.path, skills=["a", "b"], in_depth=True)
    return make_approved_work(mentorship.mentor.user, mentorship.enrolment, project=project)


@pytest.fixture
def student(work):
    return work.enrolment.student.user


@pytest.fixture
def assessor():
    return make_assessor()
