"""The parameters of one policy version: frozen values, each with its unit and the clause it comes from.

A field's annotation says what the policy file must write: durations are exact lengths of time ("24 hours"),
all others count the named thing ("3 absences").
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Annotated


@dataclass(frozen=True, slots=True)
class Unit:
    """What a parameter is counted in: its word in the policy file, and the least that makes sense."""

    one: str
    least: int = 1


DURATION = Unit("duration")
Duration = Annotated[timedelta, DURATION]
DurationOrNone = Annotated[timedelta, Unit("duration", 0)]
Absences = Annotated[int, Unit("absence")]
Sessions = Annotated[int, Unit("session")]
Members = Annotated[int, Unit("member")]
Days = Annotated[int, Unit("day")]
DaysOrNone = Annotated[int, Unit("day", 0)]
BusinessDays = Annotated[int, Unit("business day")]
Weeks = Annotated[int, Unit("week")]
WeeksOrNone = Annotated[int, Unit("week", 0)]
Months = Annotated[int, Unit("month")]
Years = Annotated[int, Unit("year")]
Kilobits = Annotated[int, Unit("kilobit")]


@dataclass(frozen=True, slots=True, kw_only=True)
class AttendanceTerms:
    """Attendance (3.1, 3.2): how early, how late, how many, by when."""

    notice: Duration  # 3.2: a notice counts up to this long before the start, the limit included
    lateness: Duration  # 3.2: a join counts up to this long after the start, the limit included
    rescheduling: Duration  # 3.2: reasons and a new session by this long after the missed start
    reminder_before: Duration  # the reminder goes out this long before the rescheduling deadline
    statement_window: Duration  # a mentor may state a presence this long after the session's end
    join_opens_before: DurationOrNone  # the video link opens this long before the start
    session_length: Duration  # the length of a session where the mentorship names none
    streak: Absences  # 3.2: so many unauthorised absences in a row open a case
    max_sessions_per_week: Sessions  # 3.2: at most so many in one ISO week
    postponement_weeks: WeeksOrNone  # 3.2: up to so many weeks after the missed one
    horizon_weeks: Weeks  # weekly sessions are generated so far ahead
    policy_id: str = ""  # the version that these terms belong to
    adapted_rules: tuple[str, ...] = ()  # the rules that an accommodation replaced (2.4)

    def adapted(
        self,
        notice: timedelta | None = None,
        lateness: timedelta | None = None,
        rescheduling: timedelta | None = None,
    ) -> "AttendanceTerms":
        """These terms as an accommodation changes them for one student (2.4); ``None`` leaves a rule as
        it is.
        """
        given = {"notice": notice, "lateness": lateness, "rescheduling": rescheduling}
        names = {name for name, value in given.items() if value is not None}
        return replace(
            self,
            notice=self.notice if notice is None else notice,
            lateness=self.lateness if lateness is None else lateness,
            rescheduling=self.rescheduling if rescheduling is None else rescheduling,
            adapted_rules=tuple(sorted(names.union(self.adapted_rules))),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaveTerms:
    """Leaves of the student (2.7), in consecutive days, first and last included."""

    mentor_approves_up_to: Days  # longer ones go to Student Success
    email_beyond: Days  # more than so many days: the e-mail is part of the request
    remind_after: Duration  # whoever a request waits for is reminded after so long, once


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeTerms:
    """Changes of Path (2.8)."""

    processing: BusinessDays  # the day of receipt does not count
    remind_after: Duration  # whoever a request waits for is reminded after so long, once


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitmentTerms:
    """Regular work (3.3)."""

    silence: Duration  # so long without a session held or anything submitted raises an alert
    report_every: Months  # mentors write a monitoring report so often
    report_reminder: (
        Duration  # a report that is still owed is called to mind so long after, and each time again
    )
    report_looks_back: Days  # a session found to be held later than that owes none by itself


@dataclass(frozen=True, slots=True, kw_only=True)
class EquipmentTerms:
    """What a student's equipment must do (2.4)."""

    download: Kilobits  # in a second


@dataclass(frozen=True, slots=True, kw_only=True)
class OffsiteTerms:
    """Training in another place (5)."""

    reminder_before: Duration  # rules not acknowledged yet: called to mind so long before the first day


@dataclass(frozen=True, slots=True, kw_only=True)
class DefenceTerms:
    """Defences before an assessor (2.2, 2.6)."""

    length: Duration  # of a slot that is offered, and where nothing else is said
    longest: Duration  # of a time that is proposed
    offered_ahead: Duration  # slots are offered so far ahead
    join_opens_before: DurationOrNone  # the video link opens this long before the start


@dataclass(frozen=True, slots=True, kw_only=True)
class JuryTerms:
    """Composition of a jury (2.3)."""

    professionals: Members  # at least so many from the trade
    representatives: Members  # at least so many from the school


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingTerms:
    """Retention of recordings (2.5, 2.6)."""

    mentoring_kept: Days  # after the session
    defence_kept: DaysOrNone  # after the end of the training
    legal_hold_longest: Days  # a hold that a person places; another takes new grounds


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardTerms:
    """The Disciplinary Board (4.1)."""

    summons: Duration  # received at least this long before the meeting
    reminder_before: Duration  # whoever comes to a meeting is reminded this long before it
    remind_after: (
        Duration  # a step that is owed after it is called to mind so long after, and each time again
    )
    letter_earliest: Days  # the decision arrives no sooner after the meeting
    letter_escalates: Days  # with no receipt by then it is escalated
    letter_latest: Days  # with no receipt after this it is marked late


@dataclass(frozen=True, slots=True, kw_only=True)
class PenaltyTerms:
    """How long penalties last (4.2, PL), in calendar months and years."""

    suspension: Months
    exclusion_ban: Years  # permanent exclusion: no training of the school
    discontinuation_ban: Years  # repeated plagiarism: no programme of the school


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause of the policy: its number, a title and a summary in plain words, and both in other
    languages.
    """

    number: str
    title: str
    summary: str
    translations: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    def in_language(self, code: str) -> "Clause":
        """The clause in a language ("fr", "fr-ca"), as far as the policy file has it."""
        found = self.translations.get(code) or self.translations.get(code.split("-")[0])
        return Clause(self.number, *found, self.translations) if found else self


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """One version of the policy: it judges what happens from ``effective_from`` (UTC) until the next
    version's.
    """

    id: str
    title: str
    time_zone: str  # of the school: what a date in the file means, and how its own dates are told
    content_licence: str  # 3.4: under which all of the school's content may be used
    content_licence_url: str
    effective_from: datetime
    attendance: AttendanceTerms
    leave: LeaveTerms
    change: ChangeTerms
    commitment: CommitmentTerms
    equipment: EquipmentTerms
    offsite: OffsiteTerms
    defences: DefenceTerms
    jury: JuryTerms
    recordings: RecordingTerms
    board: BoardTerms
    penalties: PenaltyTerms
    clauses: Mapping[str, Clause]
