"""The shared pieces as they render: escaped, in the reader's zone, told in text, with nothing inline."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.conf import settings
from django.core.paginator import Paginator
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import timezone

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
INLINE = re.compile(r"\sstyle=|<style|\son[a-z]+=|hx-on|<script(?![^>]*(?:\bsrc=|application/json))")
EVIL = '<script>alert("x")</script>'


def render(source: str, **context: Any) -> str:
    with timezone.override("Europe/Paris"):
        return Template("{% load portal %}" + source).render(Context({"now": NOW, **context}))


def words(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)).strip()


# Deadline


def test_a_deadline_tells_time_zone_and_what_remains_without_javascript():
    html = render('{% deadline at label="Notice until" %}', at=NOW + timedelta(hours=5, minutes=12))
    assert "Notice until Tuesday 24 November 2026, 14:12 Paris time , in 5 h 12 min" in words(html)
    assert 'role="timer"' in html and "is-soon" in html


def test_an_overdue_deadline_says_since_when():
    html = render('{% deadline at label="Reasons by" %}', at=NOW - timedelta(hours=2))
    assert "Overdue since" in html and "2 h ago" in html and "Reasons by" not in words(html)


def test_a_deadline_at_this_very_instant_has_passed():
    assert "is-past" in render("{% deadline at %}", at=NOW)


def test_a_deadline_that_no_longer_binds_counts_nothing_down():
    html = render("{% deadline at over=True %}", at=NOW - timedelta(hours=2))
    assert "data-deadline" not in html and "ago" not in html


def test_no_deadline_renders_nothing():
    assert render("{% deadline at %}", at=None).strip() == ""


# Verdict


def test_a_verdict_tells_outcome_facts_rule_clause_and_version():
    html = render(
        '{% verdict "unauthorised_absence" why facts=facts rule="24 hours." clause="3.2" policy="2026-01" '
        'decided_at=now ground="late_notice" contest_url="/c/" %}',
        why="Your notice came late.",
        facts=[("Received", NOW), ("Before the start", timedelta(hours=23, minutes=40))],
    )
    said = words(html)
    for part in (
        "Unauthorised absence · Late notice",
        "Your notice came late.",
        "23 h 40 min",
        "Contest this",
    ):
        assert part in said
    assert 'href="/policy/2026-01/#3.2"' in html and "Tuesday 24 November 2026, 09:00 Paris time" in said


def test_a_verdict_escapes_what_people_wrote():
    html = render("{% verdict 'held' why facts=facts %}", why=EVIL, facts=[(EVIL, EVIL)])
    assert "<script" not in html and "&lt;script" in html


def test_a_contested_verdict_says_so_and_offers_no_second_contest():
    html = render('{% verdict "held" "w" contest_url="/c/" contested="Waits" %}')
    assert "Waits" in html and "/c/" not in html


# Strip


def test_bars_are_a_table_that_reads_without_them_and_draw_no_number_that_is_not_told():
    rows = [
        {"label": EVIL, "value": 4, "url": "/c/"},
        {"label": "3.4", "value": 2, "mark": 8, "word": "2 days", "note": "longest: 8 days"},
        {"label": "3.5", "value": None, "word": "fewer than 5"},
    ]
    html = render('{% bars rows name="Cases" of="Clause" number="Days" %}', rows=rows)
    assert "<script" not in html and not INLINE.search(html)
    assert "<caption>Cases</caption>" in html and '<a href="/c/">' in html
    assert re.findall(r'bars-bar" width="(\d+)"', html) == ["500", "250"] and "M1000 0v16" in html
    assert "3.5 fewer than 5" in words(html)


def test_a_strip_has_title_description_and_a_list():
    rows = [
        {"pk": 1, "state": "held", "ground": "", "starts_at": NOW - timedelta(days=7), "url": "/s/1/"},
        {"pk": 2, "state": "unauthorised_absence", "ground": "no_show", "starts_at": NOW - timedelta(days=1)},
    ]
    html = render("{% strip rows streak=ids name=name %}{% strip rows %}", rows=rows, ids=[2], name=EVIL)
    assert "<script" not in html
    assert "<desc" in html and "2 sessions: 1 held, 1 unauthorised absence." in html
    assert '<a href="/s/1/">' in html and "Unauthorised absence (no-show)" in html
    ids = re.findall(r' id="([^"]+)"', html)
    assert len(ids) == len(set(ids)) == 4


def test_each_mark_has_its_own_drawing():
    html = render("{% strip_legend %}")
    drawings = re.findall(r'<g class="m [^"]+">(.*?)</g>', html, re.S)
    assert len(drawings) == len({d.strip() for d in drawings}) == 10


# Slots


def test_slots_stand_in_both_zones_when_these_differ():
    days = [{"date": date(2026, 11, 24), "slots": [datetime(2026, 11, 24, 20, 0, tzinfo=UTC)], "closed": ""}]
    html = render('{% slot_picker days other_zone="Asia/Kathmandu" other_name="Odile" %}', days=days)
    assert "21:00" in html and "Wed 01:45" in html and "Kathmandu time" in html
    assert 'value="2026-11-24T20:00:00+00:00"' in html


def test_slots_name_no_second_zone_when_the_clocks_agree():
    days = [{"date": date(2026, 11, 24), "slots": [NOW], "closed": ""}]
    html = render('{% slot_picker days other_zone="Europe/Brussels" %}', days=days)
    assert "Brussels" not in html and "<small>" not in html


def test_a_closed_day_says_why():
    html = render("{% slot_picker days %}", days=[{"date": date(2026, 11, 24), "slots": [], "closed": EVIL}])
    assert "&lt;script" in html and "<script" not in html


# Forms


class ReasonForm(forms.Form):
    reason = forms.CharField(help_text="Your mentor reads it.")
    kind = forms.ChoiceField(choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect)
    sure = forms.BooleanField()
    token = forms.CharField(widget=forms.HiddenInput, required=False)


def test_a_form_ties_label_hint_error_and_input_together_and_keeps_what_was_typed():
    form = ReasonForm({"reason": "", "kind": "z", "token": EVIL})
    html = render("{% error_summary form %}{{ form }}", form=form)
    assert 'href="#id_reason"' in html and 'href="#id_kind_0"' in html and 'href="#id_sure"' in html
    assert 'aria-describedby="id_reason_helptext id_reason_error"' in html
    assert 'id="id_reason_helptext"' in html and 'id="id_reason_error"' in html
    assert '<label for="id_reason">' in html and "<legend>Kind" in html
    assert html.count("<script") == 0


def test_a_form_without_errors_has_no_summary():
    assert render("{% error_summary form %}", form=ReasonForm()).strip() == ""


def test_a_confirmation_posts_with_its_token():
    html = render(
        '{% confirmation title="Sure?" submit="Yes" cancel_url="/" rows=rows undo="No." tone="bad" %}<i></i>'
        "{% endconfirmation %}",
        rows=[("To whom", EVIL)],
        csrf_token="abc",
    )
    assert 'method="post"' in html and 'value="abc"' in html and "<script" not in html and "<i></i>" in html


# Lists


def test_pages_keep_the_filters():
    request = RequestFactory().get("/x/?state=open&page=2")
    page = Paginator(range(100), 10).page(2)
    html = render("{% pagination page %}", page=page, request=request)
    assert "?state=open&amp;page=3" in html and 'aria-current="page"' in html


def test_a_worklist_marks_what_is_late_and_says_what_would_be_there():
    item = {
        "who": EVIL,
        "what": "w",
        "due": NOW - timedelta(hours=1),
        "action": {"label": "Decide", "url": "/d/"},
    }
    html = render('{% include "pieces/worklist.html" with items=items %}', items=[item])
    assert "is-late" in html and "<script" not in html and 'href="/d/"' in html
    assert "Soon here" in render(
        '{% include "pieces/worklist.html" with items=items empty_text="Soon here" %}', items=[]
    )


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, "–"),
        ("", "–"),
        (True, "Yes"),
        (False, "No"),
        (0, "0"),
        (timedelta(minutes=15), "15 min"),
        (date(2026, 11, 24), "Tuesday 24 November 2026"),
    ],
)
def test_a_fact_is_shown_as_people_read_it(value, shown):
    assert render("{{ value|show }}", value=value) == shown


def test_a_clause_links_to_its_words_and_is_escaped():
    assert render('{{ "3.2"|clause }}') == '<a class="clause" href="/policy/#3.2">clause 3.2</a>'
    assert "<script" not in render("{{ c|clause }}", c=EVIL)


# The whole


class Inline(HTMLParser):
    """Collects what a strict content security policy would refuse."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag, attrs):
        names = dict(attrs)
        if tag == "style" or (tag == "script" and "src" not in names):
            self.found.append(tag)
        self.found += [name for name in names if name == "style" or name.startswith(("on", "hx-on"))]


def test_the_style_guide_shows_every_piece_with_nothing_inline(rf, admin_user_shell):
    from policy_portal.style_guide import page

    html = page(admin_user_shell(rf.get("/style/"))).content.decode()
    parser = Inline()
    parser.feed(html)
    assert parser.found == []
    ids = re.findall(r'\bid="([^"]+)"', html)
    assert sorted({i for i in ids if ids.count(i) > 1}) == []


@pytest.fixture
def admin_user_shell():
    from django.contrib.auth.models import AnonymousUser
    from django.contrib.messages.storage.fallback import FallbackStorage

    def dress(request):
        request.user, request.session = AnonymousUser(), {}
        request._messages = FallbackStorage(request)
        return request

    return dress


def test_no_template_of_ours_has_inline_style_or_script():
    root = Path(settings.BASE_DIR) / "templates"
    for path in root.rglob("*.html"):
        if "messages" in path.relative_to(root).parts:
            continue  # e-mails: mail programs know no stylesheet
        text = path.read_text()
        assert not INLINE.search(text), path
