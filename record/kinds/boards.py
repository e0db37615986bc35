"""The Board of a case: who sits, who accompanies, summons, meeting, votes and decision (4.1, 4.2)."""

from __future__ import annotations

from django.utils.translation import gettext_noop

from .form import Words

KINDS: dict[str, Words] = {
    "board_member_named": Words(
        gettext_noop("A member of the Board was named"),
        gettext_noop("%(member)s sits on the Board."),
        icon="users",
    ),
    "board_member_named:chair": Words(
        gettext_noop("The chair of the Board was named"),
        gettext_noop("%(member)s chairs the Board that looks at your case."),
        gettext_noop("%(member)s chairs the Board."),
        icon="users",
    ),
    "board_member_named:learning_manager": Words(
        gettext_noop("The Learning Manager on the Board was named"),
        gettext_noop("%(member)s sits on the Board as Learning Manager."),
        icon="users",
    ),
    "board_member_named:representative": Words(
        gettext_noop("The student representative on the Board was named"),
        gettext_noop("%(member)s sits on the Board as student representative: they advise and do not vote."),
        icon="users",
    ),
    "board_member_stepped_back": Words(
        gettext_noop("A member left the Board"),
        gettext_noop("%(member)s does not sit on the Board any more."),
        icon="users",
    ),
    "companion_asked": Words(
        gettext_noop("A companion was asked"),
        gettext_noop("You asked %(companion)s to accompany you before the Board."),
        gettext_noop("The student asked %(companion)s to accompany them before the Board."),
        icon="user-plus",
    ),
    "companion_answered:accepted": Words(
        gettext_noop("The companion accepted"),
        gettext_noop(
            "%(companion)s accompanies you before the Board, and can read the case while it is open."
        ),
        gettext_noop("%(companion)s accompanies the student before the Board."),
        icon="user-check",
    ),
    "companion_answered:declined": Words(
        gettext_noop("The companion declined"),
        gettext_noop("%(companion)s cannot accompany you. You can ask somebody else."),
        gettext_noop("%(companion)s cannot accompany the student."),
        icon="user-x",
    ),
    "companion_ended": Words(
        gettext_noop("The companion is not one any more"),
        gettext_noop("%(companion)s does not accompany you any more."),
        gettext_noop("%(companion)s does not accompany the student any more."),
        icon="user-x",
    ),
    "summons_issued:email": Words(
        gettext_noop("A summons was issued"),
        gettext_noop("You are summoned to the meeting of the Board on %(says_at)s, by e-mail."),
        gettext_noop("The student is summoned to the meeting of the Board on %(says_at)s, by e-mail."),
        icon="gavel",
    ),
    "summons_issued:hand": Words(
        gettext_noop("A summons was issued"),
        gettext_noop(
            "You are summoned to the meeting of the Board on %(says_at)s, by hand against a receipt."
        ),
        gettext_noop(
            "The student is summoned to the meeting of the Board on %(says_at)s, by hand against a receipt."
        ),
        icon="gavel",
    ),
    "summons_dispatched:email": Words(
        gettext_noop("The summons went out"),
        gettext_noop(
            "The summons to the meeting on %(says_at)s was sent to you on %(dispatched_at)s. "
            "To be in time it had to be sent by %(latest_at)s."
        ),
        gettext_noop(
            "The summons to the meeting on %(says_at)s was sent on %(dispatched_at)s. "
            "To be in time it had to be sent by %(latest_at)s."
        ),
        icon="send",
    ),
    "summons_dispatched:hand": Words(
        gettext_noop("The summons was handed over"),
        gettext_noop(
            "The receipt of the summons to the meeting on %(says_at)s came in on %(dispatched_at)s. "
            "To be in time it had to come in by %(latest_at)s."
        ),
        icon="send",
    ),
    "summons_late": Words(
        gettext_noop("The summons came too late for its meeting"),
        gettext_noop(
            "The summons went out on %(dispatched_at)s, too late for a meeting on %(says_at)s: "
            "that meeting cannot be held."
        ),
        icon="triangle-alert",
    ),
    "summons_acknowledged": Words(
        gettext_noop("The summons was received"),
        gettext_noop("You said that you have the summons to the meeting on %(says_at)s."),
        gettext_noop("The student said that they have the summons to the meeting on %(says_at)s."),
        icon="circle-check",
    ),
    "meeting_moved": Words(
        gettext_noop("The meeting of the Board was moved"),
        gettext_noop("The meeting was moved from %(before_at)s to %(says_at)s. It has a summons of its own."),
        icon="calendar-clock",
    ),
    "meeting_called_off": Words(
        gettext_noop("The meeting of the Board was called off"),
        gettext_noop("The meeting of %(starts_at)s does not take place. %(reason)s"),
        icon="calendar-x",
    ),
    "meeting_held:present": Words(
        gettext_noop("The Board met"),
        gettext_noop("The Board met on %(starts_at)s and heard you: “%(explanations)s”"),
        gettext_noop("The Board met on %(starts_at)s and heard the student: “%(explanations)s”"),
        icon="gavel",
    ),
    "meeting_held:absent": Words(
        gettext_noop("The Board met"),
        gettext_noop("The Board met on %(starts_at)s. You were not there: %(explanations)s"),
        gettext_noop("The Board met on %(starts_at)s. The student was not there: %(explanations)s"),
        icon="gavel",
    ),
    "meeting_adjourned": Words(
        gettext_noop("The meeting of the Board was adjourned"),
        gettext_noop(
            "The meeting of %(starts_at)s was adjourned: a circumstance with its document was accepted."
        ),
        icon="calendar-x",
    ),
    "excuse_sent:student": Words(
        gettext_noop("A proof of absence was sent"),
        gettext_noop("A proof was sent of why you cannot come to the meeting on %(starts_at)s."),
        gettext_noop("A proof was sent of why the student cannot come to the meeting on %(starts_at)s."),
        icon="file-input",
    ),
    "excuse_sent:companion": Words(
        gettext_noop("A proof of absence was sent"),
        gettext_noop("A proof was sent of why the companion cannot come to the meeting on %(starts_at)s."),
        icon="file-input",
    ),
    "excuse_refused": Words(
        gettext_noop("A proof of absence was refused"),
        gettext_noop("The meeting of %(starts_at)s stays as it is: %(reasons)s"),
        icon="file-x",
    ),
    "board_vote_cast:chair": Words(
        gettext_noop("The chair voted"),
        gettext_noop("The chair of the Board voted. You receive the decision by letter."),
        gettext_noop("The chair of the Board voted."),
        icon="vote",
    ),
    "board_vote_cast:learning_manager": Words(
        gettext_noop("The Learning Manager voted"),
        gettext_noop("The Learning Manager on the Board voted. You receive the decision by letter."),
        gettext_noop("The Learning Manager on the Board voted."),
        icon="vote",
    ),
    "board_advice_given": Words(
        gettext_noop("The student representative advised"),
        gettext_noop("The student representative was heard. Their voice is not counted."),
        icon="message-square",
    ),
    "decision_confirmed:letter": Words(
        gettext_noop("The Board decided"),
        gettext_noop("The decision is signed by two people. You receive it by registered letter."),
        gettext_noop("The decision is signed by two people. It goes out by registered letter."),
        icon="gavel",
        grave=True,
    ),
    "decision_confirmed:email": Words(
        gettext_noop("The Board decided"),
        gettext_noop("The decision is signed by two people. You receive it by e-mail."),
        gettext_noop("The decision is signed by two people. It goes out by e-mail."),
        icon="gavel",
        grave=True,
    ),
    "representative_appointed": Words(
        gettext_noop("A student representative was appointed"),
        gettext_noop(
            "From %(starts_on)s on you represent the students of %(path)s before Disciplinary Boards."
        ),
        gettext_noop(
            "From %(starts_on)s on they represent the students of %(path)s before Disciplinary Boards."
        ),
        icon="users",
    ),
    "representative_ended": Words(
        gettext_noop("The role of a student representative ended"),
        gettext_noop("You represent the students of %(path)s until %(ends_on)s."),
        gettext_noop("They represent the students of %(path)s until %(ends_on)s."),
        icon="users",
    ),
}
