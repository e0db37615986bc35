"""A large deliverable over a line that breaks, in a real browser: it goes on where it stood (T2)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from accounts.models import User
from record.models import StagedUpload
from record.tests.documents.samples import archive
from students.models import Deliverable, ProjectWork, WorkState
from tests.factories import make_mentorship, make_work

from .conftest import PHONE

pytestmark = pytest.mark.browser


@pytest.fixture
def work(transactional_db: None) -> ProjectWork:
    """A project to do, of a student with a mentor."""
    return make_work(make_mentorship().enrolment)


@pytest.mark.console_errors
def test_a_large_deliverable_goes_on_where_the_line_broke(
    page: Page,
    work: ProjectWork,
    sign_in: Callable[[User], None],
    accessible: Callable[[], None],
    tmp_path: Path,
) -> None:
    large = tmp_path / "project.zip"
    large.write_bytes(archive({"data.csv": bytes(range(32, 127)) * 100_000}, packed=False))
    page.set_viewport_size(PHONE)
    sign_in(work.enrolment.student.user)
    page.goto(f"/portal/projects/{work.pk}/submit/")
    accessible()
    seen: list[str] = []

    def broken(route: Route) -> None:
        seen.append(route.request.method)
        if route.request.method == "PATCH" and seen.count("PATCH") == 2:
            route.abort("connectionreset")
        else:
            route.continue_()

    page.route("**/documents/uploads/*/", broken)
    page.locator("input[type=file]").first.set_input_files(large)
    expect(page.get_by_text("The connection broke off.")).to_be_visible()
    assert 0 < StagedUpload.objects.get().offset < large.stat().st_size
    page.get_by_role("button", name="Hand it in").click()
    expect(page.get_by_text("Version 1 is handed in.")).to_be_visible(timeout=45_000)
    assert seen.count("HEAD") == 1
    document = Deliverable.objects.get(work=work).files.get().document
    assert (document.size, document.content_type) == (large.stat().st_size, "application/zip")
    work.refresh_from_db()
    assert work.state == WorkState.SUBMITTED
    accessible()
