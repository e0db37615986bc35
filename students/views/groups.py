"""Groups (P1): find one, join it, study together, share. Closed with a suspension or the end of a training."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.doors import PersonRequest, students_only
from rulebook.errors import RuleError
from students import services
from students.forms import add_refusal
from students.forms.beginning import ReportForm
from students.forms.groups import GroupForm, HandOverForm, PostForm, ResourceForm, SessionForm, month_words
from students.models import GroupPost, GroupResource, Membership, StudyGroup, StudySession
from students.permissions import may_work_together
from students.selectors import groups as reads
from students.words import refusal

PAGE = 20
P = ParamSpec("P")
THINGS: dict[str, type[GroupPost] | type[GroupResource] | type[StudySession]] = {
    "post": GroupPost,
    "resource": GroupResource,
    "session": StudySession,
}


def open_to_members(
    view: Callable[Concatenate[PersonRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """A page that is closed while a student's tools are: it says why, and what to do."""

    @students_only
    @wraps(view)
    def guarded(request: PersonRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        refused = may_work_together(request.user, request.now)
        if refused is None:
            return view(request, *args, **kwargs)
        context = {"now": request.now, "refused": refusal(refused), "terms": refused.clause == "2.1"}
        return render(request, "students/groups_closed.html", context, status=403)

    return guarded


@require_safe
@open_to_members
def groups(request: PersonRequest) -> HttpResponse:
    """The groups of the student's Path and cohort: their own first."""
    seen = reads.groups_for(request.user, request.now).filter(closed_at__isnull=True)
    rows = reads.listed(seen, request.user)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    for row in page:
        row.of = _of(row)  # type: ignore[attr-defined]  # words for the page
    return render(request, "students/groups.html", {"now": request.now, "page": page})


def _of(group: StudyGroup) -> str:
    parts = [group.path.title if group.path else "", month_words(group.cohort) if group.cohort else ""]
    return " · ".join(part for part in parts if part)


@require_http_methods(["GET", "HEAD", "POST"])
@open_to_members
def group_new(request: PersonRequest) -> HttpResponse:
    """A new group, after a look at those that there are."""
    own = reads.groups_open_to(request.user, request.now)
    form = GroupForm(request.POST if request.method == "POST" else None, own=own)
    similar = reads.similar_candidates(request.user, request.now)[:PAGE]
    if request.method == "POST" and form.is_valid():
        chosen = form.chosen()
        try:
            made = services.make_group(**chosen, by=request.user, now=request.now)
        except RuleError as error:
            add_refusal(form, error)
            similar = services.similar_groups(
                title=chosen["title"],
                path=chosen["path"],
                cohort=chosen["cohort"],
                user=request.user,
                now=request.now,
            )
        else:
            messages.success(request, _("The group is there, and you look after it."))
            return redirect("group", pk=made.pk)
    for row in similar:
        row.of = _of(row)  # type: ignore[attr-defined]  # words for the page
    context = {"now": request.now, "form": form, "similar": similar, "trail": _trail()}
    return render(request, "students/group_new.html", context, status=422 if form.errors else 200)


def _trail(*more: dict[str, str]) -> list[dict[str, str]]:
    return [{"label": _("Groups"), "url": reverse("groups")}, *more]


def _seen(request: PersonRequest, pk: int) -> StudyGroup:
    rows = reads.groups_for(request.user, request.now).select_related("path")
    return get_object_or_404(rows, pk=pk)


def _joined(request: PersonRequest, pk: int) -> tuple[StudyGroup, Membership]:
    group = _seen(request, pk)
    own = reads.memberships_of(request.user).filter(group=group).first()
    if own is None:
        raise Http404
    return group, own


@require_safe
@open_to_members
def group(request: PersonRequest, pk: int) -> HttpResponse:
    """One group: who is in it; to its members also what they planned and shared."""
    shown = _seen(request, pk)
    members = list(
        shown.memberships.filter(left_at__isnull=True).select_related("student__user").order_by("joined_at")
    )
    own = next((row for row in members if row.student.user_id == request.user.pk), None)
    context: dict[str, Any] = {
        "now": request.now,
        "group": shown,
        "of": _of(shown),
        "members": members,
        "own": own,
        "trail": _trail(),
    }
    if own is not None:
        there = {"removed_at__isnull": True}
        resources = GroupResource.objects.filter(group=shown, **there)
        posts = GroupPost.objects.filter(group=shown, **there).select_related("author__user")
        context |= {
            "sessions": StudySession.objects.filter(group=shown, ends_at__gt=request.now)
            .filter(cancelled_at__isnull=True)
            .select_related("made_by__user")[:PAGE],
            "resources": resources.select_related("author__user", "document")[:PAGE],
            "page": Paginator(posts, PAGE).get_page(request.GET.get("page")),
            "post_form": PostForm(),
        }
    return render(request, "students/group.html", context)


def _say(request: PersonRequest, act: Callable[[], object], done: str) -> None:
    try:
        act()
    except RuleError as error:
        messages.error(request, refusal(error))
    else:
        messages.success(request, done)


@require_POST
@open_to_members
def group_join(request: PersonRequest, pk: int) -> HttpResponse:
    shown = _seen(request, pk)
    _say(
        request,
        lambda: services.join_group(group=shown, by=request.user, now=request.now),
        _("You are in the group."),
    )
    return redirect("group", pk=pk)


@require_POST
@open_to_members
def group_leave(request: PersonRequest, pk: int) -> HttpResponse:
    shown, _own = _joined(request, pk)
    _say(
        request,
        lambda: services.leave_group(group=shown, by=request.user, now=request.now),
        _("You have left the group."),
    )
    return redirect("groups")


@require_http_methods(["GET", "HEAD", "POST"])
@open_to_members
def group_hand_over(request: PersonRequest, pk: int) -> HttpResponse:
    """Its owner gives the group to another member."""
    shown, own = _joined(request, pk)
    if not own.owner:
        raise Http404
    rows = shown.memberships.filter(left_at__isnull=True).exclude(pk=own.pk).select_related("student__user")
    people = {str(row.student_id): row.student for row in rows}
    form = HandOverForm(
        request.POST if request.method == "POST" else None,
        members=[(pk, str(student)) for pk, student in people.items()],
    )
    if request.method == "POST" and form.is_valid():
        to = people[form.cleaned_data["to"]]
        _say(
            request,
            lambda: services.hand_over_group(group=shown, to=to, by=request.user, now=request.now),
            _("The group is handed over."),
        )
        return redirect("group", pk=pk)
    return _form(request, shown, form, _("Hand the group over"), _("Hand it over"))


@require_POST
@open_to_members
def group_post(request: PersonRequest, pk: int) -> HttpResponse:
    shown, _own = _joined(request, pk)
    form = PostForm(request.POST)
    text = form.cleaned_data["text"] if form.is_valid() else ""
    _say(
        request,
        lambda: services.post_progress(group=shown, text=text, by=request.user, now=request.now),
        _("Posted."),
    )
    return redirect("group", pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
@open_to_members
def group_share(request: PersonRequest, pk: int) -> HttpResponse:
    """A link or a file for the group."""
    shown, _own = _joined(request, pk)
    form = ResourceForm(
        request.POST if request.method == "POST" else None,
        request.FILES if request.method == "POST" else None,
    )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            services.share_resource(
                group=shown,
                title=given["title"],
                url=given["url"],
                upload=given["file"] or None,
                by=request.user,
                now=request.now,
            )
        except RuleError as error:
            add_refusal(form, error)
        else:
            return redirect("group", pk=pk)
    return _form(request, shown, form, _("Share something"), _("Share it"))


@require_http_methods(["GET", "HEAD", "POST"])
@open_to_members
def group_plan(request: PersonRequest, pk: int) -> HttpResponse:
    """An appointment of the group; its members get an invitation."""
    shown, _own = _joined(request, pk)
    form = SessionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            services.plan_study_session(group=shown, **form.cleaned_data, by=request.user, now=request.now)
        except RuleError as error:
            add_refusal(form, error)
        else:
            messages.success(request, _("Planned. The members get an invitation by e-mail."))
            return redirect("group", pk=pk)
    return _form(request, shown, form, _("Plan a study session"), _("Plan it"))


@require_POST
@open_to_members
def study_session_cancel(request: PersonRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(reads.study_sessions_of(request.user, request.now), pk=pk)
    _say(
        request,
        lambda: services.cancel_study_session(session_id=row.pk, by=request.user, now=request.now),
        _("Called off. The members are told."),
    )
    return redirect("group", pk=row.group_id)


def _thing(request: PersonRequest, group: StudyGroup, kind: str, pk: int) -> Any:
    model = THINGS.get(kind)
    if model is None:
        raise Http404
    rows: QuerySet[Any] = model._default_manager.filter(group=group)
    if model is not StudySession:
        rows = rows.filter(removed_at__isnull=True)
    return get_object_or_404(rows.select_related("group"), pk=pk)


@require_POST
@open_to_members
def group_take_down(request: PersonRequest, pk: int, kind: str, row_pk: int) -> HttpResponse:
    shown, _own = _joined(request, pk)
    row = _thing(request, shown, kind, row_pk)
    if isinstance(row, StudySession):
        raise Http404
    _say(
        request,
        lambda: services.take_down(row=row, by=request.user, now=request.now),
        _("Taken down."),
    )
    return redirect("group", pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
@open_to_members
def group_report(request: PersonRequest, pk: int, kind: str = "", row_pk: int = 0) -> HttpResponse:
    """Abuse in the group, or in one thing of it, reported: who reports is not told to whom it names."""
    shown, _own = _joined(request, pk)
    row = _thing(request, shown, kind, row_pk) if kind else None
    form = ReportForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            services.report_abuse(
                group=shown, row=row, text=form.cleaned_data["text"], by=request.user, now=request.now
            )
        except RuleError as error:
            add_refusal(form, error)
        else:
            messages.success(request, _("Your report is with Student Success."))
            return redirect("group", pk=pk)
    return _form(request, shown, form, _("Report abuse"), _("Send the report"), clause="3.5")


def _form(
    request: PersonRequest, group: StudyGroup, form: Any, title: str, submit: str, clause: str = ""
) -> HttpResponse:
    back = reverse("group", args=[group.pk])
    context = {
        "now": request.now,
        "form": form,
        "title": title,
        "lead": group.title,
        "submit": submit,
        "back": back,
        "clause": clause,
        "trail": _trail({"label": group.title, "url": back}),
    }
    return render(request, "students/form.html", context, status=422 if form.errors else 200)
