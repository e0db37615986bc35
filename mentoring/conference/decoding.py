"""A report's bytes as rows of cells, whichever encoding and separator the provider or a spreadsheet chose."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator

from django.conf import settings
from django.utils.translation import gettext_noop

from rulebook.errors import RuleError

SEPARATORS = ("\t", ",", ";")
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def refuse(message: str, **params: object) -> RuleError:
    return RuleError("file", "2.5", message, params)


def decode(content: bytes) -> str:
    """Teams writes UTF-16 with a mark, Zoom UTF-8 with one; a spreadsheet in between may drop it."""
    encoding = next((name for mark, name in MARKS if content.startswith(mark)), "")
    if not encoding:
        # Every second byte of Latin text in UTF-16 is zero.
        sample = content[:200]
        if sample[1::2].count(0) > len(sample) // 4:
            encoding = "utf-16-le"
        elif sample[0::2].count(0) > len(sample) // 4:
            encoding = "utf-16-be"
        else:
            encoding = "utf-8"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        if encoding != "utf-8":
            raise refuse(gettext_noop("This file is not a text that can be read.")) from None
        text = content.decode("cp1252", errors="replace")
    if "\x00" in text:
        raise refuse(gettext_noop("This file is not a text that can be read."))
    return text


def rows_of(content: bytes) -> Iterator[tuple[int, list[str]]]:
    """The rows with the lines on which they begin; an empty line is an empty row, for it ends a section."""
    if len(content) > settings.REPORT_MAX_FILE:
        raise refuse(
            gettext_noop("A report may hold %(limit)s bytes at most."), limit=settings.REPORT_MAX_FILE
        )
    text = decode(content)
    counts = {separator: text.count(separator) for separator in SEPARATORS}
    # Teams separates by tabs and has commas in its dates: one tab outweighs them.
    separator = "\t" if counts["\t"] else max((",", ";"), key=lambda each: counts[each])
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    line = 1
    try:
        for number, row in enumerate(reader):
            if number > settings.REPORT_MAX_ROWS:
                raise refuse(
                    gettext_noop("A report may hold %(limit)s rows at most."), limit=settings.REPORT_MAX_ROWS
                )
            yield line, [cell.strip() for cell in row]
            line = reader.line_num + 1
    except csv.Error:
        raise refuse(gettext_noop("The quotation marks of line %(line)s do not match."), line=line) from None
