"""Participant reports for tests, in the shapes that Zoom and Microsoft Teams export; every person is made up."""

from __future__ import annotations

from collections.abc import Sequence

ZOOM_BLOCK = (
    "Meeting ID,Topic,Start Time,End Time,User Email,Duration (Minutes),Participants\n"
    '"812 3456 7890",Mentoring,03/03/2026 01:55:00 PM,03/03/2026 02:50:00 PM,tess@example.org,55,2\n'
    "\n"
)
ZOOM_HEADER = (
    "Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes),Guest,Recording Consent\n"
)
ZOOM_HEADER_2023 = (
    "Name (original name),Email,Join time,Leave time,Duration (minutes),Guest,Recording disclaimer response,"
    "In waiting room\n"
)
ZOOM_HEADER_FR = (
    "Nom (nom original),Adresse e-mail de l’utilisateur,Heure d’arrivée,Heure de départ,"
    "Durée (minutes),Invité\n"
)

Line = tuple[str, str, str, str]  # name, e-mail, join, leave


def zoom(lines: Sequence[Line], *, block: bool = True, header: str = ZOOM_HEADER, mark: bool = True) -> bytes:
    extra = "," * (header.count(",") - 5)
    rows = "".join(f'"{name}",{email},{join},{leave},40,No{extra}\n' for name, email, join, leave in lines)
    return (("\ufeff" if mark else "") + (ZOOM_BLOCK if block else "") + header + rows).encode()


def teams(lines: Sequence[Line], *, activities: Sequence[Line] | None = None, mark: bool = True) -> bytes:
    """The report since 2022: UTF-16 with tabs, in numbered sections."""
    text = [
        "1. Summary",
        "Meeting title\tMentoring",
        f"Attended participants\t{len(lines)}",
        "Start time\t3/3/26, 1:55:00 PM",
        "End time\t3/3/26, 2:50:00 PM",
        "Meeting duration\t55m",
        "Average attendance time\t40m",
        "",
        "2. Participants",
        "Name\tFirst Join\tLast Leave\tIn-Meeting Duration\tEmail\tParticipant ID (UPN)\tRole",
    ]
    text += [
        f"{name}\t{join}\t{leave}\t40m 2s\t{email}\t{email}\tPresenter" for name, email, join, leave in lines
    ]
    text += ["", "3. In-Meeting Activities", "Name\tJoin Time\tLeave Time\tDuration\tEmail\tRole"]
    text += [
        f"{name}\t{join}\t{leave}\t20m\t{email}\tPresenter"
        for name, email, join, leave in (lines if activities is None else activities)
    ]
    content = "\r\n".join(text) + "\r\n"
    return content.encode("utf-16") if mark else content.encode("utf-16-le")


def teams_2020(lines: Sequence[tuple[str, str, str]]) -> bytes:
    """The first format: name, action, time; no addresses."""
    return (
        "Full Name\tUser Action\tTimestamp\r\n" + "".join("\t".join(line) + "\r\n" for line in lines)
    ).encode("utf-16")
