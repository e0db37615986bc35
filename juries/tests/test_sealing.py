"""Every change of a sealed record is found (issue: any byte, the order, the count, the text of its parts)."""

import json
from dataclasses import fields, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from juries.sealing import Part, Seal, digest_of, manifest, problems
from record.canonical import to_json

ABOUT = {"candidate": "Ada Example", "enrolment": 7}


def part(position, **fields):
    given = {
        "kind": "report",
        "title": f"Report {position}",
        "source": f"mentoring.monitoringreport:{position}",
        "content": to_json({"done": f"Work {position}"}),
    }
    return Part(position=position, **{**given, **fields})


FILED = part(3, kind="defence", file_name="defence.webm", file_size=9, file_sha256="ab" * 32)
RECORD = [part(1), part(2), FILED]
LATER = [part(4, kind="penalty"), part(5)]


def seal(parts, number=0, previous="", about=ABOUT):
    text = manifest(
        parts, about=about, sealed_at="2026-03-02T12:00:00+00:00", number=number, previous=previous
    )
    return Seal(text, digest_of(text), "key", "signature")


FIRST = seal(RECORD)
SECOND = seal(LATER, 1, FIRST.digest)


def look(seals=(FIRST, SECOND), parts=(*RECORD, *LATER), files=None, signed=True):
    held = {3: "ab" * 32} if files is None else files
    return problems(
        list(seals), parts, file_digest=lambda each: held.get(each.position), is_signed=lambda each: signed
    )


def test_an_untouched_record_has_no_problem():
    assert look() == []
    assert look([FIRST], RECORD) == []


@pytest.mark.parametrize("name", [field.name for field in fields(Part)])
@pytest.mark.parametrize("index", range(5))
def test_a_changed_field_of_any_part_is_found(name, index):
    parts = [*RECORD, *LATER]
    value = getattr(parts[index], name)
    changed = value + 1 if isinstance(value, int) else 1 if value is None else f"{value}x"
    parts[index] = replace(parts[index], **{name: changed})
    assert look(parts=parts)


def test_parts_in_another_order_one_less_and_one_more_are_found():
    one, two, three = RECORD
    swapped = [replace(two, position=1), replace(one, position=2), three]
    assert look([FIRST], swapped)
    assert look([FIRST], [one, three]) == ["the record: part 2 (Report 2) is missing"]
    assert look([FIRST], [*RECORD, part(4)]) == ["part 4 (Report 4) was added"]


def test_another_manifest_is_found_whatever_it_says():
    told = json.loads(FIRST.manifest)
    for change in (
        {"count": 2},
        {"about": {"candidate": "Eve Example", "enrolment": 7}},
        {"sealed_at": "2026-03-02T12:00:00.000001+00:00"},
        {"parts": told["parts"][:-1], "count": 2},
        {"parts": [told["parts"][1], told["parts"][0], told["parts"][2]]},
    ):
        assert look([replace(FIRST, manifest=to_json({**told, **change}))], RECORD)
    assert look([replace(FIRST, manifest="no json")], RECORD)
    assert look([], RECORD) == ["there is no manifest"]


def test_an_addendum_left_out_swapped_or_of_somebody_else_is_found():
    third = seal([part(6)], 2, SECOND.digest)
    everything = [*RECORD, *LATER, part(6)]
    assert look([FIRST, SECOND, third], everything) == []
    assert look([FIRST, third], [*RECORD, part(6)])
    assert look([FIRST, third, SECOND], everything)
    assert look([SECOND], LATER)
    other = seal(LATER, 1, FIRST.digest, about={"candidate": "Eve Example", "enrolment": 8})
    assert look([FIRST, other]) == ["addendum 1: it is about somebody else"]


def test_a_file_that_is_missing_or_another_one_is_found():
    assert look(files={}) == ["the record: the file of part 3 (defence.webm) is missing"]
    assert look(files={3: "cd" * 32}) == ["the record: the file of part 3 (defence.webm) was changed"]


def test_an_unknown_key_and_a_wrong_signature_are_told_apart():
    assert look([FIRST], RECORD, signed=None) == ["the record: signed by a key that is not known (key)"]
    assert look([FIRST], RECORD, signed=False) == ["the record: the signature does not fit"]


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_any_changed_character_of_a_manifest_is_found(data):
    text = FIRST.manifest
    at = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.characters(codec="utf-8").filter(lambda char: char != text[at]))
    assert look([replace(FIRST, manifest=text[:at] + other + text[at + 1 :])], RECORD)
