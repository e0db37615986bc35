"""Template tags and filters of the shared pieces; docs/design.md lists them with examples."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from secrets import token_hex
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from django import template
from django.core.paginator import Page
from django.forms import BaseForm
from django.http import QueryDict
from django.template import Context
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from lucide import _render_icon

from policy_portal.display import charts, errors, facts, path_line, slots, states, strip, times

register = template.Library()


def _now(context: Context, now: datetime | None = None) -> datetime:
    """The one instant of this page: the view's `now`, else the clock (templates are the edge)."""
    return now or context.get("now") or timezone.now()


# Icons ---------------------------------------------------------------------------------------


@lru_cache(maxsize=256)
def _icon(name: str) -> str:
    return _render_icon(name, 20, aria_hidden="true", focusable="false", **{"class": "icon"})


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """An inline Lucide icon; decorative unless `label` names it."""
    # Safe: the drawing comes from the packaged set, and the name only selects a file in it.
    drawing = mark_safe(_icon(str(name)))
    if label:
        return format_html('{}<span class="sr-only">{}</span>', drawing, label)
    return drawing


# Times and values ----------------------------------------------------------------------------


@register.filter
def when(value: datetime | None) -> str:
    return times.when(value) if value else ""


@register.filter
def when_short(value: datetime | None) -> str:
    return times.when_short(value) if value else ""


@register.filter
def day(value: date | datetime | None) -> str:
    return times.day(value) if value else ""


@register.filter
def duration(value: timedelta | None) -> str:
    return "" if value is None else times.duration(value)


@register.filter
def remaining(value: datetime | None, now: datetime) -> str:
    return times.remaining(value, now) if value else ""


@register.simple_tag
def zone() -> str:
    """The reader's zone by its city: "Paris time"."""
    return times.zone_words()


@register.filter
def show(value: Any) -> Any:
    """A fact as people read it: instants with weekday and zone, spans, yes and no, an en dash for none."""
    return facts.shown(value)


@register.filter
def say(value: Any) -> str:
    """A sentence that carries its facts (record/words.py), with instants in the reader's zone; text as it is."""
    return str(value.fill(facts.spelt)) if hasattr(value, "fill") else str(value)


@register.filter
def clause(value: str | None, policy: str = "") -> str:
    """A clause as a link to its words in the rule book: `{{ "3.2"|clause:"2026-01" }}`."""
    if not value:
        return ""
    try:
        page = reverse("policy-version", args=[policy]) if policy else reverse("policy")
    except NoReverseMatch:
        return str(value)
    return format_html(
        '<a class="clause" href="{}#{}">{}</a>',
        page,
        quote(str(value)),
        _("clause %(clause)s") % {"clause": value},
    )


@register.filter
def initials(person: Any) -> str:
    """Two letters that stand for a person."""
    parts = str(person).replace("@", " ").split()
    return "".join(part[0] for part in (parts[:1] + parts[-1:] if len(parts) > 1 else parts)).upper()


# States --------------------------------------------------------------------------------------


@register.inclusion_tag("pieces/badge.html")
def status(state: str, kind: str = "session") -> dict[str, Any]:
    """A state as icon and word; `kind` names the table in display/states.py."""
    return states.look(str(state), kind)._asdict()


@register.inclusion_tag("pieces/badge.html")
def badge(word: str, tone: str = "", icon: str = "") -> dict[str, Any]:
    return {"word": word, "tone": tone, "icon": icon}


# Pieces --------------------------------------------------------------------------------------


@register.inclusion_tag("pieces/deadline.html", takes_context=True)
def deadline(
    context: Context,
    at: datetime | None,
    label: str = "",
    past: str = "",
    now: datetime | None = None,
    block: bool = False,
    over: bool = False,
    soon: int = 24,
) -> dict[str, Any]:
    """A deadline and what remains.

    `label` stands before it, `past` instead of it once it has passed ("overdue since");
    `block` gives it its own lines; `over=True` says that it no longer binds (done, withdrawn):
    no countdown; `soon` is the number of hours before it in which it is pressing.
    """
    now = _now(context, now)
    state = ""
    if at and over:
        state = "over"
    elif at and at <= now:
        state = "past"
    elif at and at - now <= timedelta(hours=soon):
        state = "soon"
    return {
        "at": at,
        "iso": at.isoformat() if at else "",
        "label": label,
        "past": past or _("Overdue since"),
        "state": state,
        "block": block,
        "soon": soon,
        "remaining": times.remaining(at, now) if at and not over else "",
    }


@register.inclusion_tag("pieces/verdict.html")
def verdict(
    outcome: str,
    why: str,
    facts: Iterable[Any] = (),
    rule: str = "",
    clause: str = "",
    policy: str = "",
    decided_at: datetime | None = None,
    ground: str = "",
    contest_url: str = "",
    contest_until: datetime | None = None,
    contested: str = "",
    level: int = 2,
) -> dict[str, Any]:
    """What was decided and why.

    `outcome` and `ground` are a session's; `why` is one sentence to the reader; `facts` are
    (label, value) pairs, instants as datetimes; `rule` is the rule in a sentence; `contested`
    replaces the contest action by a word on where the contest stands.
    """
    return {
        "look": states.look(str(outcome)),
        "ground": states.look(str(ground), "ground") if ground else None,
        "why": why,
        "facts": [_pair(fact) for fact in facts],
        "rule": rule,
        "clause": clause,
        "policy": policy,
        "decided_at": decided_at,
        "contest_url": contest_url,
        "contest_until": contest_until,
        "contested": contested,
        "heading": f"h{level}",
    }


def _pair(fact: Any) -> dict[str, Any]:
    if isinstance(fact, dict):
        return fact
    if isinstance(fact, Sequence) and not isinstance(fact, str):
        return {"label": fact[0], "value": fact[1], "action": fact[2] if len(fact) > 2 else None}
    return {"label": fact.label, "value": fact.value, "action": getattr(fact, "action", None)}


@register.inclusion_tag("pieces/summary_list.html")
def summary_list(rows: Iterable[Any], plain: bool = False) -> dict[str, Any]:
    """Pairs of label and value; a row may be a pair, or a dict with `action` {url, label}."""
    return {"rows": [_pair(row) for row in rows], "plain": plain}


@register.inclusion_tag("pieces/strip.html", takes_context=True, name="strip")
def strip_tag(
    context: Context,
    sessions: Iterable[Any],
    streak: Collection[Any] = (),
    name: str = "",
    now: datetime | None = None,
    limit: int = 20,
    listed: bool = True,
) -> dict[str, Any]:
    """A student's sessions as marks in a row.

    `sessions` have pk, starts_at, state, ground and, if they open a page, url; `streak` holds
    the ids to bracket; `name` says whose; `listed` adds the same as a list to open.
    """
    drawn = strip.build(sessions, streak=streak, now=_now(context, now), limit=limit)
    # Ids stay unique across fragments that are swapped into the same page later.
    key = f"strip-{token_hex(4)}"
    return {"strip": drawn, "name": name, "key": key, "listed": listed}


@register.inclusion_tag("pieces/path_line.html", name="path_line")
def path_line_tag(works: Iterable[Any], view: str = "", name: str = "") -> dict[str, Any]:
    """{% path_line works "student-work" %}: a Path as a line of projects; ``view`` shows one of them."""
    rows = list(works)
    urls = {work.pk: reverse(view, args=[work.pk]) for work in rows} if view else {}
    return {"line": path_line.build(rows, urls), "name": name}


@register.inclusion_tag("pieces/bars.html", name="bars")
def bars_tag(rows: Iterable[dict[str, Any]], name: str, of: str, number: str) -> dict[str, Any]:
    """{% bars rows name=… of="Clause" number="Cases" %}: numbers as bars, in a table that reads without them."""
    return {"bars": charts.build(rows), "name": name, "of": of, "number": number}


@register.inclusion_tag("pieces/strip_legend.html")
def strip_legend() -> dict[str, Any]:
    """What each mark means; once a page."""
    words = states.LOOKS["session"]
    grounds = states.LOOKS["ground"]
    rows = [
        ("held", "held", words["held"].word),
        ("excused", "excused", words["authorised_absence"].word),
        ("no_show", "unauthorised", grounds["no_show"].word),
        ("late_notice", "unauthorised", grounds["late_notice"].word),
        ("late_arrival", "unauthorised", grounds["late_arrival"].word),
        ("cancelled", "cancelled", _("Cancelled")),
        ("mentor", "mentor", words["mentor_absent"].word),
        ("unattended", "unattended", words["unattended"].word),
        ("next", "next", _("Next")),
        ("to-come", "to-come", words["scheduled"].word),
    ]
    return {"rows": [(strip.DRAWINGS[shape], family, word) for shape, family, word in rows]}


@register.inclusion_tag("pieces/slot_picker.html")
def slot_picker(
    days: Iterable[Any],
    name: str = "starts_at",
    selected: str = "",
    other_zone: str = "",
    other_name: str = "",
    buttons: bool = False,
) -> dict[str, Any]:
    """Free times, days as columns; put it inside a form that posts.

    `days` are dicts {date, slots, closed}: `slots` a list of aware starts (or dicts {value,
    starts_at}), `closed` says why there are none. `other_zone` is the mentor's zone: its times
    stand beside the reader's when they differ. `buttons` submits at a click, else radio inputs.
    """
    there = ZoneInfo(other_zone) if other_zone else None
    columns, differs = slots.columns(days, there, selected)
    return {
        "days": columns,
        "name": name,
        "buttons": buttons,
        "zone": times.zone_words(),
        "other_zone": times.zone_words(there) if there and differs else "",
        "other_name": other_name,
    }


# Forms ---------------------------------------------------------------------------------------


@register.inclusion_tag("pieces/error_summary.html")
def error_summary(form: BaseForm | None, *others: BaseForm) -> dict[str, Any]:
    """The errors of one or more bound forms, each linked to its field."""
    return {"rows": errors.rows([one for one in (form, *others) if one is not None])}


@register.inclusion_tag("pieces/field.html")
def field(bound: Any, label: str = "", hint: str = "") -> dict[str, Any]:
    """One field of a form: label, hint, error, input."""
    return {"field": bound, "label": label, "hint": hint}


@register.filter
def widget_kind(bound: Any) -> str:
    """checkbox, hidden, group (radio buttons and the like) or input."""
    widget = bound.field.widget
    if widget.is_hidden:
        return "hidden"
    if getattr(widget, "input_type", "") == "checkbox" and not hasattr(widget, "choices"):
        return "checkbox"
    return "group" if getattr(widget, "use_fieldset", False) else "input"


@register.simple_block_tag(takes_context=True)
def confirmation(
    context: Context,
    content: str,
    title: str,
    submit: str,
    cancel_url: str,
    rows: Iterable[Any] = (),
    undo: str = "",
    action: str = "",
    tone: str = "",
    level: int = 2,
) -> SafeString:
    """A question before an effect on someone, as a form that posts; its block holds the fields.

    `rows` say what will happen, to whom and when; `undo` whether it can be undone; `tone="bad"`
    where it cannot.
    """
    return render_to_string(
        "pieces/confirmation.html",
        {
            "content": content,
            "title": title,
            "submit": submit,
            "cancel_url": cancel_url,
            "rows": [_pair(row) for row in rows],
            "undo": undo,
            "action": action,
            "tone": tone,
            "heading": f"h{level}",
            "csrf_token": context.get("csrf_token"),
        },
    )


# Lists ---------------------------------------------------------------------------------------


@register.simple_tag(takes_context=True)
def query(context: Context, **changes: Any) -> str:
    """The page's address with some parameters changed; None or "" drops one. Filters stay."""
    request = context.get("request")
    params = request.GET.copy() if request else None
    if params is None:
        params = QueryDict(mutable=True)
    for name, value in changes.items():
        if value in (None, ""):
            params.pop(name, None)
        else:
            params[name] = str(value)
    return f"?{params.urlencode()}"


@register.inclusion_tag("pieces/pagination.html", takes_context=True)
def pagination(
    context: Context,
    page: Page[Any] | None = None,
    newer: str = "",
    older: str = "",
    param: str = "page",
) -> dict[str, Any]:
    """Numbered for a Page; for a cursor give the addresses of `newer` and `older`."""
    numbers: list[dict[str, Any]] = []
    if page is not None:
        for number in page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1):
            url = query(context, **{param: number}) if isinstance(number, int) else ""
            numbers.append({"number": number, "url": url, "current": number == page.number})
        newer = query(context, **{param: page.number - 1}) if page.has_previous() else ""
        older = query(context, **{param: page.number + 1}) if page.has_next() else ""
    return {"page": page, "numbers": numbers, "newer": newer, "older": older}
