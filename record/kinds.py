"""The words of each kind of entry; ``words`` fills them with an entry's facts."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_noop


@dataclass(frozen=True, slots=True)
class Words:
    """How a kind of entry is told: a title, a sentence to the person it is about, and one to others."""

    title: str
    to_subject: str
    to_others: str = ""
    icon: str = "circle-check"


# What became of a session, as icon and outcome; the sentence comes from the rule book.
VERDICTS = {
    "session_held": ("circle-check", "held"),
    "absence_authorised": ("circle", "authorised_absence"),
    "absence_unauthorised": ("circle-x", "unauthorised_absence"),
    "session_unattended": ("circle-question-mark", "unattended"),
    "mentor_absent": ("user-x", "mentor_absent"),
    "session_cancelled": ("calendar-x", "cancelled_by_school"),
}

GRAVE = {
    "absence_unauthorised",
    "rescheduling_breach",
    "three_absences",
    "case_opened",
    "rework_required",
    "redo_required",
}

KINDS: dict[str, Words] = {
    "three_absences": Words(
        gettext_noop("Three unauthorised absences in a row"),
        gettext_noop("Three unauthorised absences in a row: the policy asks the Disciplinary Board to look."),
        icon="triangle-alert",
    ),
    "streak_undone": Words(
        gettext_noop("The absences in a row no longer stand"),
        gettext_noop("A correction changed one of the three absences, so they no longer stand in a row."),
        icon="undo-2",
    ),
    "case_opened": Words(
        gettext_noop("A case before the Disciplinary Board was opened"),
        gettext_noop("Three unauthorised absences in a row opened a case before the Disciplinary Board."),
        icon="gavel",
    ),
    "case_withdrawn": Words(
        gettext_noop("The case was withdrawn"),
        gettext_noop("The case was withdrawn because the three absences in a row no longer stand."),
        icon="undo-2",
    ),
    "presence_stated": Words(
        gettext_noop("The mentor said who was there"),
        gettext_noop("About the session of %(starts_at)s, your mentor stated whether you were there."),
        gettext_noop("About the session of %(starts_at)s, the mentor stated whether the student was there."),
        icon="user-check",
    ),
    "presence_stated:present": Words(
        gettext_noop("The mentor said that the student was there"),
        gettext_noop("Your mentor stated that you were at the session of %(starts_at)s from %(arrived_at)s."),
        gettext_noop(
            "The mentor stated that the student was at the session of %(starts_at)s from %(arrived_at)s."
        ),
        icon="user-check",
    ),
    "presence_stated:absent": Words(
        gettext_noop("The mentor said that the student was not there"),
        gettext_noop("Your mentor stated that you were not at the session of %(starts_at)s."),
        gettext_noop("The mentor stated that the student was not at the session of %(starts_at)s."),
        icon="user-x",
    ),
    "joins_reported": Words(
        gettext_noop("A video report was added"),
        gettext_noop(
            "A report of the video conference told who joined the session of %(starts_at)s, and when."
        ),
        icon="video",
    ),
    "exception_asked": Words(
        gettext_noop("An exception was asked for"),
        gettext_noop("An exception was asked for your session of %(starts_at)s: “%(reason)s”"),
        gettext_noop("An exception was asked for the session of %(starts_at)s: “%(reason)s”"),
        icon="shield",
    ),
    "exception_declined": Words(
        gettext_noop("An exception was declined"),
        gettext_noop(
            "Student Success declined the exception for your session of %(starts_at)s: “%(reasons)s”"
        ),
        gettext_noop(
            "Student Success declined the exception for the session of %(starts_at)s: “%(reasons)s”"
        ),
        icon="shield",
    ),
    "exception_authorised": Words(
        gettext_noop("An exceptional circumstance was accepted"),
        gettext_noop(
            "Student Success accepted an exceptional circumstance for the session of %(starts_at)s: %(reason)s"
        ),
        icon="shield",
    ),
    "absence_contested": Words(
        gettext_noop("The absence was contested"),
        gettext_noop("You contested the absence of %(starts_at)s: “%(statement)s”"),
        gettext_noop("The student contested the absence of %(starts_at)s: “%(statement)s”"),
        icon="scale",
    ),
    "contest_decided:rejected": Words(
        gettext_noop("The contest was decided: the absence stands"),
        gettext_noop("The absence of %(starts_at)s stands as it was: %(reasons)s"),
        icon="scale",
    ),
    "contest_decided:authorised": Words(
        gettext_noop("The contest was decided: the absence is authorised"),
        gettext_noop("The absence of %(starts_at)s is authorised: %(reasons)s"),
        icon="scale",
    ),
    "contest_decided:present": Words(
        gettext_noop("The contest was decided: there was no absence"),
        gettext_noop("You were at the session of %(starts_at)s in time: %(reasons)s"),
        gettext_noop("The student was at the session of %(starts_at)s in time: %(reasons)s"),
        icon="scale",
    ),
    "contest_decided:not_counted": Words(
        gettext_noop("The contest was decided: the session does not count"),
        gettext_noop("The session of %(starts_at)s does not count: %(reasons)s"),
        icon="scale",
    ),
    "reasons_given": Words(
        gettext_noop("Reasons were given"),
        gettext_noop("You gave your mentor the reasons of the absence of %(starts_at)s: “%(reasons)s”"),
        gettext_noop(
            "The student gave the mentor the reasons of the absence of %(starts_at)s: “%(reasons)s”"
        ),
        icon="message-square-text",
    ),
    "rescheduling_met": Words(
        gettext_noop("Reasons and another session were both there"),
        gettext_noop("After the absence of %(starts_at)s, you gave your reasons and booked another session."),
        gettext_noop(
            "After the absence of %(starts_at)s, reasons were given and another session was booked."
        ),
        icon="circle-check",
    ),
    "rescheduling_breach": Words(
        gettext_noop("Reasons or another session were missing when they were due"),
        gettext_noop(
            "After the absence of %(starts_at)s, your reasons and another session were due by "
            "%(rescheduling_due_at)s. They were not both there, which is a breach of 3.2."
        ),
        gettext_noop(
            "After the absence of %(starts_at)s, reasons and another session were due by "
            "%(rescheduling_due_at)s. They were not both there, which is a breach of 3.2."
        ),
        icon="circle-x",
    ),
    "rescheduling_waits": Words(
        gettext_noop("Booking another session waits"),
        gettext_noop(
            "After the absence of %(starts_at)s, your mentor had no free time to offer: there is no breach, "
            "and the booking waits."
        ),
        gettext_noop(
            "After the absence of %(starts_at)s, the mentor had no free time to offer: there is no breach, "
            "and the booking waits."
        ),
        icon="clock",
    ),
    "enrolment_made": Words(
        gettext_noop("The training was entered"),
        gettext_noop("You were enrolled on %(path)s, from %(starts_on)s to %(ends_on)s."),
        gettext_noop("The student was enrolled on %(path)s, from %(starts_on)s to %(ends_on)s."),
        icon="graduation-cap",
    ),
    "enrolment_dates_changed": Words(
        gettext_noop("The dates of the training changed"),
        gettext_noop("Your training on %(path)s now runs from %(starts_on)s to %(ends_on)s."),
        gettext_noop("The training on %(path)s now runs from %(starts_on)s to %(ends_on)s."),
        icon="calendar-range",
    ),
    "enrolment_ended": Words(
        gettext_noop("The training ended"),
        gettext_noop("Your training on %(path)s ended on %(ended_on)s."),
        gettext_noop("The training on %(path)s ended on %(ended_on)s."),
        icon="flag",
    ),
    "mentorship_started": Words(
        gettext_noop("A mentor was assigned"),
        gettext_noop("A mentor was assigned to you for a weekly session."),
        gettext_noop("A mentor was assigned for a weekly session."),
        icon="users",
    ),
    "mentorship_ended": Words(
        gettext_noop("A mentorship ended"),
        gettext_noop("Your weekly sessions with this mentor end on %(ends_on)s."),
        gettext_noop("The weekly sessions with this mentor end on %(ends_on)s."),
        icon="users",
    ),
    "session_booked": Words(
        gettext_noop("Another session was booked"),
        gettext_noop("A session was booked for %(starts_at)s."),
        icon="calendar-plus",
    ),
    "mentor_replaced": Words(
        gettext_noop("Another mentor took over"),
        gettext_noop("Another mentor holds your weekly sessions from %(starts_on)s."),
        gettext_noop("Another mentor holds the weekly sessions from %(starts_on)s."),
        icon="users",
    ),
    "training_interrupted": Words(
        gettext_noop("The training was interrupted"),
        gettext_noop(
            "Your training is interrupted from %(starts_on)s to %(ends_on)s: no session takes place."
        ),
        gettext_noop(
            "The training is interrupted from %(starts_on)s to %(ends_on)s: no session takes place."
        ),
        icon="circle-pause",
    ),
    "training_resumed": Words(
        gettext_noop("The training goes on"),
        gettext_noop("The interruption from %(starts_on)s to %(ends_on)s was lifted."),
        icon="circle-play",
    ),
    "accommodation_accepted": Words(
        gettext_noop("The programme was adapted"),
        gettext_noop("An adaptation of your programme holds from %(valid_from)s."),
        gettext_noop("An adaptation of the programme holds from %(valid_from)s."),
        icon="accessibility",
    ),
    "accommodation_withdrawn": Words(
        gettext_noop("An adaptation ended"),
        gettext_noop("The adaptation of your programme that held from %(valid_from)s has ended."),
        gettext_noop("The adaptation of the programme that held from %(valid_from)s has ended."),
        icon="accessibility",
    ),
    "terms_accepted": Words(
        gettext_noop("The rules were accepted"),
        gettext_noop(
            "You accepted policy %(policy)s with the content licence %(licence)s, and code of conduct %(conduct)s."
        ),
        gettext_noop(
            "The student accepted policy %(policy)s with the content licence %(licence)s, and code of conduct "
            "%(conduct)s."
        ),
        icon="file-check",
    ),
    "equipment_checked": Words(
        gettext_noop("The equipment was checked"),
        gettext_noop(
            "You checked your equipment: connection %(connection)s, webcam %(camera)s, microphone %(microphone)s."
        ),
        gettext_noop(
            "Equipment was checked: connection %(connection)s, webcam %(camera)s, microphone %(microphone)s."
        ),
        icon="webcam",
    ),
    "stay_arranged": Words(
        gettext_noop("Days in another place were arranged"),
        gettext_noop("A part of your training takes place at %(place)s, from %(starts_on)s to %(ends_on)s."),
        gettext_noop("A part of the training takes place at %(place)s, from %(starts_on)s to %(ends_on)s."),
        icon="map-pin",
    ),
    "stay_cancelled": Words(
        gettext_noop("Days in another place were called off"),
        gettext_noop("The days at %(place)s, from %(starts_on)s to %(ends_on)s, were called off."),
        icon="calendar-x",
    ),
    "place_rules_acknowledged": Words(
        gettext_noop("Health and safety rules were acknowledged"),
        gettext_noop("You acknowledged the health and safety rules of %(place)s."),
        gettext_noop("The student acknowledged the health and safety rules of %(place)s."),
        icon="hard-hat",
    ),
    "stay_checked_in": Words(
        gettext_noop("Arrived at another place"),
        gettext_noop("You checked in at %(place)s on %(day)s."),
        gettext_noop("The student checked in at %(place)s on %(day)s."),
        icon="map-pin-check",
    ),
    "conduct_reported": Words(
        gettext_noop("A report of conduct was made"),
        gettext_noop("A report of conduct was made; it waits to be taken up."),
        icon="flag",
    ),
    "conduct_report_taken_up": Words(
        gettext_noop("A report of conduct was taken up"),
        gettext_noop("A report of conduct was taken up: %(outcome)s"),
        icon="flag",
    ),
    "report_submitted": Words(
        gettext_noop("A monitoring report was submitted"),
        gettext_noop("Your mentor submitted a report; you find it under Reports."),
        gettext_noop("The mentor submitted a monitoring report."),
        icon="clipboard-list",
    ),
    "report_added_to": Words(
        gettext_noop("A monitoring report was added to"),
        gettext_noop("Your mentor added to a report; what stood there stays."),
        gettext_noop("The mentor added to a monitoring report."),
        icon="clipboard-list",
    ),
    "commitment_alert": Words(
        gettext_noop("No regular work of late"),
        gettext_noop(
            "No session was held and nothing submitted since %(silent_since_at)s. Your mentor and Learning "
            "Manager were told. This is no penalty: it ends when you take up work again."
        ),
        gettext_noop(
            "No session was held and nothing submitted since %(silent_since_at)s. Mentor and Learning Manager "
            "were told."
        ),
        icon="bell-ring",
    ),
    "commitment_resumed": Words(
        gettext_noop("Work was taken up again"),
        gettext_noop("The alert about no work since %(silent_since_at)s is over."),
        icon="circle-check",
    ),
    "commitment_marked": Words(
        gettext_noop("The Board was asked to look"),
        gettext_noop(
            "The Disciplinary Board was asked to look at the silence since %(silent_since_at)s: %(reasons)s"
        ),
        icon="gavel",
    ),
    "person_changed_by_roster": Words(
        gettext_noop("The school's roster changed your details"),
        gettext_noop("The school sent a roster in which details of your account had changed."),
        gettext_noop("A roster changed details of this account."),
        icon="circle-user",
    ),
    "roster_imported": Words(
        gettext_noop("A roster was imported"),
        gettext_noop("A roster was imported."),
        icon="file-input",
    ),
    "report_applied": Words(
        gettext_noop("A video-conference report was applied"),
        gettext_noop("A participant report changed the facts of %(sessions)s sessions (%(rows)s rows)."),
        icon="file-input",
    ),
    "message.retried": Words(
        gettext_noop("A message was sent again"),
        gettext_noop("A message that could not be sent to you was put into the outbox again."),
        gettext_noop("A message that could not be sent was put into the outbox again."),
        icon="send",
    ),
    "filming_agreed": Words(
        gettext_noop("Filming of mentoring sessions was agreed to"),
        gettext_noop("You agreed that mentoring sessions may be filmed, for internal quality only."),
        gettext_noop("The student agreed that mentoring sessions may be filmed, for internal quality only."),
        icon="video",
    ),
    "filming_refused": Words(
        gettext_noop("Filming of mentoring sessions was not agreed to"),
        gettext_noop("You said that mentoring sessions may not be filmed."),
        gettext_noop("The student said that mentoring sessions may not be filmed."),
        icon="video-off",
    ),
    "session_recording_kept": Words(
        gettext_noop("The recording of a session was kept"),
        gettext_noop(
            "The recording of the session of %(starts_at)s is kept for internal quality until %(kept_until_at)s."
        ),
        icon="video",
    ),
    "recordings_released": Words(
        gettext_noop("The jury needs the recordings no more"),
        gettext_noop("The jury has decided: the recordings of the defences go when the training is over."),
        icon="video-off",
    ),
    "document_deleted": Words(
        gettext_noop("A file was deleted"),
        gettext_noop("A file was deleted: %(why)s"),
        icon="file-x",
    ),
    "availability_set": Words(
        gettext_noop("Weekly hours were changed"),
        gettext_noop("Your weekly hours were changed."),
        gettext_noop("The mentor's weekly hours were changed."),
        icon="calendar-clock",
    ),
    "time_off_added": Words(
        gettext_noop("Time off was entered"),
        gettext_noop("Time off from %(starts_at)s to %(ends_at)s."),
        icon="calendar-off",
    ),
    "time_off_withdrawn": Words(
        gettext_noop("Time off was withdrawn"),
        gettext_noop("The time off from %(starts_at)s to %(ends_at)s was withdrawn."),
        icon="calendar-check",
    ),
    "mentor_added": Words(
        gettext_noop("A mentor was added"),
        gettext_noop("You mentor here. Your sessions meet at %(video_link)s."),
        gettext_noop("This person mentors here. Their sessions meet at %(video_link)s."),
        icon="user-check",
    ),
    "video_link_changed": Words(
        gettext_noop("The video link was changed"),
        gettext_noop(
            "Sessions that are laid out from now on meet at %(video_link)s, no longer at %(video_link_before)s."
        ),
        icon="video",
    ),
    "student_added": Words(
        gettext_noop("A student was added"),
        gettext_noop("You are a student of this school."),
        gettext_noop("This person is a student of this school."),
        icon="user-check",
    ),
    "reference_changed": Words(
        gettext_noop("The school's reference was changed"),
        gettext_noop("The school's own reference is now “%(reference)s”; it was “%(reference_before)s”."),
        icon="pencil",
    ),
    "path_added": Words(
        gettext_noop("A Path was added"),
        gettext_noop("The Path “%(path)s” (%(code)s) was added."),
        icon="graduation-cap",
    ),
    "path_changed": Words(
        gettext_noop("A Path was changed"),
        gettext_noop("What the school keeps of the Path “%(path)s” was changed."),
        icon="graduation-cap",
    ),
    "mentor_left": Words(
        gettext_noop("The mentor left"),
        gettext_noop("You no longer mentor here as of %(left_on)s."),
        gettext_noop("The mentor no longer mentors here as of %(left_on)s."),
        icon="log-out",
    ),
    "project_given": Words(
        gettext_noop("A project was given"),
        gettext_noop("The project “%(project)s” of %(path)s was given to you."),
        gettext_noop("The project “%(project)s” of %(path)s was given to the student."),
        icon="folder-input",
    ),
    "project_taken_out": Words(
        gettext_noop("A project was taken out"),
        gettext_noop(
            "The project “%(project)s” of %(path)s is no longer given. You had not begun it: it is not asked of you."
        ),
        gettext_noop(
            "The project “%(project)s” of %(path)s is no longer given. The student had not begun it: it is not asked."
        ),
        icon="folder-input",
    ),
    "path_project_added": Words(
        gettext_noop("A project was added to a Path"),
        gettext_noop("“%(project)s” was added to %(path)s."),
        icon="graduation-cap",
    ),
    "path_project_changed": Words(
        gettext_noop("A project of a Path was changed"),
        gettext_noop("“%(title_before)s” of %(path)s was changed; it is called “%(project)s”."),
        icon="graduation-cap",
    ),
    "path_project_moved": Words(
        gettext_noop("A project has another place in its Path"),
        gettext_noop("“%(project)s” of %(path)s is now number %(place)s."),
        icon="graduation-cap",
    ),
    "path_project_retired": Words(
        gettext_noop("A project was retired"),
        gettext_noop(
            "“%(project)s” of %(path)s is given to nobody any more; it was taken from %(taken_from)s students who had "
            "not begun it."
        ),
        icon="graduation-cap",
    ),
    "path_project_given": Words(
        gettext_noop("A project was given to students in training"),
        gettext_noop("“%(project)s” of %(path)s was given to %(given_to)s students in training."),
        icon="graduation-cap",
    ),
    "path_skill_added": Words(
        gettext_noop("A skill was added"),
        gettext_noop("The skill %(skill)s was added to “%(project)s” of %(path)s."),
        icon="graduation-cap",
    ),
    "path_skill_changed": Words(
        gettext_noop("A skill was worded otherwise"),
        gettext_noop("The skill %(skill)s of “%(project)s” of %(path)s was worded otherwise."),
        icon="graduation-cap",
    ),
    "path_skill_retired": Words(
        gettext_noop("A skill was retired"),
        gettext_noop("The skill %(skill)s of “%(project)s” of %(path)s is no longer asked."),
        icon="graduation-cap",
    ),
    "deliverable_submitted": Words(
        gettext_noop("A deliverable was handed in"),
        gettext_noop("You handed in version %(version)s of “%(project)s”."),
        gettext_noop("The student handed in version %(version)s of “%(project)s”."),
        icon="file-input",
    ),
    "project_approved": Words(
        gettext_noop("A project was approved"),
        gettext_noop("Your mentor approved version %(version)s of “%(project)s”: %(comment)s"),
        gettext_noop("The mentor approved version %(version)s of “%(project)s”: %(comment)s"),
        icon="circle-check",
    ),
    "project_to_rework": Words(
        gettext_noop("A project is to be reworked"),
        gettext_noop("Your mentor gave version %(version)s of “%(project)s” back: %(comment)s"),
        gettext_noop("The mentor gave version %(version)s of “%(project)s” back: %(comment)s"),
        icon="undo-2",
    ),
    "rework_required": Words(
        gettext_noop("A project has to be reworked before it can be approved"),
        gettext_noop("“%(project)s” has to be reworked: %(reason)s"),
        icon="triangle-alert",
    ),
    "redo_required": Words(
        gettext_noop("A project has to be entirely redone"),
        gettext_noop("“%(project)s” has to be entirely redone: %(reason)s"),
        icon="triangle-alert",
    ),
    "due_day_set": Words(
        gettext_noop("A project was given a last day"),
        gettext_noop("Hand in “%(project)s” by %(due_on)s."),
        gettext_noop("“%(project)s” is to be handed in by %(due_on)s."),
        icon="calendar-range",
    ),
    "due_day_lifted": Words(
        gettext_noop("The last day of a project was lifted"),
        gettext_noop("“%(project)s” has no last day any more."),
        icon="calendar-range",
    ),
    "skill_approved": Words(
        gettext_noop("A skill was approved"),
        gettext_noop("The skill %(skill)s of “%(project)s” was approved at a defence: %(comment)s"),
        icon="circle-check",
    ),
    "project_defended": Words(
        gettext_noop("A project was defended"),
        gettext_noop("All skills of “%(project)s” are approved: you have defended it."),
        gettext_noop("All skills of “%(project)s” are approved: the student has defended it."),
        icon="graduation-cap",
    ),
    "skill_carried_over": Words(
        gettext_noop("A skill carried over"),
        gettext_noop(
            "The skill %(skill)s of “%(project)s” was approved in an earlier training and carries over."
        ),
        icon="circle-check",
    ),
    "leave_requested": Words(
        gettext_noop("A leave was asked for"),
        gettext_noop("You asked for a leave from %(starts_on)s to %(ends_on)s (%(days)s days)."),
        gettext_noop("A leave was asked for from %(starts_on)s to %(ends_on)s (%(days)s days)."),
        icon="calendar-off",
    ),
    "leave_complete": Words(
        gettext_noop("The e-mail of a long leave was sent"),
        gettext_noop(
            "The e-mail to Student Success was sent: your request for a leave from %(starts_on)s to "
            "%(ends_on)s is complete."
        ),
        gettext_noop(
            "The e-mail to Student Success was sent: the request for a leave from %(starts_on)s to "
            "%(ends_on)s is complete."
        ),
        icon="send",
    ),
    "leave_validated": Words(
        gettext_noop("A leave was validated"),
        gettext_noop(
            "Your leave from %(starts_on)s to %(ends_on)s (%(days)s days) was validated: your "
            "training now ends on %(training_ends_on)s."
        ),
        gettext_noop(
            "The leave from %(starts_on)s to %(ends_on)s (%(days)s days) was validated: the training "
            "now ends on %(training_ends_on)s."
        ),
        icon="calendar-check",
    ),
    "leave_refused": Words(
        gettext_noop("A leave was refused"),
        gettext_noop("Your leave from %(starts_on)s to %(ends_on)s was refused: %(decision)s"),
        gettext_noop("The leave from %(starts_on)s to %(ends_on)s was refused: %(decision)s"),
        icon="calendar-x",
    ),
    "leave_withdrawn": Words(
        gettext_noop("A leave was withdrawn"),
        gettext_noop(
            "Your leave from %(starts_on)s to %(ends_on)s was withdrawn: your training ends on %(training_ends_on)s."
        ),
        gettext_noop(
            "The leave from %(starts_on)s to %(ends_on)s was withdrawn: the training ends on %(training_ends_on)s."
        ),
        icon="undo-2",
    ),
    "leave_returned": Words(
        gettext_noop("A leave ended early"),
        gettext_noop(
            "You are back in training on %(back_on)s: your training now ends on %(training_ends_on)s."
        ),
        gettext_noop(
            "The student is back in training on %(back_on)s: the training now ends on %(training_ends_on)s."
        ),
        icon="circle-play",
    ),
    "leave_lapsed": Words(
        gettext_noop("Nobody decided on a leave"),
        gettext_noop(
            "Nobody decided on your leave from %(starts_on)s to %(ends_on)s before it was over. It did not take place."
        ),
        gettext_noop(
            "Nobody decided on the leave from %(starts_on)s to %(ends_on)s before it was over. It did not take place."
        ),
        icon="clock",
    ),
    "interruption_shortened": Words(
        gettext_noop("An interruption was shortened"),
        gettext_noop("The interruption from %(starts_on)s now ends on %(ends_on)s."),
        icon="calendar-range",
    ),
    "funding_recorded": Words(
        gettext_noop("A funder was entered"),
        gettext_noop("%(funder)s pays for your training from %(starts_on)s."),
        gettext_noop("%(funder)s pays for the training from %(starts_on)s."),
        icon="landmark",
    ),
    "funding_ended": Words(
        gettext_noop("A funder's part ends"),
        gettext_noop("%(funder)s pays for your training until %(ends_on)s."),
        gettext_noop("%(funder)s pays for the training until %(ends_on)s."),
        icon="landmark",
    ),
    "funder_client_made": Words(
        gettext_noop("An API client of a funder was made"),
        gettext_noop("An API client of %(funder)s was made: %(label)s."),
        icon="key-round",
    ),
    "funder_client_revoked": Words(
        gettext_noop("An API client of a funder was revoked"),
        gettext_noop("An API client of %(funder)s was revoked: %(label)s."),
        icon="key-round",
    ),
    "funder_approval_received": Words(
        gettext_noop("A funder's approval was sent"),
        gettext_noop("You sent the written approval of %(funder)s; Student Success looks at it."),
        gettext_noop("The student sent the written approval of %(funder)s; Student Success looks at it."),
        icon="file-input",
    ),
    "funder_approved": Words(
        gettext_noop("A funder's approval is on file"),
        gettext_noop("The written approval of %(funder)s is on file."),
        icon="file-check",
    ),
    "funder_approval_sent_back": Words(
        gettext_noop("A funder's approval was sent back"),
        gettext_noop("What you sent is not the written approval of %(funder)s: %(reasons)s"),
        gettext_noop("What the student sent is not the written approval of %(funder)s: %(reasons)s"),
        icon="undo-2",
    ),
    "funder_refused": Words(
        gettext_noop("A funder refused"),
        gettext_noop("%(funder)s does not approve: %(reasons)s"),
        icon="circle-x",
    ),
    "path_consultation": Words(
        gettext_noop("The mentor was consulted about another Path"),
        gettext_noop("Your mentor's advice on going over from %(path)s to %(to_path)s: %(advice)s"),
        gettext_noop("The mentor's advice on going over from %(path)s to %(to_path)s: %(advice)s"),
        icon="messages-square",
    ),
    "path_change_requested": Words(
        gettext_noop("A change of Path was asked for"),
        gettext_noop("You asked to go over from %(path)s to %(to_path)s: %(reason)s"),
        gettext_noop("The student asked to go over from %(path)s to %(to_path)s: %(reason)s"),
        icon="route",
    ),
    "path_change_accepted": Words(
        gettext_noop("A change of Path was accepted for processing"),
        gettext_noop(
            "Your change to %(to_path)s was accepted for processing: it takes effect on "
            "%(earliest_on)s at the earliest."
        ),
        gettext_noop(
            "The change to %(to_path)s was accepted for processing: it takes effect on %(earliest_on)s at the earliest."
        ),
        icon="route",
    ),
    "path_change_scheduled": Words(
        gettext_noop("A change of Path was decided"),
        gettext_noop("You go over to %(to_path)s on %(takes_effect_on)s; your training ends on %(ends_on)s."),
        gettext_noop(
            "The student goes over to %(to_path)s on %(takes_effect_on)s; the training ends on %(ends_on)s."
        ),
        icon="route",
    ),
    "path_change_refused": Words(
        gettext_noop("A change of Path was refused"),
        gettext_noop("Your change to %(to_path)s was refused: %(decision)s"),
        gettext_noop("The change to %(to_path)s was refused: %(decision)s"),
        icon="circle-x",
    ),
    "path_change_withdrawn": Words(
        gettext_noop("A change of Path was withdrawn"),
        gettext_noop("You stay on %(path)s."),
        gettext_noop("The student stays on %(path)s."),
        icon="undo-2",
    ),
    "path_change_effective": Words(
        gettext_noop("A change of Path took effect"),
        gettext_noop(
            "You are on %(to_path)s now. Skills that you had proved and that it asks for too carried over."
        ),
        gettext_noop(
            "The student is on %(to_path)s now. Skills that were proved and that it asks for too carried over."
        ),
        icon="route",
    ),
    "adaptation_requested": Words(
        gettext_noop("An adaptation was asked for"),
        gettext_noop("You asked that your programme be adapted. Student Success alone reads your proof."),
        gettext_noop("The student asked that the programme be adapted."),
        icon="accessibility",
    ),
    "adaptation_refused": Words(
        gettext_noop("An adaptation was not accepted"),
        gettext_noop(
            "Student Success did not accept your request for an adaptation; its reasons are in its message."
        ),
        gettext_noop("A request for an adaptation was not accepted."),
        icon="accessibility",
    ),
    "adaptation_withdrawn": Words(
        gettext_noop("A request for an adaptation was taken back"),
        gettext_noop("You took back your request for an adaptation."),
        gettext_noop("The student took back a request for an adaptation."),
        icon="accessibility",
    ),
    "defence_booked": Words(
        gettext_noop("A defence was booked"),
        gettext_noop("The defence of “%(project)s” before %(assessor)s is booked for %(starts_at)s."),
        icon="calendar-plus",
    ),
    "defence_cancelled": Words(
        gettext_noop("A defence was cancelled"),
        gettext_noop("The defence of “%(project)s” on %(starts_at)s was cancelled: %(reason)s"),
        icon="calendar-x",
    ),
    "defence_recorded": Words(
        gettext_noop("The recording of a defence was added"),
        gettext_noop("The recording of your defence of “%(project)s” on %(starts_at)s was added."),
        gettext_noop("The recording of the defence of “%(project)s” on %(starts_at)s was added."),
        icon="video",
    ),
    "defence_passed": Words(
        gettext_noop("A defence was passed"),
        gettext_noop("You passed the defence of “%(project)s”: %(comment)s"),
        gettext_noop("The student passed the defence of “%(project)s”: %(comment)s"),
        icon="circle-check",
    ),
    "defence_failed": Words(
        gettext_noop("A defence was not passed"),
        gettext_noop("Skills remain after the defence of “%(project)s”: %(comment)s"),
        icon="circle-x",
    ),
}

CAUSES = {
    "notice": gettext_noop("a notice of absence"),
    "late_join": gettext_noop("the actual time at which the link was opened"),
    "statement": gettext_noop("the mentor's statement"),
    "exception": gettext_noop("an exceptional circumstance"),
    "contest": gettext_noop("a contest that was upheld"),
    "report": gettext_noop("a video-conference report"),
    "resolution": gettext_noop("Student Success's word on what happened"),
    "time_off": gettext_noop("the mentor is away"),
    "mentorship_ended": gettext_noop("the mentorship ended"),
    "mentor_replaced": gettext_noop("another mentor takes over"),
    "mentor_left": gettext_noop("the mentor left"),
    "leave": gettext_noop("a leave"),
    "suspension": gettext_noop("a suspension"),
    "training_ended": gettext_noop("the training ended"),
    "enrolment_ended": gettext_noop("the training ended"),
    "dates_changed": gettext_noop("the dates of the training changed"),
}
