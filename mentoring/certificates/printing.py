"""The certificate as a PDF: archivable (PDF/A-2a) and tagged for people who read without seeing."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

import typst
from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from rulebook.dates import local_date

from .facts import WORDS, Certificate

TEMPLATE = Path(__file__).parent / "attendance.typ"
STANDARD: Literal["a-2a"] = "a-2a"
HOUR = timedelta(hours=1)


def render(certificate: Certificate) -> bytes:
    """The PDF, in the language of the moment. Nothing is read but the template beside this module."""
    pdf: bytes = typst.compile(
        TEMPLATE,
        root=TEMPLATE.parent,
        sys_inputs={"data": json.dumps(_data(certificate), ensure_ascii=False)},
        format="pdf",
        pdf_standards=STANDARD,
    )
    return pdf


def _data(certificate: Certificate) -> dict[str, object]:
    enrolment = certificate.enrolment
    zone = ZoneInfo(enrolment.time_zone)
    student = enrolment.student
    made = local_date(certificate.made_at, enrolment.time_zone)
    facts = [
        (_("Student"), student.user.full_name),
        (_("Training"), enrolment.path.title),
        (
            _("Period of this certificate"),
            f"{_day(certificate.first)} – {_day(certificate.last)}",
        ),
        (_("The training began on"), _day(enrolment.starts_on)),
        (_("The training ends on"), _day(enrolment.last_day)),
        (_("Times are those of"), enrolment.time_zone),
    ]
    if student.reference:
        facts.insert(1, (_("School reference"), student.reference))
    return {
        "school": settings.SITE_NAME,
        "letterhead": [line for line in settings.CERTIFICATE_LETTERHEAD.split("|") if line.strip()],
        "language": (get_language() or "en").split("-")[0],
        "title": _("Attendance certificate"),
        "made": {"year": made.year, "month": made.month, "day": made.day},
        "statement": _(
            "We certify that the mentoring sessions below were laid out for this student, and what became of each."
        ),
        "facts": facts,
        "sums": [
            (str(WORDS[key]), _amount(certificate, key))
            for key in ("attended", "authorised_absence", "unauthorised_absence", "not_held")
        ],
        "sessions": [
            (
                date_format(line.starts_at.astimezone(zone), "l j F Y"),
                f"{line.starts_at.astimezone(zone):%H:%M}–{line.ends_at.astimezone(zone):%H:%M}",
                line.words,
            )
            for line in certificate.lines
        ],
        "leaves": [f"{_day(first)} – {_day(last)}" for first, last in certificate.leaves],
        "labels": {
            "training": _("The training"),
            "summary": _("In sum"),
            "what": _("Sessions"),
            "amount": _("Number and hours"),
            "sessions": _("Session by session"),
            "none": _("No session was laid out in this period."),
            "day": _("Day"),
            "hours": _("Time"),
            "outcome": _("What became of it"),
            "leaves": _("On leave, first and last day included"),
        },
        "closing": _("Made on %(day)s by %(school)s.") % {"day": _day(made), "school": settings.SITE_NAME},
        "footer": f"{student.user.full_name} · {_day(certificate.first)} – {_day(certificate.last)}",
    }


def _amount(certificate: Certificate, outcome: str) -> str:
    count = certificate.count(outcome)
    hours = certificate.total(outcome) / HOUR
    return ngettext("%(n)d session, %(hours)s h", "%(n)d sessions, %(hours)s h", count) % {
        "n": count,
        "hours": f"{hours:.2f}",
    }


def _day(day: date) -> str:
    return date_format(day, "j F Y")
