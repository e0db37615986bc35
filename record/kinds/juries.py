"""The jury (2.2, 2.3): portfolios that were submitted, and what became of them."""

from __future__ import annotations

from django.utils.translation import gettext_noop

from .form import Words

KINDS: dict[str, Words] = {
    "portfolio_submitted": Words(
        gettext_noop("The portfolio was submitted to the jury"),
        gettext_noop(
            "You submitted your portfolio for %(path)s. Your record was frozen as it was then: %(parts)s parts, with "
            "the digest %(digest)s. What comes later is added beside it."
        ),
        gettext_noop(
            "The portfolio for %(path)s was submitted. The candidate's record was frozen as it was then: %(parts)s "
            "parts, with the digest %(digest)s."
        ),
        icon="graduation-cap",
    ),
    "record_supplemented": Words(
        gettext_noop("The candidate's record has an addendum"),
        gettext_noop(
            "What came since your portfolio was submitted was added to your record: addendum %(number)s, %(parts)s "
            "parts, with the digest %(digest)s."
        ),
        gettext_noop(
            "What came since the portfolio was submitted was added to the candidate's record: addendum %(number)s, "
            "%(parts)s parts, with the digest %(digest)s."
        ),
        icon="file-plus",
    ),
}
