"""What is done about a defence, in one line each."""

from __future__ import annotations

from datetime import timedelta

from mentoring.services.defences import (
    book_defence,
    decide_defence,
)
from record.models import Message
from rulebook.defences import Assessment
from tests.factories import (
    at,
    make_document,
)

NOW = at("2026-03-02 08:00")  # a Monday, 09:00 in Paris


START = at("2026-03-04 09:00")  # Wednesday 10:00 in Paris


HOUR = timedelta(hours=1)


YES, NO = Assessment(True, "Well shown"), Assessment(False, "Not shown")


WEBM = bytes.fromhex("1a45dfa3") + b"\x9fB\x86\x81\x01B\xf7\x81\x01B\xf2\x81\x04B\xf3\x81\x08B\x82\x84webm"


def book(work, assessor, starts_at=START, by=None, now=NOW, **more):
    return book_defence(
        work_id=work.pk,
        assessor_id=assessor.pk,
        starts_at=starts_at,
        by=by or work.enrolment.student.user,
        now=now,
        **more,
    )


def recorded(defence):
    """A defence with a recording, as a row."""
    document = make_document(defence.student.user, purpose="defence-recording", content_type="video/webm")
    defence.recording, defence.recorded_at = document, defence.starts_at + HOUR
    defence.save()
    return defence


def decide(defence, words, now=START + HOUR, by=None, comment="Good work"):
    skills = {each.code: each.pk for each in defence.work.project.skills.all()}
    return decide_defence(
        defence_id=defence.pk,
        assessed={skills[code]: word for code, word in words.items()},
        comment=comment,
        by=by or defence.assessor.user,
        now=now,
    )


def told(kind):
    return set(Message.objects.filter(kind=kind).values_list("recipient", flat=True))
