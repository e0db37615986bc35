"""The table of ``test_matrix_pages.py``: the status that each person gets from each page.

302 to nobody who has business there: a visitor is led to the sign-in. What exists and is somebody else's answers 404;
the admin leads strangers to its own sign-in (302), says 403 to staff without the permission, and leads away (302) from
a row that is out of sight exactly as from one that does not exist.
"""

from __future__ import annotations

from collections.abc import Iterable

from tests.pages_world import OTHERS, PEOPLE, STAFF

SCHOOL = ("student_success", "head_of_learning", "administrator")  # staff who see every Path
MANAGERS = ("learning_manager", "other_learning_manager")


def table(everybody: int, /, anonymous: int = 302, **some: int) -> dict[str, int]:
    """Statuses by person: these for some (``staff``, ``others``), ``everybody`` for the rest."""
    found = dict.fromkeys(PEOPLE, everybody) | {"anonymous": anonymous}
    for name, group in (("staff", STAFF), ("others", OTHERS)):
        if name in some:
            found |= dict.fromkeys(group, some.pop(name))
    assert set(some) <= set(PEOPLE)
    return found | some


def lines(expected: dict[str, int], names: str, method: str = "GET") -> dict[str, dict[str, int]]:
    return {f"{method} {name}": expected for name in names.split()}


PUBLIC = table(200, anonymous=200)
SIGNED_IN = table(200)
TO_SIGN_IN = table(302)  # the sign-in itself, or a step of it that has not been taken
NOBODY = table(404)
STUDENT = table(404, student=200)
STUDENTS = table(404, student=200, other_student=200)
ITS_MENTOR = table(404, mentor=200)
MENTORS = table(404, mentor=200, other_mentor=200)
ITS_STAFF = table(404, staff=200)
ALL_STAFF = table(404, staff=200, other_learning_manager=200)
SUCCESS = table(404, student_success=200)
PATH_EDITORS = table(404, learning_manager=200, administrator=200)
ADMINISTRATOR = table(404, administrator=302)
CONDUCT = table(404, student_success=200, head_of_learning=200)

EXPECTED: dict[str, dict[str, int]] = {
    **lines(PUBLIC, "policy policy-version livez socialaccount_login_cancelled"),
    **lines(PUBLIC, "account_reset_password account_reset_password_done"),
    **lines(PUBLIC, "account_reset_password_from_key account_reset_password_from_key_done"),
    **lines(table(302, anonymous=200), "home account_login"),
    **lines(table(302), "theme", "POST"),
    **lines(table(503, anonymous=503), "readyz"),  # no sweep has run in the test's school
    **lines(table(404, anonymous=404), "openid_connect_login openid_connect_callback"),  # switched off
    **lines(table(401, anonymous=401), "socialaccount_login_error"),
    **lines(SIGNED_IN, "account_profile account_email account_change_password account_logout"),
    **lines(SIGNED_IN, "account_sessions account_tokens account_reauthenticate mfa_index mfa_list_webauthn"),
    **lines(table(410), "account_confirm_email"),
    **lines(TO_SIGN_IN, "account_set_password account_create_token mfa_authenticate mfa_reauthenticate"),
    **lines(TO_SIGN_IN, "mfa_activate_totp mfa_add_webauthn mfa_edit_webauthn mfa_remove_webauthn"),
    **lines(TO_SIGN_IN, "mfa_generate_recovery_codes mfa_login_webauthn mfa_reauthenticate_webauthn"),
    **lines(TO_SIGN_IN, "account_end_all_sessions", "POST"),
    **lines(NOBODY, "account_end_session account_revoke_token", "POST"),  # of nobody's session or token
    **lines(NOBODY, "mfa_deactivate_totp mfa_view_recovery_codes mfa_download_recovery_codes"),
    **lines(SIGNED_IN, "messages"),
    **lines(table(302), "messages-read", "POST"),
    **lines(STUDENT, "message message-as-sent"),
    **lines(table(412), "uploads", "POST"),  # without a version of the protocol
    **lines(NOBODY, "upload", "DELETE"),
    **lines(NOBODY, "document-watch"),  # no film
    **lines(STUDENT, "document"),  # the test's own purpose shows it to whom it is about
    **lines(table(404, student=302), "message-read", "POST"),
    **lines(STUDENTS, "student-home student-sessions student-absences student-notes student-training"),
    **lines(STUDENTS, "student-record student-record-export student-kept"),
    **lines(table(404, quality=200), "quality-recordings"),
    **lines(NOBODY, "mentor-session-recording"),  # of a session to come
    **lines(PUBLIC, "conduct conduct-version"),
    **lines(SIGNED_IN, "calendar"),
    **lines(TO_SIGN_IN, "calendar-close", "POST"),
    **lines(table(404, anonymous=404), "calendar-ics"),  # of a secret that is none
    **lines(NOBODY, "message-attachment"),  # of a message that carries none
    # Closed to who has not accepted the rules (403), as the other student.
    **lines(table(404, student=200, other_student=403), "groups group-new group"),
    **lines(table(404, student=200, other_student=403), "group-hand-over group-share group-plan"),
    **lines(table(404, student=200, other_student=403), "group-report group-report-row"),
    **lines(
        table(404, student=302, other_student=403),
        "group-join group-leave group-post group-take-down study-session-cancel",
        "POST",
    ),
    **lines(STUDENTS, "student-reports"),
    **lines(STUDENT, "student-report"),
    **lines(MENTORS, "mentor-reports"),
    **lines(ITS_MENTOR, "mentor-report"),
    **lines(table(404, mentor=302), "mentor-session-report", "POST"),
    **lines(ALL_STAFF, "staff-reports"),
    **lines(ITS_STAFF, "staff-report"),
    **lines(table(200, student=404, quality=404, other_student=404), "commitment-alerts"),
    **lines(table(404, mentor=200, staff=200), "commitment-alert"),
    **lines(STUDENTS, "terms equipment equipment-sample stays"),
    **lines(STUDENT, "stay stay-report"),
    **lines(table(404, student=302), "stay-check-in", "POST"),
    **lines(ALL_STAFF, "staff-acceptances staff-places"),
    **lines(table(404, **dict.fromkeys(SCHOOL, 200)), "staff-place-new staff-place"),
    **lines(ITS_STAFF, "staff-stay-arrange"),
    **lines(table(404, staff=302), "staff-stay-cancel", "POST"),
    **lines(CONDUCT, "staff-conduct-reports staff-conduct-report"),
    **lines(
        STUDENT,
        "student-session student-notice student-book student-exception student-reasons student-contest",
    ),
    **lines(table(404, student=302), "student-join", "POST"),
    **lines(MENTORS, "mentor-home mentor-sessions mentor-students mentor-availability mentor-time-off"),
    **lines(
        ITS_MENTOR,
        "mentor-session mentor-presence mentor-cancel mentor-book mentor-session-note mentor-exception",
    ),
    **lines(ITS_MENTOR, "mentor-student mentor-student-note mentor-note mentor-time-off-withdraw"),
    **lines(table(404, mentor=302), "mentor-join", "POST"),
    **lines(table(404, administrator=200, **dict.fromkeys(MANAGERS, 200)), "roster-imports roster-import"),
    **lines(table(404, administrator=200, **dict.fromkeys(MANAGERS, 200)), "roster-rows"),
    **lines(NOBODY, "roster-apply roster-discard report-read report-discard", "POST"),  # somebody else's
    **lines(NOBODY, "report"),
    **lines(
        table(200, student=404, quality=404, other_student=404, **dict.fromkeys(MANAGERS, 404)), "reports"
    ),
    **lines(
        table(302, student=404, quality=404, other_student=404, **dict.fromkeys(MANAGERS, 404)),
        "report-apply",
        "POST",
    ),
    **lines(STUDENT, "student-work student-submit student-defence student-defence-cancel"),
    **lines(table(404, student=302), "student-remark student-defence-join", "POST"),
    **lines(ITS_MENTOR, "mentor-work mentor-defence mentor-defence-cancel"),
    **lines(table(404, mentor=302), "mentor-remark mentor-due", "POST"),
    **lines(ITS_STAFF, "staff-work staff-defence staff-defence-cancel staff-path"),
    **lines(table(404, staff=302), "staff-remark", "POST"),
    **lines(ALL_STAFF, "staff-paths"),
    **lines(PATH_EDITORS, "staff-project staff-project-retire staff-project-give"),
    **lines(PATH_EDITORS, "staff-skill staff-skill-retire"),
    **lines(table(404, learning_manager=302, administrator=302), "staff-project-move", "POST"),
    **lines(table(404, learning_manager=422, administrator=422), "staff-skill-add", "POST"),
    # Nobody here assesses; mentoring's own tests have assessors, their strangers among them.
    **lines(NOBODY, "assessor-home assessor-defence assessor-cancel"),
    **lines(NOBODY, "assessor-recording assessor-join", "POST"),
    **lines(ALL_STAFF, "staff-home staff-people staff-people-export staff-enforcement"),
    **lines(ITS_STAFF, "staff-person staff-person-message staff-contest staff-session"),
    **lines(ITS_STAFF, "staff-session-cancel staff-session-book staff-mentorship-start"),
    **lines(ITS_STAFF, "staff-mentorship-replace staff-mentorship-end staff-leave-ask"),
    **lines(ITS_STAFF, "staff-interruption-end staff-training-dates staff-training-end"),
    **lines(table(404, **dict.fromkeys(SCHOOL, 200)), "staff-identity"),
    **lines(SUCCESS, "staff-session-resolve staff-session-exception staff-exception-decline"),
    **lines(
        table(404, student_success=200, administrator=200),
        "staff-accommodation-accept staff-accommodation-withdraw",
    ),
    **lines(STUDENTS, "student-requests student-adaptation"),
    **lines(STUDENT, "student-certificate"),
    **lines(ITS_STAFF, "staff-certificate"),
    **lines(STUDENT, "student-leave-ask student-leave student-leave-withdraw student-leave-back"),
    **lines(STUDENT, "student-approval student-change-ask student-change student-change-withdraw"),
    **lines(STUDENT, "student-training-end student-adaptation-ask student-adaptation-withdraw"),
    **lines(ITS_MENTOR, "mentor-leave mentor-leave-validate mentor-leave-refuse mentor-consultation"),
    **lines(ITS_MENTOR, "mentor-change"),
    **lines(ITS_STAFF, "staff-leave staff-leave-withdraw staff-leave-back staff-approval staff-funding"),
    **lines(ITS_STAFF, "staff-funding-end staff-change staff-change-schedule staff-change-refuse"),
    **lines(SUCCESS, "staff-leave-validate staff-leave-refuse staff-adaptation staff-adaptation-refuse"),
    **lines(
        table(404, student_success=200, administrator=200),
        "staff-approval-confirm staff-approval-send-back",
    ),
    **lines(table(404, student=302, mentor=302, staff=302), "leave change-of-path"),
    **lines(table(404, staff=302, learning_manager=404), "staff-message-retry", "POST"),
    **lines(ADMINISTRATOR, "staff-sweep-run staff-failure-retry staff-record-verify", "POST"),
    **lines(table(200, mentor=404, quality=404, other_mentor=404), "cases"),
    **lines(table(404, student=200, staff=200), "case"),
    **lines(TO_SIGN_IN, "admin:logout", "POST"),
}

# The admin ------------------------------------------------------------------------------------
STAFF_READ = table(302, staff=200, other_learning_manager=200)
STAFF_BUT_OTHERS = table(302, staff=200)
NO_STAFF = table(302, staff=403, other_learning_manager=403)


def only(people: Iterable[str]) -> dict[str, int]:
    """Pages of the admin for some of the staff."""
    return NO_STAFF | dict.fromkeys(people, 200)


def model(
    name: str, read: dict[str, int], row: dict[str, int] | None = None, add: dict[str, int] = NO_STAFF
) -> dict[str, dict[str, int]]:
    """The pages of one model: the list, one row and its history, the form for another; nobody deletes."""
    pages = {
        "changelist": read,
        "change": row or read,
        "history": row or read,
        "add": add,
        "delete": NO_STAFF,
    }
    return {f"admin:{name}_{page}": expected for page, expected in pages.items()}


def models(names: str, read: dict[str, int], **more: dict[str, int]) -> dict[str, dict[str, int]]:
    return {page: line for name in names.split() for page, line in model(name, read, **more).items()}


ONLY_ADMINISTRATORS = only(["administrator"])
ADMIN: dict[str, dict[str, int]] = {
    "admin:index": STAFF_READ,
    "admin:app_list": STAFF_READ,
    "admin:jsi18n": STAFF_READ,
    "admin:autocomplete": NO_STAFF,  # without saying for which field
    "admin:login": table(302, quality=403, student=403, mentor=403, other_student=403, other_mentor=403),
    "admin:password_change": table(302),
    "admin:password_change_done": STAFF_READ,
    "admin:view_on_site": table(302, staff=404, other_learning_manager=404),
    **model("accounts_user", STAFF_READ, row=STAFF_BUT_OTHERS, add=ONLY_ADMINISTRATORS),
    **model("students_funderclient", ONLY_ADMINISTRATORS, add=ONLY_ADMINISTRATORS),
    **models("students_funder students_path mentoring_mentor", STAFF_READ, add=ONLY_ADMINISTRATORS),
    **models("students_project students_skill", STAFF_READ),
    **models(
        "students_projectwork students_deliverable students_deliverablefile students_review students_remark"
        " students_requirement students_skillapproval mentoring_defence mentoring_skillassessment",
        STAFF_READ,
        row=STAFF_BUT_OTHERS,
    ),
    **models("mentoring_weeklyslot mentoring_timeoff students_place students_placerules", STAFF_READ),
    **models(
        "mentoring_monitoringreport mentoring_reportaddition mentoring_commitmentalert"
        " students_acceptance students_equipmentcheck students_stay students_checkin",
        STAFF_READ,
        row=STAFF_BUT_OTHERS,
    ),
    **model("students_conductreport", only(["student_success", "head_of_learning"])),
    **models(
        "students_student students_enrolment", STAFF_READ, row=STAFF_BUT_OTHERS, add=ONLY_ADMINISTRATORS
    ),
    **models(
        "students_funding students_leaverequest students_funderapproval students_consultation"
        " students_changeofpath students_endshift"
        " students_interruption students_accommodation mentoring_mentorship mentoring_session mentoring_notice"
        " mentoring_join mentoring_exceptionalcircumstance mentoring_exceptionrequest mentoring_note mentoring_absence"
        " mentoring_contest"
        " mentoring_streak discipline_case students_ban",
        STAFF_READ,
        row=STAFF_BUT_OTHERS,
    ),
    **models(
        "students_identityflag students_studygroup students_membership students_studysession students_grouppost"
        " students_groupresource students_externalid mentoring_conferencereport mentoring_reportrow"
        " record_entry record_chain"
        " record_checkpoint record_message",
        only(SCHOOL),
    ),
    **model("students_rosterimport", only(["administrator", *MANAGERS])),
    **models("enforcement_heartbeat enforcement_sweepfailure", only(["head_of_learning", "administrator"])),
    **models(
        "record_document record_stagedupload record_viewing record_storeinspection mentoring_recording"
        " mentoring_hold mentoring_filmingconsent",
        only(["head_of_learning", "administrator"]),
    ),
}

# Which rows a page is about; a number or a word stands for itself.
ROWS: dict[str, tuple[object, ...]] = {
    "policy-version": ("2026-01",),
    "conduct-version": ("2026-01",),
    "calendar-ics": ("nonsense",),
    "message-attachment": ("message", 1),
    **dict.fromkeys(
        (
            *("group", "group-join", "group-leave", "group-hand-over", "group-post", "group-share"),
            *("group-plan", "group-report"),
        ),
        ("studygroup",),
    ),
    "group-report-row": ("studygroup", "post", "grouppost"),
    "group-take-down": ("studygroup", "post", "grouppost"),
    "study-session-cancel": ("studysession",),
    **dict.fromkeys(("student-report", "mentor-report", "staff-report"), ("monitoringreport",)),
    "mentor-session-report": ("held",),
    "commitment-alert": ("commitmentalert",),
    "staff-place": ("place",),
    "staff-stay-arrange": ("enrolment",),
    "staff-conduct-report": ("conductreport",),
    **dict.fromkeys(("stay", "stay-check-in", "stay-report", "staff-stay-cancel"), ("stay",)),
    "account_reset_password_from_key": ("a", "b"),
    "account_confirm_email": ("x",),
    "mfa_remove_webauthn": (1,),
    "mfa_edit_webauthn": (1,),
    "openid_connect_login": ("x",),
    "openid_connect_callback": ("x",),
    "admin:view_on_site": (1, 1),
    "admin:app_list": ("mentoring",),
    "staff-sweep-run": ("mentoring.generation",),
    "staff-person": ("student",),
    "staff-person-message": ("student", "message"),
    "staff-session-resolve": ("unattended",),
    "staff-message-retry": ("failed",),
    "staff-failure-retry": ("sweepfailure",),
    "staff-contest": ("contest",),
    "staff-identity": ("identityflag",),
    "staff-interruption-end": ("interruption",),
    "staff-accommodation-withdraw": ("accommodation",),
    "case": ("case",),
    "staff-path": ("path",),
    **dict.fromkeys(
        (
            "staff-project",
            "staff-project-move",
            "staff-project-retire",
            "staff-project-give",
            "staff-skill-add",
        ),
        ("project",),
    ),
    **dict.fromkeys(("staff-skill", "staff-skill-retire"), ("skill",)),
    **dict.fromkeys(
        (
            "student-work",
            "student-submit",
            "student-remark",
            "student-defence",
            "mentor-work",
            "mentor-remark",
            "mentor-due",
            "mentor-defence",
            "staff-work",
            "staff-remark",
            "staff-defence",
        ),
        ("projectwork",),
    ),
    **dict.fromkeys(
        (
            "student-defence-join",
            "student-defence-cancel",
            "mentor-defence-cancel",
            "staff-defence-cancel",
            "assessor-defence",
            "assessor-recording",
            "assessor-join",
            "assessor-cancel",
        ),
        ("defence",),
    ),
    "mentor-note": ("note",),
    "mentor-time-off-withdraw": ("timeoff",),
    **dict.fromkeys(("message", "message-as-sent", "message-read"), ("message",)),
    **dict.fromkeys(("document", "document-watch"), ("document_key",)),
    "upload": ("00000000-0000-4000-8000-000000000000",),
    **dict.fromkeys(("student-reasons", "student-contest"), ("absence",)),
    **dict.fromkeys(
        ("student-session", "student-join", "student-notice", "student-book", "student-exception"),
        ("session",),
    ),
    **dict.fromkeys(
        (
            "mentor-session",
            "mentor-join",
            "mentor-presence",
            "mentor-cancel",
            "mentor-book",
            "mentor-exception",
        ),
        ("session",),
    ),
    **dict.fromkeys(("mentor-session-note", "mentor-session-recording"), ("session",)),
    **dict.fromkeys(("mentor-student", "mentor-student-note"), ("enrolment",)),
    **dict.fromkeys(("roster-import", "roster-apply", "roster-discard", "roster-rows"), ("rosterimport",)),
    **dict.fromkeys(("report", "report-read", "report-discard"), ("conferencereport",)),
    **dict.fromkeys(
        (
            "staff-session",
            "staff-session-exception",
            "staff-session-cancel",
            "staff-session-book",
            "staff-exception-decline",
        ),
        ("session",),
    ),
    **dict.fromkeys(("staff-mentorship-replace", "staff-mentorship-end"), ("mentorship",)),
    **dict.fromkeys(
        (
            "staff-mentorship-start",
            "staff-leave-ask",
            "staff-funding",
            "staff-training-dates",
            "staff-training-end",
            "staff-accommodation-accept",
        ),
        ("enrolment",),
    ),
    **dict.fromkeys(
        (
            "student-leave-ask",
            "student-change-ask",
            "student-training-end",
            "student-adaptation-ask",
            "mentor-consultation",
        ),
        ("enrolment",),
    ),
    **dict.fromkeys(
        (
            "leave",
            "student-leave",
            "student-leave-withdraw",
            "student-leave-back",
            "mentor-leave",
            "staff-leave",
            "staff-leave-validate",
            "staff-leave-refuse",
            "staff-leave-withdraw",
            "staff-leave-back",
        ),
        ("leaverequest",),
    ),
    **dict.fromkeys(("mentor-leave-validate", "mentor-leave-refuse"), ("short",)),
    **dict.fromkeys(
        (
            "change-of-path",
            "student-change",
            "student-change-withdraw",
            "mentor-change",
            "staff-change",
            "staff-change-schedule",
            "staff-change-refuse",
        ),
        ("changeofpath",),
    ),
    **dict.fromkeys(
        ("student-approval", "staff-approval", "staff-approval-confirm", "staff-approval-send-back"),
        ("funderapproval",),
    ),
    "staff-funding-end": ("funding",),
    **dict.fromkeys(("student-certificate", "staff-certificate"), ("enrolment", "2026-02")),
    **dict.fromkeys(
        ("student-adaptation-withdraw", "staff-adaptation", "staff-adaptation-refuse"), ("adaptation",)
    ),
}
