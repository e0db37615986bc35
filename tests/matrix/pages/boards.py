"""The Board of a case: composing it, summons, meeting, votes, decision."""

from __future__ import annotations

from .grades import ITS_STAFF, NOBODY, STUDENT, about, lines, table

ARRANGERS = ("head_of_learning", "learning_manager", "administrator")
ARRANGE = table(404, **dict.fromkeys(ARRANGERS, 200))
VOTERS = table(404, head_of_learning=200, learning_manager=200)

PAGES = {
    **lines(ARRANGE, "case-board-seat case-board-leave case-summon case-meeting-off"),
    **lines(table(404, **dict.fromkeys(ARRANGERS, 302)), "case-board-offices", "POST"),
    **lines(table(404, head_of_learning=302), "case-board-available", "POST"),  # whose seat it is
    **lines(STUDENT, "case-companion"),
    **lines(NOBODY, "case-companion-answer"),  # of somebody else who was asked
    **lines(table(404, student=302), "case-companion-end case-summons-received", "POST"),
    **lines(table(404, student=200, staff=200), "case-summons"),
    **lines(NOBODY, "case-summons-receipt"),  # of one that went by e-mail
    **lines(VOTERS, "case-meeting-minutes case-meeting-vote case-excuse"),
    **lines(table(404, student=200, head_of_learning=200, learning_manager=200), "case-meeting-excuse"),
    **lines(NOBODY, "case-meeting-advice"),  # of the representative
    **lines(table(404, head_of_learning=200), "case-decision-draft"),
    **lines(table(404, learning_manager=200), "case-decision-confirm case-decision-return"),
    **lines(ITS_STAFF | {"student_success": 404}, "representatives representative-new"),
    **lines(ITS_STAFF | {"student_success": 404}, "representative-end"),
}

ADMIN: dict[str, dict[str, int]] = {}

ROWS = {
    **about("case-board-offices case-companion case-summon", "board_case"),
    **about("case-board-seat", "board_case", "representative"),
    **about("case-board-leave", "board_case", "board_seat"),
    **about("case-board-available", "board_case", "board_chair"),
    **about("case-companion-answer case-companion-end", "board_companion"),
    **about("case-summons case-summons-received case-summons-receipt", "board_case", "board_summons"),
    **about("case-meeting-off case-meeting-minutes case-meeting-excuse", "board_case", "board_meeting"),
    **about("case-meeting-vote case-meeting-advice", "board_heard", "board_held"),
    **about("case-excuse", "board_case", "board_excuse"),
    **about("case-decision-draft case-decision-confirm case-decision-return", "board_heard"),
    **about("representatives representative-new", "board_path"),
    **about("representative-end", "board_path", "board_representative"),
}
