"""A reason that nobody can see is no reason."""

import pytest

from rulebook.attendance import check_reason
from rulebook.errors import RuleError
from rulebook.texts import has_words, written


@pytest.mark.parametrize(
    "text",
    ["", " ", "\u200b", "\u2060\ufeff", "\x00", "\u00a0\u3000", "\u202e\u200d", "…", "- ?", "\u2028\n\t"],
)
def test_nothing_to_be_seen_is_no_text(text: str) -> None:
    assert not has_words(text) and written(text) == ""
    with pytest.raises(RuleError):
        check_reason(text)


@pytest.mark.parametrize("text", ["Ill", "7", "ж", "病気", " \u200bIll ", "مريض"])
def test_one_letter_or_digit_is_a_text(text: str) -> None:
    assert has_words(text) and written(text) == text.strip() == check_reason(text)
