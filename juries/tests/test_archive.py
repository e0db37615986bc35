"""An archive is written and read again; whatever is changed in it is found (issue: any stored byte)."""

import io
import zipfile
from contextlib import suppress
from dataclasses import replace
from hashlib import sha256

import pytest
from django.core.management import CommandError, call_command

from juries.archive import PARTS, SEALS, NotARecord, file_in_archive, verify_archive, write_archive
from juries.sealing import Part, Seal, digest_of, manifest
from record.signing import is_signed, public_key, sign

FILM = b"\x1aE\xdf\xa3 a film that nobody made"
PARTS_OF_IT = [
    Part(1, "profile", "Ada Example", "students.enrolment:7", '{"name":"Ada Example"}'),
    Part(
        2,
        "defence",
        "A project · 1",
        "mentoring.defence:3",
        '{"state":"passed"}',
        "defence.webm",
        len(FILM),
        sha256(FILM).hexdigest(),
    ),
    Part(3, "report", "2026-03-02", "mentoring.monitoringreport:9", '{"done":"Much"}'),
]


def sealed(parts=PARTS_OF_IT):
    text = manifest(parts, about={"enrolment": 7}, sealed_at="2026-03-02T12:00:00+00:00")
    seal = Seal(text, digest_of(text))
    signer, signature = sign(seal.signed_text)
    return replace(seal, signer=signer, signature=signature)


def archive(parts=PARTS_OF_IT, film=FILM):
    target = io.BytesIO()
    done = []
    write_archive(
        target,
        [sealed()],
        parts,
        open_file=lambda part: io.BytesIO(film) if film is not None else None,
        progress=done.append,
    )
    assert done == [1, 2, 3]
    return target.getvalue()


def rewritten(raw, change):
    """The archive with ``change(name, content)`` instead of each member; None leaves it out."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as before, zipfile.ZipFile(target, "w") as after:
        for name in before.namelist():
            content = change(name, before.read(name))
            if content is not None:
                after.writestr(name, content)
    return target.getvalue()


def look(raw):
    return verify_archive(io.BytesIO(raw), is_signed=checked)[0]


def checked(seal):
    return is_signed(seal.signed_text, seal.signer, seal.signature)


def test_an_archive_as_it_was_written_has_no_problem():
    assert look(archive()) == []
    assert look(rewritten(archive(), lambda name, content: content)) == []


@pytest.mark.parametrize("name", [SEALS, PARTS, file_in_archive(PARTS_OF_IT[1])])
def test_every_changed_byte_of_every_member_is_found(name):
    raw = archive()
    length = len(zipfile.ZipFile(io.BytesIO(raw)).read(name))
    for at in range(0, length, 7):

        def change(member, content, at=at):
            if member != name:
                return content
            return content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]

        with suppress(NotARecord):  # no longer readable: found as well
            assert look(rewritten(raw, change)), at


@pytest.mark.parametrize("name", [SEALS, PARTS])
def test_without_its_index_it_is_no_record(name):
    with pytest.raises(NotARecord):
        look(rewritten(archive(), lambda member, content: None if member == name else content))


def test_a_file_less_or_more_is_found():
    film = file_in_archive(PARTS_OF_IT[1])
    assert look(rewritten(archive(), lambda name, content: None if name == film else content))
    more = io.BytesIO(archive())
    with zipfile.ZipFile(more, "a") as added:
        added.writestr("files/0009-more.txt", "more")
    assert look(more.getvalue()) == ["files/0009-more.txt does not belong to the record"]


def test_a_file_deleted_by_its_retention_is_named():
    assert look(archive(film=None)) == ["the record: the file of part 2 (defence.webm) is missing"]


def test_what_is_no_archive_is_refused():
    for raw in (b"", b"no archive", archive()[:-30]):
        with pytest.raises(NotARecord):
            look(raw)


def run(path, *options):
    out = io.StringIO()
    code = 0
    try:
        call_command("verify_dossier", str(path), *options, stdout=out)
    except SystemExit as end:
        code = end.code
    return code, out.getvalue()


def test_the_command_says_yes_or_no_without_a_database(tmp_path):
    good, bad = tmp_path / "good.zip", tmp_path / "bad.zip"
    good.write_bytes(archive())
    bad.write_bytes(archive(film=FILM + b"!"))
    assert run(good) == (0, "3 parts, 0 problem(s)\n")
    assert run(good, "--key", public_key()) == (0, "3 parts, 0 problem(s)\n")
    code, told = run(bad)
    assert code == 1 and "defence.webm) was changed" in told
    code, told = run(good, "--key", "00" * 31 + "01")
    assert code == 1 and "a key that is not known" in told
    (tmp_path / "none.zip").write_bytes(b"nothing")
    with pytest.raises(CommandError, match="not a candidate's record"):
        run(tmp_path / "none.zip")
