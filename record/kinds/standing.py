"""What penalties do to trainings (4.2, PL): suspensions, ends for good, bans, and people who look like somebody."""

from __future__ import annotations

from django.utils.translation import gettext_noop

from .form import Words

KINDS: dict[str, Words] = {
    "training_suspended": Words(
        gettext_noop("The training is suspended"),
        gettext_noop(
            "Your training is suspended from %(starts_on)s to %(ends_on)s. Sessions, deliverables and groups are "
            "closed until then and open again by themselves. Fees of these days stay due, whoever pays them."
        ),
        gettext_noop(
            "The training is suspended from %(starts_on)s to %(ends_on)s. Fees of these days stay due, whoever pays "
            "them."
        ),
        icon="circle-pause",
        grave=True,
    ),
    "suspension_lifted": Words(
        gettext_noop("The suspension is over"),
        gettext_noop(
            "The suspension, from %(starts_on)s to %(ends_on)s, is over: your training is open again."
        ),
        gettext_noop(
            "The suspension, from %(starts_on)s to %(ends_on)s, is over: the training is open again."
        ),
        icon="circle-play",
    ),
    "training_ended_by_penalty": Words(
        gettext_noop("A penalty ended the training"),
        gettext_noop(
            "A decision of the Disciplinary Board ended your training; its last day was %(ended_on)s."
        ),
        gettext_noop(
            "A decision of the Disciplinary Board ended the training; its last day was %(ended_on)s."
        ),
        icon="circle-x",
        grave=True,
    ),
    "ban_imposed": Words(
        gettext_noop("No new training until a day"),
        gettext_noop("You can begin no new training until %(until)s, that day included."),
        gettext_noop("The student can begin no new training until %(until)s, that day included."),
        icon="ban",
        grave=True,
    ),
    "identity_flagged": Words(
        gettext_noop("Somebody looks like a banned person"),
        gettext_noop(
            "Somebody who began a training looks like a person who may not. A person of the school decides."
        ),
        icon="user-search",
    ),
    "identity_decided:same": Words(
        gettext_noop("Two accounts are one person"),
        gettext_noop("Two accounts were found to be one person; the ban holds for both: “%(reasons)s”"),
        icon="user-check",
    ),
    "identity_decided:other": Words(
        gettext_noop("Two accounts are two people"),
        gettext_noop("Two accounts were found to be two people: “%(reasons)s”"),
        icon="user-x",
    ),
    "penalty_effective:warning": Words(
        gettext_noop("A warning took effect"),
        gettext_noop(
            "The Disciplinary Board's warning took effect on %(effective_at)s. It stands in your record."
        ),
        gettext_noop(
            "The Disciplinary Board's warning took effect on %(effective_at)s. It stands in the record."
        ),
        icon="gavel",
        grave=True,
    ),
    "penalty_effective:suspension": Words(
        gettext_noop("A suspension took effect"),
        gettext_noop(
            "The suspension decided by the Disciplinary Board took effect on %(effective_at)s. It lasts until "
            "%(ends_on)s, that day included, and lifts by itself."
        ),
        icon="gavel",
        grave=True,
    ),
    "penalty_effective:exclusion": Words(
        gettext_noop("A permanent exclusion took effect"),
        gettext_noop(
            "The permanent exclusion decided by the Disciplinary Board took effect on %(effective_at)s. No new "
            "training begins until %(ban_until)s, that day included."
        ),
        icon="gavel",
        grave=True,
    ),
    "penalty_effective:discontinuation": Words(
        gettext_noop("A discontinuation took effect"),
        gettext_noop(
            "The discontinuation decided by the Disciplinary Board took effect on %(effective_at)s. No new training "
            "begins until %(ban_until)s, that day included."
        ),
        icon="gavel",
        grave=True,
    ),
    "penalty_day_set": Words(
        gettext_noop("The day of a penalty was set"),
        gettext_noop(
            "The letter has no receipt: the Head of Learning set %(day)s as the day on which the penalty takes "
            "effect: “%(reasons)s”"
        ),
        icon="calendar-clock",
        grave=True,
    ),
}
