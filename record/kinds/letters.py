"""Registered letters: prepared, handed over, and what became of them (4.1)."""

from __future__ import annotations

from django.utils.translation import gettext_noop

from .form import Words

KINDS: dict[str, Words] = {
    "letter_prepared": Words(
        gettext_noop("A letter was prepared"),
        gettext_noop("The letter “%(title)s” to %(to)s was prepared."),
        icon="file-text",
    ),
    "letter_handed_over": Words(
        gettext_noop("A letter was handed over"),
        gettext_noop("The letter “%(title)s” to %(to)s was handed over to be carried."),
        icon="send",
    ),
    "letter_deposited": Words(
        gettext_noop("A letter was posted"),
        gettext_noop("The letter “%(title)s” to %(to)s was posted on %(at)s."),
        icon="mail",
    ),
    "letter_presented": Words(
        gettext_noop("A letter was presented"),
        gettext_noop("The letter “%(title)s” was first presented to %(to)s on %(at)s."),
        icon="mail",
    ),
    "letter_delivered": Words(
        gettext_noop("A letter was delivered"),
        gettext_noop("The letter “%(title)s” was delivered to %(to)s on %(at)s."),
        icon="mail-check",
    ),
    "letter_refused": Words(
        gettext_noop("A letter was refused"),
        gettext_noop("%(to)s refused the letter “%(title)s” on %(at)s. It counts as received (4.1)."),
        icon="mail-x",
    ),
    "letter_unclaimed": Words(
        gettext_noop("A letter was not claimed"),
        gettext_noop("The letter “%(title)s” to %(to)s came back on %(at)s: nobody claimed it."),
        icon="mail-x",
    ),
    "letter_escalated": Words(
        gettext_noop("A letter has no receipt yet"),
        gettext_noop(
            "The letter “%(title)s” to %(to)s had no receipt when its tenth day began; the school was told."
        ),
        icon="bell-ring",
    ),
    "letter_late": Words(
        gettext_noop("A letter is late"),
        gettext_noop("The letter “%(title)s” to %(to)s had no receipt by the end of its fifteenth day."),
        icon="clock",
    ),
    "letter_uncertain": Words(
        gettext_noop("Nobody knows whether a letter went out"),
        gettext_noop(
            "Whether the letter “%(title)s” to %(to)s went out has to be found out by a person. %(why)s"
        ),
        icon="circle-question-mark",
    ),
    "letter_settled": Words(
        gettext_noop("A person found out about a letter"),
        gettext_noop("What was uncertain about the letter “%(title)s” to %(to)s was settled: %(reasons)s"),
        icon="circle-check",
    ),
    "letter_contradicted": Words(
        gettext_noop("A letter was told to have ended in two ways"),
        gettext_noop(
            "Of the letter “%(title)s” to %(to)s something was told that contradicts what is known; "
            "nothing was changed by it."
        ),
        icon="circle-alert",
    ),
    "decision_copied": Words(
        gettext_noop("A copy of the decision was sent"),
        gettext_noop(
            "A copy of the decision, and nothing more, was sent to %(to)s, who pays for the training (4.1)."
        ),
        icon="copy",
    ),
    "webhook_endpoint_opened": Words(
        gettext_noop("An address for webhooks was named"),
        gettext_noop("Events for %(owner)s go to %(url)s from now on."),
        icon="webhook",
    ),
    "webhook_endpoint_closed": Words(
        gettext_noop("An address for webhooks was closed"),
        gettext_noop("Events for %(owner)s go to %(url)s no more."),
        icon="webhook-off",
    ),
    "letter_cancelled": Words(
        gettext_noop("A letter was taken back"),
        gettext_noop("The letter “%(title)s” to %(to)s was taken back before it went out: %(reasons)s"),
        icon="undo-2",
    ),
}
