"""Rosters for tests, in the shapes of OneRoster's CSV binding; every person is made up."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

Rows = Sequence[Mapping[str, Any]]

ORG = {"sourcedId": "org-1", "name": "Example School", "type": "school"}
TERM = {
    "sourcedId": "term-1",
    "title": "2026",
    "type": "schoolYear",
    "startDate": "2026-01-05",
    "endDate": "2027-01-01",
    "schoolYear": "2027",
}
COURSE = {"sourcedId": "course-1", "title": "Web Developer", "courseCode": "WEB", "orgSourcedId": "org-1"}
CLASS = {
    "sourcedId": "class-1",
    "title": "Web Developer, January",
    "courseSourcedId": "course-1",
    "classType": "scheduled",
    "schoolSourcedId": "org-1",
    "termSourcedIds": "term-1",
}

HEADERS = {
    "orgs": "sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId",
    "academicSessions": "sourcedId,status,dateLastModified,title,type,startDate,endDate,parentSourcedId,schoolYear",
    "courses": "sourcedId,status,dateLastModified,schoolYearSourcedId,title,courseCode,grades,orgSourcedId,"
    "subjects,subjectCodes",
    "classes": "sourcedId,status,dateLastModified,title,grades,courseSourcedId,classCode,classType,location,"
    "schoolSourcedId,termSourcedIds,subjects,subjectCodes,periods",
    "users": "sourcedId,status,dateLastModified,enabledUser,username,userIds,givenName,familyName,middleName,"
    "identifier,email,sms,phone,agentSourcedIds,grades,password,userMasterIdentifier,resourceSourcedIds,"
    "preferredGivenName,preferredMiddleName,preferredFamilyName,primaryOrgSourcedId,pronouns,"
    "metadata.timeZone,metadata.videoLink",
    "roles": "sourcedId,status,dateLastModified,userSourcedId,roleType,role,beginDate,endDate,orgSourcedId,"
    "userProfileSourcedId",
    "enrollments": "sourcedId,status,dateLastModified,classSourcedId,schoolSourcedId,userSourcedId,role,primary,"
    "beginDate,endDate,metadata.weekday,metadata.localTime",
}
HEADERS_11 = {
    **HEADERS,
    "users": "sourcedId,status,dateLastModified,enabledUser,orgSourcedIds,role,username,userIds,givenName,"
    "familyName,middleName,identifier,email,sms,phone,agentSourcedIds,grades,password",
}


def user(sourced_id: str, given: str, family: str = "Example", **fields: Any) -> dict[str, Any]:
    fields.setdefault("email", f"{given}.{family}@example.org".lower())
    return {
        "sourcedId": sourced_id,
        "enabledUser": "true",
        "username": given.lower(),
        "givenName": given,
        "familyName": family,
        **fields,
    }


def role(user_id: str, word: str, **fields: Any) -> dict[str, Any]:
    return {
        "sourcedId": f"role-{user_id}-{word}",
        "userSourcedId": user_id,
        "roleType": "primary",
        "role": word,
        "orgSourcedId": "org-1",
        **fields,
    }


def enrolment(
    user_id: str, word: str = "student", class_id: str = "class-1", **fields: Any
) -> dict[str, Any]:
    return {
        "sourcedId": f"enrol-{class_id}-{user_id}",
        "classSourcedId": class_id,
        "schoolSourcedId": "org-1",
        "userSourcedId": user_id,
        "role": word,
        **fields,
    }


def school(students: int = 2) -> dict[str, list[dict[str, Any]]]:
    """One class of one Path with its teacher and so many students, the first with an agreed hour."""
    people = [user("t1", "Tess", "Teacher", **{"metadata.videoLink": "https://video.example.org/tess"})]
    people += [user(f"s{n}", f"Sam{n}", "Student", identifier=f"S-{n}") for n in range(1, students + 1)]
    enrolments = [enrolment("t1", "teacher")]
    enrolments += [enrolment(f"s{n}") for n in range(1, students + 1)]
    if students:
        enrolments[1] |= {"metadata.weekday": "2", "metadata.localTime": "14:00"}
    return {
        "orgs": [dict(ORG)],
        "academicSessions": [dict(TERM)],
        "courses": [dict(COURSE)],
        "classes": [dict(CLASS)],
        "users": people,
        "roles": [role("t1", "teacher"), *(role(f"s{n}", "student") for n in range(1, students + 1))],
        "enrollments": enrolments,
    }


def table(header: str, rows: Rows, *, end: str = "\r\n") -> str:
    text = io.StringIO()
    columns = header.split(",")
    writer = csv.DictWriter(text, columns, lineterminator=end, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def manifest(modes: Mapping[str, str], version: str = "1.2", **more: str) -> str:
    rows = [("manifest.version", "1.0"), ("oneroster.version", version)]
    rows += [(f"file.{name}", mode) for name, mode in modes.items()]
    rows += [(key.replace("_", "."), value) for key, value in more.items()]
    return "propertyName,value\r\n" + "".join(f"{key},{value}\r\n" for key, value in rows)


def texts(tables: Mapping[str, Rows], *, mode: str = "bulk", version: str = "1.2") -> dict[str, str]:
    """The files of a roster; a delta dates its rows and says what they are."""
    headers = HEADERS if version == "1.2" else HEADERS_11
    if mode == "delta":
        tables = {
            name: [
                {"status": "active", "dateLastModified": "2026-03-01T08:00:00.000Z", **row} for row in rows
            ]
            for name, rows in tables.items()
        }
    files = {f"{name}.csv": table(headers[name], rows) for name, rows in tables.items()}
    modes = {name: mode if name in tables else "absent" for name in headers}
    return {"manifest.csv": manifest(modes, version), **files}


def packed(files: Mapping[str, str | bytes]) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in files.items():
            made.writestr(name, content)
    return archive.getvalue()


def roster(tables: Mapping[str, Rows], *, mode: str = "bulk", version: str = "1.2") -> bytes:
    return packed(texts(tables, mode=mode, version=version))
