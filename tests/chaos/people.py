"""Students who give notice through the web server while it dies: each tries again until it has an answer."""

from __future__ import annotations

import http.client
import secrets
import threading
from urllib.parse import urlencode

from django.conf import settings
from django.test import Client

from accounts.models import User


class Student:
    """A signed-in browser."""

    def __init__(self, user: User, session_id: int) -> None:
        client = Client()
        client.force_login(user)
        self.cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
        self.session_id = session_id
        self.tries = 0

    def give_notice(self, port: int) -> bool:
        """Whether the platform took it (or says that it has it)."""
        self.tries += 1
        token = secrets.token_hex(16)
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        try:
            connection.request(
                "POST",
                f"/portal/sessions/{self.session_id}/notice/",
                urlencode({"reason": "The train stands"}),
                {
                    "Cookie": f"{settings.SESSION_COOKIE_NAME}={self.cookie}; {settings.CSRF_COOKIE_NAME}={token}",
                    "X-CSRFToken": token,
                    "Content-Type": "application/x-www-form-urlencoded",
                },
            )
            return connection.getresponse().status == 302
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()


class Crowd(threading.Thread):
    """Gives the notices one after the other, spread over the time of the kills."""

    def __init__(self, students: list[Student], port: int, seconds: float) -> None:
        super().__init__(daemon=True)
        self.waiting, self.port = list(students), port
        self.pause = seconds / max(1, len(students))
        self.tries = 0
        self.give_up = threading.Event()

    def run(self) -> None:
        rest = threading.Event()
        while self.waiting and not self.give_up.is_set():
            student = self.waiting.pop(0)
            self.tries += 1
            if not student.give_notice(self.port):
                self.waiting.append(student)
            rest.wait(self.pause)
