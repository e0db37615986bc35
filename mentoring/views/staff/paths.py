"""Paths as their Learning Manager edits them: projects in a line, their skills, and who has been given them (2.2)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.doors import PersonRequest, staff_only
from accounts.numbers import number_in
from mentoring.forms import add_refusal
from mentoring.words import refusal
from rulebook.errors import RuleError
from students import services
from students.models import EnrolmentState, Path, Project, ProjectWork, Skill, WorkState
from students.permissions import can_edit_path
from students.selectors import SEES_ALL

from .acts import Act, perform

TODO = Q(works__state=WorkState.TODO, works__dropped_at__isnull=True)


class ProjectForm(forms.Form):
    """What is asked of students in a project."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=200)
    summary = forms.CharField(
        label=gettext_lazy("What is to be delivered"),
        max_length=5000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    in_depth = forms.BooleanField(
        label=gettext_lazy("In-depth approval: each skill is approved at a defence"),
        required=False,
        help_text=gettext_lazy("For students to whom the project is given from now on."),
    )


class SkillForm(forms.Form):
    """A skill of a project; its code is what projects of several Paths have in common (2.8)."""

    code = forms.CharField(label=gettext_lazy("Code"), max_length=64)
    title = forms.CharField(label=gettext_lazy("Skill"), max_length=300)


class WordsForm(forms.Form):
    """Other words for a skill."""

    title = forms.CharField(label=gettext_lazy("Skill"), max_length=300)


def _seen(request: PersonRequest) -> Any:
    rows = Path.objects.select_related("learning_manager")
    return rows if request.user.has_role(*SEES_ALL) else rows.filter(learning_manager=request.user)


def _editable(request: PersonRequest, path: Path) -> None:
    """Who sees a Path and does not edit it finds no page that does."""
    if not can_edit_path(request.user, path):
        raise Http404


def _project(request: PersonRequest, pk: int) -> Project:
    project = get_object_or_404(Project.objects.filter(path__in=_seen(request)).select_related("path"), pk=pk)
    _editable(request, project.path)
    return project


def _trail(path: Path, project: Project | None = None) -> list[dict[str, str]]:
    found = [
        {"label": _("Paths"), "url": reverse("staff-paths")},
        {"label": path.title, "url": reverse("staff-path", args=[path.pk])},
    ]
    if project is not None:
        found.append({"label": project.title, "url": reverse("staff-project", args=[project.pk])})
    return found


@require_safe
@staff_only
def paths(request: PersonRequest) -> HttpResponse:
    """The Paths that this person sees, with how many projects and students each has."""
    rows = (
        _seen(request)
        .annotate(
            project_count=Count("projects", Q(projects__retired_at__isnull=True), distinct=True),
            student_count=Count("enrolments", Q(enrolments__state=EnrolmentState.ACTIVE), distinct=True),
        )
        .order_by("title", "pk")
    )
    context = {"now": request.now, "rows": list(rows)}
    return render(request, "mentoring/staff/paths.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def path(request: PersonRequest, pk: int) -> HttpResponse:
    """One Path: its line of projects; posting adds one at the end."""
    shown: Path = get_object_or_404(_seen(request), pk=pk)
    may_edit = can_edit_path(request.user, shown)
    form = ProjectForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        _editable(request, shown)
        if form.is_valid():
            try:
                made = services.add_project(path_id=pk, **form.cleaned_data, by=request.user, now=request.now)
            except RuleError as error:
                add_refusal(form, error)
            else:
                messages.success(
                    request, _("The project is added. Give it to students in training when it is ready.")
                )
                return redirect("staff-project", pk=made.pk)
    rows = (
        Project.objects.filter(path=shown)
        .annotate(
            has=Count("works", Q(works__dropped_at__isnull=True)),
            todo=Count("works", TODO),
        )
        .prefetch_related("skills")
        .order_by("position", "pk")
    )
    every = list(rows)
    context = {
        "now": request.now,
        "path": shown,
        "may_edit": may_edit,
        "line": [row for row in every if row.retired_at is None],
        "retired": [row for row in every if row.retired_at is not None],
        "form": form,
        "trail": _trail(shown)[:1],
    }
    return render(request, "mentoring/staff/path.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def project(request: PersonRequest, pk: int) -> HttpResponse:
    """One project: its words, its skills, and what can be done with it."""
    shown = _project(request, pk)
    initial = {"title": shown.title, "summary": shown.summary, "in_depth": shown.in_depth}
    posted = request.POST if request.method == "POST" else None
    form, skill_form = ProjectForm(posted, initial=initial), SkillForm()
    if posted is not None and form.is_valid():
        try:
            services.change_project(project_id=pk, **form.cleaned_data, by=request.user, now=request.now)
        except RuleError as error:
            add_refusal(form, error)
        else:
            messages.success(request, _("The project is saved. Who has it already keeps it as it was given."))
            return redirect("staff-project", pk=pk)
    return _show(request, shown, form, skill_form, 422 if form.errors else 200)


def _show(
    request: PersonRequest, shown: Project, form: ProjectForm, skill_form: SkillForm, status: int
) -> HttpResponse:
    skills = list(shown.skills.order_by("position", "pk"))
    works = ProjectWork.objects.filter(project=shown, dropped_at__isnull=True)
    context = {
        "now": request.now,
        "project": shown,
        "path": shown.path,
        "form": form,
        "skill_form": skill_form,
        "skills": [each for each in skills if each.retired_at is None],
        "retired": [each for each in skills if each.retired_at is not None],
        "works": works.count(),
        "todo": works.filter(state=WorkState.TODO).count(),
        "trail": _trail(shown.path),
    }
    return render(request, "mentoring/staff/project.html", context, status=status)


@require_POST
@staff_only
def project_move(request: PersonRequest, pk: int) -> HttpResponse:
    """Another place in the line."""
    shown = _project(request, pk)
    try:
        place = number_in(request.POST.get("place", ""))
        services.move_project(project_id=pk, place=place or 0, by=request.user, now=request.now)
    except RuleError as error:
        messages.error(request, refusal(error))
    return redirect("staff-path", pk=shown.path_id)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def project_retire(request: PersonRequest, pk: int) -> HttpResponse:
    """Give a project to nobody any more, after what follows was shown."""
    shown = _project(request, pk)
    works = ProjectWork.objects.filter(project=shown, dropped_at__isnull=True)
    begun = works.exclude(state=WorkState.TODO).count()
    waiting = works.filter(state=WorkState.TODO, enrolment__state=EnrolmentState.ACTIVE).count()
    act = Act(
        title=_("Retire a project"),
        lead=shown.title,
        form=forms.Form,
        follows=lambda form: [
            (_("New students"), _("Are not given it any more")),
            (_("Students who have begun it"), _("%(n)d, who finish it as it is") % {"n": begun}),
            (
                _("Students who have not begun it"),
                _("%(n)d, from whom it is taken; they are told at once") % {"n": waiting},
            ),
        ],
        do=lambda form: services.retire_project(project_id=pk, by=request.user, now=request.now),
        done=lambda made: _("The project is retired."),
        back=reverse("staff-path", args=[shown.path_id]),
        submit=_("Retire the project"),
        undo=_("A retired project does not come back. Nothing is deleted."),
        tone="bad",
        trail=_trail(shown.path, shown),
    )
    return perform(request, act)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def project_give(request: PersonRequest, pk: int) -> HttpResponse:
    """Give a project, as it is now, to students in training who have not begun it."""
    shown = _project(request, pk)

    def done(count: int) -> str:
        if not count:
            return _("Nobody lacks it: nothing has changed, and nobody was told.")
        return ngettext(
            "%(n)d student has been given it and told.", "%(n)d students have been given it and told.", count
        ) % {"n": count}

    act = Act(
        title=_("Give a project to students in training"),
        lead=shown.title,
        form=forms.Form,
        follows=lambda form: [
            (_("Students who do not have it"), _("Get it, and need it to graduate")),
            (_("Students who have it and have not begun"), _("Get it as it is now, if it was changed")),
            (_("Students who have begun it"), _("Keep it as it was given to them")),
            (_("Who is told"), _("Each student for whom something changes, by e-mail, at once")),
        ],
        do=lambda form: services.give_project(project_id=pk, by=request.user, now=request.now),
        done=done,
        back=reverse("staff-project", args=[pk]),
        submit=_("Give it"),
        trail=_trail(shown.path, shown),
    )
    return perform(request, act)


@require_POST
@staff_only
def skill_add(request: PersonRequest, pk: int) -> HttpResponse:
    """Another skill of a project."""
    shown = _project(request, pk)
    skill_form = SkillForm(request.POST)
    if skill_form.is_valid():
        try:
            services.add_skill(project_id=pk, **skill_form.cleaned_data, by=request.user, now=request.now)
        except RuleError as error:
            add_refusal(skill_form, error)
        else:
            messages.success(request, _("The skill is added, for students to whom the project is given now."))
            return redirect("staff-project", pk=pk)
    initial = {"title": shown.title, "summary": shown.summary, "in_depth": shown.in_depth}
    return _show(request, shown, ProjectForm(initial=initial), skill_form, 422)


def _skill(request: PersonRequest, pk: int) -> tuple[Project, Skill]:
    skill = get_object_or_404(Skill, pk=pk)
    return _project(request, skill.project_id), skill


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def skill(request: PersonRequest, pk: int) -> HttpResponse:
    """Other words for a skill."""
    shown, one = _skill(request, pk)
    act = Act(
        title=_("Word a skill otherwise"),
        lead=f"{one.code} · {shown.title}",
        form=WordsForm,
        initial={"title": one.title},
        follows=lambda form: [
            (_("Before"), one.title),
            (_("From now on"), form.cleaned_data["title"]),
            (_("For whom"), _("Everybody: the skill itself, and what was approved, stay")),
        ],
        do=lambda form: services.change_skill(
            skill_id=pk, title=form.cleaned_data["title"], by=request.user, now=request.now
        ),
        done=lambda made: _("The skill is worded otherwise."),
        back=reverse("staff-project", args=[shown.pk]),
        submit=_("Save"),
        trail=_trail(shown.path, shown),
    )
    return perform(request, act)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def skill_retire(request: PersonRequest, pk: int) -> HttpResponse:
    """Ask a skill of nobody to whom the project is given from now on."""
    shown, one = _skill(request, pk)
    act = Act(
        title=_("Retire a skill"),
        lead=f"{one.code} · {one.title}",
        form=forms.Form,
        follows=lambda form: [
            (_("Students to whom the project is given from now on"), _("Are not asked for it")),
            (_("Students who have the project"), _("Still prove it, as it was given to them")),
        ],
        do=lambda form: services.retire_skill(skill_id=pk, by=request.user, now=request.now),
        done=lambda made: _("The skill is retired."),
        back=reverse("staff-project", args=[shown.pk]),
        submit=_("Retire the skill"),
        tone="bad",
        trail=_trail(shown.path, shown),
    )
    return perform(request, act)
