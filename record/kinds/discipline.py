"""Cases before the Disciplinary Board (4)."""

from __future__ import annotations

from django.utils.translation import gettext_noop

from .form import Words

OPENED = {
    "plagiarism": gettext_noop("It is about plagiarism that was established."),
    "abuse": gettext_noop("It is about a report of abuse or violence. Nothing is decided."),
    "commitment": gettext_noop("It is about a long time without regular work. Nothing is decided."),
    "offsite": gettext_noop("It is about health and safety rules elsewhere. Nothing is decided."),
    "conduct": gettext_noop("It is about the rules of conduct. Nothing is decided."),
}

KINDS: dict[str, Words] = {
    "case_opened": Words(
        gettext_noop("A case before the Disciplinary Board was opened"),
        gettext_noop("Three unauthorised absences in a row opened a case before the Disciplinary Board."),
        icon="gavel",
        grave=True,
    ),
    "case_withdrawn": Words(
        gettext_noop("The case was withdrawn"),
        gettext_noop("The case was withdrawn because the three absences in a row no longer stand."),
        icon="undo-2",
    ),
    "proceedings_opened": Words(
        gettext_noop("A case before the Disciplinary Board was opened"),
        gettext_noop("A case before the Disciplinary Board was opened."),
        icon="gavel",
        grave=True,
    ),
    **{
        f"proceedings_opened:{kind}": Words(
            gettext_noop("A case before the Disciplinary Board was opened"),
            sentence,
            icon="gavel",
            grave=True,
        )
        for kind, sentence in OPENED.items()
    },
    "plagiarism_established": Words(
        gettext_noop("Plagiarism was established"),
        gettext_noop("In the project “%(project)s”. The reasons: “%(reasons)s”. The Board decides."),
        icon="copy-x",
        grave=True,
    ),
    "complaint_issued": Words(
        gettext_noop("What is held against you was written down"),
        gettext_noop("It goes to you by e-mail. What it rests on is frozen."),
        gettext_noop("The complaint was written and goes to the student. What it rests on is frozen."),
        icon="file-text",
    ),
    "complaint_sent": Words(
        gettext_noop("The complaint was sent"),
        gettext_noop("It went out on %(sent_at)s. No penalty of any kind could come before that."),
        icon="send",
        grave=True,
    ),
    "complaint_replied": Words(
        gettext_noop("The complaint was answered"),
        gettext_noop("Your reply lies in the case, and the Board reads it."),
        gettext_noop("The student's reply lies in the case."),
        icon="reply",
    ),
    "case_fact_added": Words(
        gettext_noop("A fact was added to the case"),
        gettext_noop("You read it in the case, and are told by e-mail if the complaint was sent before."),
        gettext_noop("A fact was added to the case."),
        icon="file-plus",
    ),
    "case_document_added": Words(
        gettext_noop("A document was added to the case"),
        gettext_noop("You read it in the case, and are told by e-mail if the complaint was sent before."),
        gettext_noop("A document was added to the case."),
        icon="file-plus",
    ),
    "case_fact_removed": Words(
        gettext_noop("A fact was taken out of the case"),
        gettext_noop("It was no part of any complaint."),
        icon="file-minus",
    ),
    "case_document_removed": Words(
        gettext_noop("A document was taken out of the case"),
        gettext_noop("It was no part of any complaint."),
        icon="file-minus",
    ),
    "case_closed": Words(
        gettext_noop("The case was closed without penalty"),
        gettext_noop("The reasons: “%(reasons)s”."),
        icon="circle-check",
    ),
    "legal_followup_noted": Words(
        gettext_noop("A legal follow-up was noted"),
        gettext_noop("A legal follow-up was noted on a case."),
        icon="scale",
    ),
    "discipline_reported": Words(
        gettext_noop("A report was received"),
        gettext_noop("A report about somebody's conduct was received."),
        icon="flag",
    ),
    "discipline_report_dismissed": Words(
        gettext_noop("A report was dismissed"),
        gettext_noop("A report was dismissed. The reasons: “%(reasons)s”."),
        icon="flag-off",
    ),
    "suspicion_reported": Words(
        gettext_noop("A suspicion of plagiarism was reported"),
        gettext_noop("A suspicion of plagiarism was reported. It is no finding."),
        icon="search",
    ),
    "suspicion_dismissed": Words(
        gettext_noop("A suspicion of plagiarism was dismissed"),
        gettext_noop("A suspicion of plagiarism was looked at and dismissed."),
        icon="circle-check",
    ),
}
