"""P1: groups by Path or cohort; a look at those that there are before another is made; closed with a suspension."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import Role
from mentoring.tests.student_pages import clock, sign_in
from record.documents.selectors import may_read
from record.models import Document, Entry, Message
from rulebook.errors import RuleError
from rulebook.likeness import alike
from students import services
from students.models import ConductReport, GroupPost, GroupResource, Interruption, Membership, StudyGroup
from tests.api import Caller
from tests.factories import accept_rules, at, make_enrolment, make_path, make_user

pytestmark = pytest.mark.django_db

NOW = at("2026-03-04 09:00")
DAY = timedelta(days=1)


def learner(path=None, starts_on=date(2026, 1, 1)):
    enrolment = make_enrolment(path=path, starts_on=starts_on)
    accept_rules(enrolment.student)
    return enrolment


@pytest.fixture
def path():
    return make_path()


@pytest.fixture
def owner(path):
    return learner(path)


@pytest.fixture
def group(owner, path):
    return make(owner, path=path)


def make(enrolment, title="SQL on Thursdays", path=None, cohort=None, none_fits=False, now=NOW):
    return services.make_group(
        title=title,
        purpose="",
        path=path,
        cohort=cohort,
        none_fits=none_fits,
        by=enrolment.student.user,
        now=now,
    )


def join(group, enrolment, now=NOW):
    return services.join_group(group=group, by=enrolment.student.user, now=now)


def owner_of(group):
    return Membership.objects.get(group=group, owner=True, left_at__isnull=True).student


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("SQL on Thursdays", "Thursdays: sql!", True),
        ("Équipe React", "equipe react du lundi", True),
        ("Study group", "Study team", False),  # these words say nothing
        ("Portfolio reviews", "JavaScript basics", False),
        ("SQL", "SQL and Python for beginners", True),
    ],
)
def test_titles_that_mean_about_the_same(one, other, same):
    assert alike(one, other) is same and alike(other, one) is same


def test_p1_similar_groups_are_looked_at_before_another_is_made(group, path):
    newcomer = learner(path)
    with pytest.raises(RuleError) as refused:
        make(newcomer, "Sql Thursdays", path=path)
    assert (refused.value.field, refused.value.clause) == ("none_fits", "PL.6")
    assert StudyGroup.objects.count() == 1
    make(newcomer, "Sql Thursdays", path=path, none_fits=True)


def test_p1_a_group_is_of_ones_own_path_or_cohort(group, path):
    stranger = learner(starts_on=date(2026, 2, 9))
    with pytest.raises(RuleError):
        join(group, stranger)
    with pytest.raises(RuleError):
        make(stranger, path=path)
    with pytest.raises(RuleError):
        make(stranger, cohort=date(2026, 1, 1))
    cohort = make(stranger, cohort=date(2026, 2, 1))
    same_month = learner(path, starts_on=date(2026, 2, 27))
    join(cohort, same_month)
    with pytest.raises(RuleError):
        join(cohort, learner(starts_on=date(2026, 3, 1)))


def test_p1_who_leaves_hands_the_group_to_its_oldest_member(group, owner, path):
    second, third = learner(path), learner(path)
    join(group, second, NOW + DAY)
    join(group, third, NOW + 2 * DAY)
    services.leave_group(group=group, by=owner.student.user, now=NOW + 3 * DAY)
    assert owner_of(group) == second.student
    assert Message.objects.get(kind="group_handed_over").recipient == second.student.user
    services.hand_over_group(group=group, to=third.student, by=second.student.user, now=NOW + 4 * DAY)
    assert owner_of(group) == third.student
    for enrolment in (third, second):
        services.leave_group(group=group, by=enrolment.student.user, now=NOW + 5 * DAY)
    group.refresh_from_db()
    assert group.closed_at == NOW + 5 * DAY
    join(group, second, NOW + 6 * DAY)
    assert owner_of(group) == second.student


def test_joining_twice_is_joining_once(group, path):
    newcomer = learner(path)
    assert join(group, newcomer) == join(group, newcomer)


def suspend(enrolment):
    Interruption.objects.create(
        enrolment=enrolment,
        kind="suspension",
        starts_on=date(2026, 3, 4),
        ends_on=date(2026, 4, 3),
        recorded_at=NOW,
    )


PAGES = ("", "new/", "{pk}/", "{pk}/share/", "{pk}/plan/", "{pk}/report/")


def test_4_2_a_suspension_closes_every_door_of_the_groups(group, owner):
    client, caller = sign_in(owner.student.user), Caller(owner.student.user, NOW)
    suspend(owner)
    with clock(NOW):
        for page in PAGES:
            assert client.get(f"/groups/{page.format(pk=group.pk)}").status_code == 403, page
        assert client.post(f"/groups/{group.pk}/post/", {"text": "Still here."}).status_code == 403
    assert caller.get("groups/").json()["results"] == []
    assert caller.get(f"groups/{group.pk}/").status_code == 404
    assert caller.send("POST", f"groups/{group.pk}/posts/", {"text": "Still here."}).status_code == 404
    with pytest.raises(RuleError) as refused:
        services.post_progress(group=group, text="Still here.", by=owner.student.user, now=NOW)
    assert refused.value.clause == "4.2"
    # It lifts by itself.
    services.post_progress(group=group, text="Back.", by=owner.student.user, now=at("2026-04-04 00:00+02:00"))


def test_the_end_of_a_training_closes_them_and_a_leave_does_not(group, owner):
    after = at("2027-01-01 00:00+01:00")
    with pytest.raises(RuleError):
        services.post_progress(group=group, text="Bye.", by=owner.student.user, now=after)
    Interruption.objects.create(
        enrolment=owner, kind="leave", starts_on=date(2026, 3, 1), ends_on=date(2026, 3, 31), recorded_at=NOW
    )
    services.post_progress(group=group, text="On leave.", by=owner.student.user, now=NOW)


def test_p6_the_rules_are_accepted_before_working_together(path):
    newcomer = make_enrolment(path=path)
    with pytest.raises(RuleError) as refused:
        make(newcomer, path=path)
    assert refused.value.clause == "2.1"
    with clock(NOW):
        page = sign_in(newcomer.student.user).get("/groups/").content.decode()
    assert "/terms/?next=/groups/" in page


def plan(group, enrolment, starts_at=NOW + DAY, hours=1):
    return services.plan_study_session(
        group=group,
        title="Joins",
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=hours),
        link="",
        by=enrolment.student.user,
        now=NOW,
    )


def test_study_sessions_are_planned_by_members_and_told_to_all(group, owner, path):
    second = learner(path)
    join(group, second)
    row = plan(group, second)
    told = {message.recipient for message in Message.objects.filter(kind="study_session")}
    assert told == {owner.student.user, second.student.user}
    services.cancel_study_session(session_id=row.pk, by=owner.student.user, now=NOW)
    assert Message.objects.filter(kind="study_session_cancelled").count() == 2
    with pytest.raises(RuleError):
        services.cancel_study_session(session_id=row.pk, by=owner.student.user, now=NOW)


@pytest.mark.parametrize(("starts", "hours"), [(NOW, 1), (NOW + DAY, 0), (NOW + DAY, 9)])
def test_study_sessions_that_cannot_be_are_refused(group, owner, starts, hours):
    with pytest.raises(RuleError):
        plan(group, owner, starts, hours)


def test_strangers_of_the_group_do_nothing_in_it(group, owner, path):
    other = learner(path)
    row = plan(group, owner)
    with pytest.raises(RuleError):
        plan(group, other)
    with pytest.raises(RuleError):
        services.cancel_study_session(session_id=row.pk, by=other.student.user, now=NOW)
    with clock(NOW):
        client = sign_in(other.student.user)
        page = client.get(f"/groups/{group.pk}/").content.decode()
        assert "Joins" not in page and "Join to see" in page
        assert client.post(f"/groups/{group.pk}/post/", {"text": "Hello"}).status_code == 404


def test_abuse_1_a_group_of_another_path_is_not_there(group):
    client = sign_in(learner().student.user)
    with clock(NOW):
        assert client.get(f"/groups/{group.pk}/").status_code == 404
        assert client.post(f"/groups/{group.pk}/join/").status_code == 404


def test_resources_are_links_or_files_and_files_go_when_taken_down(group, owner, path):
    by = {"by": owner.student.user, "now": NOW}
    with pytest.raises(RuleError):
        services.share_resource(group=group, title="Nothing", url="", upload=None, **by)
    upload = SimpleUploadedFile("notes.txt", b"SELECT 1;\n", "text/plain")
    row = services.share_resource(group=group, title="Notes", url="", upload=upload, **by)
    second, stranger = learner(path), learner(path)
    join(group, second)
    url = row.document.get_absolute_url()
    with clock(NOW):
        assert sign_in(second.student.user).get(url).status_code == 200
        assert sign_in(stranger.student.user).get(url).status_code == 404
        suspend(second)
        assert sign_in(second.student.user).get(url).status_code == 404
    services.take_down(row=row, **by)
    assert Document.objects.get().deleted_at == NOW


def test_who_may_take_something_down(group, owner, path):
    second, third = learner(path), learner(path)
    for each in (second, third):
        join(group, each)
    post = services.post_progress(group=group, text="Stuck.", by=second.student.user, now=NOW)
    with pytest.raises(RuleError):
        services.take_down(row=post, by=third.student.user, now=NOW)
    services.take_down(row=post, by=owner.student.user, now=NOW)
    post.refresh_from_db()
    assert post.removed_by == owner.student.user


def test_abuse_22_a_report_keeps_what_stood_there_and_shields_its_reporter(group, owner, path):
    success = make_user(Role.STUDENT_SUCCESS)
    second = learner(path)
    join(group, second)
    post = services.post_progress(group=group, text="You are an idiot.", by=owner.student.user, now=NOW)
    client = sign_in(second.student.user)
    with clock(NOW):
        url = f"/groups/{group.pk}/post/{post.pk}/report/"
        assert client.post(url, {"text": "He insulted me."}).status_code == 302
    services.take_down(row=post, by=owner.student.user, now=NOW)
    report = ConductReport.objects.get()
    assert (report.subject, report.evidence) == (owner.student.user, "You are an idiot.")
    assert report.taken_up_at is None and report.about == f"students.grouppost:{post.pk}"
    assert Message.objects.get(kind="conduct_reported").recipient == success
    assert not Entry.objects.filter(chain__subject=owner.student.user, kind="conduct_reported").exists()


def test_abuse_22_who_is_reported_cannot_delete_the_file(group, owner, path):
    success, second = make_user(Role.STUDENT_SUCCESS), learner(path)
    join(group, second)
    author = owner.student.user
    file = SimpleUploadedFile("insults.txt", b"You are an idiot.", "text/plain")
    row = services.share_resource(group=group, title="Insults", url="", upload=file, by=author, now=NOW)
    assert row.document is not None
    assert not may_read(success, row.document)  # nobody's business as long as nobody reports it
    report = services.report_abuse(
        group=group, row=row, text="See the file.", by=second.student.user, now=NOW
    )
    services.take_down(row=row, by=author, now=NOW)
    row.document.refresh_from_db()
    assert row.document.deleted_at is None
    readers = [who for who in (success, author, second.student.user) if may_read(who, row.document)]
    assert readers == [success]
    with clock(NOW):
        page = sign_in(success).get(f"/staff/conduct/{report.pk}/").content.decode()
    assert row.document.get_absolute_url() in page and "held for this report" in page


def test_a_file_that_nobody_reported_goes_with_its_resource(group, owner):
    file = SimpleUploadedFile("notes.txt", b"Notes.", "text/plain")
    author = owner.student.user
    row = services.share_resource(group=group, title="Notes", url="", upload=file, by=author, now=NOW)
    services.take_down(row=row, by=author, now=NOW)
    row.refresh_from_db()
    assert row.document is not None and row.document.deleted_at == NOW


def test_the_journey_on_the_pages(owner, path):
    client = sign_in(owner.student.user)
    with clock(NOW):
        body = {"title": "SQL on Thursdays", "purpose": "Joins", "path": str(path.pk), "cohort": ""}
        made = client.post("/groups/new/", body)
        assert made.status_code == 302
        page = client.post("/groups/new/", body)
        assert page.status_code == 422 and "Groups like this one" in page.content.decode()
        url = made["Location"]
        client.post(f"{url}post/", {"text": "Finished the first project."})
        client.post(f"{url}share/", {"title": "A manual", "url": "https://www.example.org/sql"})
        plan = {"title": "Joins", "starts_at": "2026-03-05T18:00", "ends_at": "2026-03-05T19:00"}
        client.post(f"{url}plan/", plan)
        page = client.get(url).content.decode()
        for words in ("Finished the first project.", "A manual", "Joins", "looks after the group"):
            assert words in page
        row = GroupResource.objects.get()
        client.post(f"{url}resource/{row.pk}/take-down/")
        assert "A manual" not in client.get(url).content.decode()
        assert client.get(f"{url}session/99/report/").status_code == 404
        assert client.get(f"{url}nonsense/1/report/").status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(("page", "queries"), [("", 9), ("{pk}/", 14)])
def test_pages_cost_the_same_for_one_and_for_three(
    group, owner, path, rows, page, queries, django_assert_max_num_queries
):
    for number in range(rows):
        other = learner(path)
        join(group, other)
        make(other, f"Group {number}", path=path, none_fits=True)
        plan(group, other)
        services.post_progress(group=group, text="On my way.", by=other.student.user, now=NOW)
        services.share_resource(
            group=group,
            title="Link",
            url="https://www.example.org/",
            upload=None,
            by=other.student.user,
            now=NOW,
        )
    client, url = sign_in(owner.student.user), f"/groups/{page.format(pk=group.pk)}"
    with clock(NOW):
        client.get(url)
        with django_assert_max_num_queries(queries):
            assert client.get(url).status_code == 200
    assert GroupPost.objects.count() == rows


def test_over_the_api(group, owner, path):
    caller = Caller(learner(path).student.user, NOW)
    assert caller.get("groups/").json()["results"][0]["title"] == "SQL on Thursdays"
    assert caller.send("POST", f"groups/{group.pk}/posts/", {"text": "Hello"}).status_code == 422
    assert caller.send("POST", f"groups/{group.pk}/join/").status_code == 200
    assert caller.send("POST", f"groups/{group.pk}/posts/", {"text": "Hello"}).status_code == 200
    body = {"title": "Joins", "starts_at": "2026-03-05T18:00Z", "ends_at": "2026-03-05T19:00Z"}
    assert caller.send("POST", f"groups/{group.pk}/study-sessions/", body).status_code == 200
    assert caller.get("study-sessions/").json()["results"][0]["title"] == "Joins"
    like = {"title": "sql thursdays", "path": path.pk}
    refused = caller.send("POST", "groups/", like)
    assert refused.status_code == 422 and "none_fits" in refused.content.decode()
    assert caller.send("POST", "groups/", like | {"none_fits": True}).status_code == 201
    assert caller.send("POST", f"groups/{group.pk}/leave/").status_code == 200
