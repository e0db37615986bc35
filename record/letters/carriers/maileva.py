"""Maileva (Docaposte, registered_mail/v4): registered letters printed and posted by La Poste.

Written after its published OpenAPI descriptions (docs/letters.md says which part could not be tried). Handing over
takes four calls: a draft with our key as ``custom_id``, its document, its recipient, its submission. A draft carries
nothing; only the submission does, so a repetition first looks for the key among the sendings and goes on from there.
"""

from __future__ import annotations

import base64
import hmac
import json
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext_lazy as _

from record import http
from record.letters.types import (
    CannotTell,
    Forged,
    Looked,
    News,
    Notice,
    NotTaken,
    Parcel,
    Proof,
    Rejected,
    Taken,
    Unanswered,
)

from .base import Received
from .calling import Ask, acting, asking, form, multipart, read

AUTH = "https://connexion.maileva.com/auth/realms/services/protocol/openid-connect/token"
BASE = "https://api.maileva.com/registered_mail/v4"

PAGE, MOST_PAGES = 500, 20

CATEGORIES = {"DELIVERING": "deposited", "FIRST_PRESENTATION": "presented", "DELIVERED": "delivered"}
UNDELIVERED = {"N05": "refused", "N03": "unclaimed", "N02": "unclaimed", "N07": "unclaimed"}
PROOFS = {
    "deposit_proof_url": "deposit",
    "content_proof_url": "content",
    "acknowledgement_of_receipt_url": "receipt",
}


class Maileva:
    """The adapter; ``sender`` are the six lines of the school's address."""

    name = "maileva"
    label = _("Maileva")
    electronic = False
    asked = True
    repeats_known_for: timedelta | None = None
    can_find = True
    hook_answer = 201  # anything else is a failure to them, and they come again

    def __init__(
        self,
        *,
        client_id: str,
        client_secret: str,
        username: str,
        password: str,
        sender: tuple[str, ...],
        webhook_login: str = "",
        webhook_password: str = "",
        base: str = BASE,
        auth: str = AUTH,
        ask: Ask = http.request,
    ) -> None:
        self._client = base64.b64encode(f"{client_id}:{client_secret}".encode()).decode()
        self._user = {"grant_type": "password", "username": username, "password": password}
        self.sender, self.base, self.auth, self._ask = sender, base, auth, ask
        self._webhook = base64.b64encode(f"{webhook_login}:{webhook_password}".encode()).decode()
        self._webhook_open = bool(webhook_login and webhook_password)
        self._token, self._until = "", datetime.min.replace(tzinfo=UTC)

    # --- Handing over

    def hand_over(self, parcel: Parcel) -> Taken:
        try:
            headers = self._headers(parcel.called_at)
            sending = self._sending_of(parcel, headers)
        except CannotTell as error:
            raise NotTaken(str(error)) from error
        if sending is not None and sending["status"] != "DRAFT":
            return Taken(str(sending["id"]))
        draft = str(sending["id"]) if sending else self._draft(parcel, headers)
        self._fill(draft, parcel, headers)
        self._do("POST", f"/sendings/{draft}/submit", headers, final=True)
        return Taken(draft)

    def find(self, parcel: Parcel) -> Taken | None:
        sending = self._sending_of(parcel, self._headers(parcel.called_at))
        # A draft is not on its way: handing over goes on with it.
        return None if sending is None or sending["status"] == "DRAFT" else Taken(str(sending["id"]))

    def _draft(self, parcel: Parcel, headers: dict[str, str]) -> str:
        lines = {f"sender_address_line_{n}": line for n, line in enumerate(self.sender, 1) if line}
        said = self._do(
            "POST",
            "/sendings",
            headers,
            {
                "name": parcel.title[:256],
                "custom_id": parcel.key.hex,
                "acknowledgement_of_receipt": True,
                "returned_mail_scanning": True,
                "archiving_duration": 3,
                "sender_country_code": "FR",
                **lines,
            },
        )
        return str(said["id"])

    def _fill(self, draft: str, parcel: Parcel, headers: dict[str, str]) -> None:
        """The document and the recipient, each once: a broken draft may have them already."""
        there = self._get(f"/sendings/{draft}/documents", headers)
        if not there.get("documents"):
            kind, body = multipart(
                {"metadata": json.dumps({"name": "letter.pdf", "priority": 1})},
                [("document", "letter.pdf", "application/pdf", parcel.pdf())],
            )
            self._send("POST", f"/sendings/{draft}/documents", {**headers, **kind}, body)
        there = self._get(f"/sendings/{draft}/recipients", headers)
        if not there.get("recipients"):
            self._do("POST", f"/sendings/{draft}/recipients", headers, _recipient(parcel))

    def _sending_of(self, parcel: Parcel, headers: dict[str, str]) -> dict[str, Any] | None:
        """The sending with our key. Their list knows no filter by it: it is gone through, the whole of it or not at
        all, for what is not found must certainly not be there."""
        for page in range(MOST_PAGES):
            query = urlencode({"start_index": 1 + page * PAGE, "count": PAGE})
            said = self._get(f"/sendings?{query}", headers)
            rows = said.get("sendings")
            if not isinstance(rows, list):
                raise CannotTell("a list that is none")
            for row in rows:
                if str(row.get("custom_id") or "") == parcel.key.hex:
                    return dict(row)
            if len(rows) < PAGE:
                return None
        raise CannotTell("more sendings than can be gone through")

    def _do(
        self,
        method: str,
        path: str,
        headers: dict[str, str],
        body: dict[str, Any] | None = None,
        *,
        final: bool = False,
    ) -> dict[str, Any]:
        sent = json.dumps(body).encode() if body is not None else b""
        kind = {"Content-Type": "application/json"} if body is not None else {}
        return self._send(method, path, {**headers, **kind}, sent, final=final)

    def _send(
        self, method: str, path: str, headers: dict[str, str], body: bytes, *, final: bool = False
    ) -> dict[str, Any]:
        """One call. Before the submission nothing is on its way, so that silence is no doubt; at it, it is."""
        try:
            answer = acting(self._ask, method, f"{self.base}{path}", headers=headers, body=body, timeout=60.0)
        except Unanswered as error:
            if final:
                raise
            raise NotTaken(str(error)) from error
        if answer.status == 401:
            self._token = ""
            raise NotTaken("it does not let us in")
        if answer.status >= 400:
            raise Rejected(answer.body.decode(errors="replace")[:300])
        try:
            return read(answer) if answer.body else {}
        except ValueError as error:
            if final:
                return {}
            raise NotTaken("an answer that cannot be read") from error

    # --- Following

    def look(self, parcel: Parcel, now: datetime) -> Looked:
        headers = self._headers(now)
        said = self._get(f"/sendings/{parcel.provider_id}/recipients", headers)
        rows = said.get("recipients")
        if not isinstance(rows, list) or not rows:
            raise CannotTell("a letter without its recipient")
        row = rows[0]
        proofs = []
        for field, kind in self._proofs_of(row):
            found = self._proof(str(row[field]), kind, headers)
            if found is not None:
                proofs.append(found)
        return Looked(tuple(_news(row)), tuple(proofs), str(row.get("registered_number") or ""))

    @staticmethod
    def _proofs_of(row: dict[str, Any]) -> list[tuple[str, str]]:
        wanted = [(field, kind) for field, kind in PROOFS.items() if row.get(field)]
        if row.get("undelivered_mail_url"):
            reason = UNDELIVERED.get(str(row.get("undelivered_mail_reason") or ""), "unclaimed")
            wanted.append(("undelivered_mail_url", "refusal" if reason == "refused" else "unclaimed"))
        return wanted

    def _proof(self, path: str, kind: str, headers: dict[str, str]) -> Proof | None:
        if not path.startswith("/"):
            return None  # never to another host than theirs
        answer = asking(self._ask, "GET", f"{self.base}{path}", headers=headers, timeout=60.0)
        if answer.status != 200 or not answer.body:
            return None
        ending = "pdf" if answer.body.startswith(b"%PDF") else "jpg"
        return Proof(kind, answer.body, f"{kind}.{ending}")

    def read_notice(self, received: Received, now: datetime) -> list[Notice]:
        """Basic authentication, which they are given with the subscription, and no signature: a reason to ask."""
        scheme, _space, given = received.headers.get("authorization", "").partition(" ")
        if not (
            self._webhook_open
            and scheme.lower() == "basic"
            and hmac.compare_digest(given.strip(), self._webhook)
        ):
            raise Forged("it does not bear the password")
        try:
            said: dict[str, Any] = json.loads(received.body)
            kind, resource = str(said["resource_type"]), str(said["resource_id"])
            if not kind.startswith("registered_mail/v4/"):
                return []
            notice_id = f"{said['event_type']}:{resource}:{said['event_date']}"
            location = [part for part in str(said.get("resource_location") or "").split("/") if part]
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise Forged(f"it cannot be read: {type(error).__name__}") from error
        sending = resource
        if kind.endswith("/recipients") and "sendings" in location[:-1]:
            sending = location[location.index("sendings") + 1]
        return [Notice(notice_id, provider_id=sending)]

    # --- Asking

    def _get(self, path: str, headers: dict[str, str]) -> dict[str, Any]:
        answer = asking(self._ask, "GET", f"{self.base}{path}", headers=headers)
        if answer.status == 401:
            self._token = ""
        if answer.status != 200:
            raise CannotTell(f"it answered {answer.status}")
        try:
            return read(answer)
        except ValueError as error:
            raise CannotTell("an answer that cannot be read") from error

    def _headers(self, now: datetime) -> dict[str, str]:
        if now >= self._until or not self._token:
            kind, body = form(self._user)
            answer = asking(
                self._ask,
                "POST",
                self.auth,
                headers={**kind, "Authorization": f"Basic {self._client}"},
                body=body,
            )
            try:
                said = read(answer)
                self._token = str(said["access_token"])
                self._until = now + timedelta(seconds=max(int(said.get("expires_in", 60)) - 30, 0))
            except (ValueError, KeyError, TypeError) as error:
                raise CannotTell("it gives no token") from error
        return {"Authorization": f"Bearer {self._token}", "Accept": "application/json"}


def _recipient(parcel: Parcel) -> dict[str, Any]:
    address = parcel.address
    lines = [*address.lines, "", "", ""]
    return {
        "custom_id": parcel.reference,
        "address_line_1": address.company[:38],
        "address_line_2": "" if address.company == address.name else address.name[:38],
        "address_line_3": lines[1][:38],
        "address_line_4": lines[0][:38],
        "address_line_5": lines[2][:38],
        "address_line_6": f"{address.postal_code} {address.city}"[:38],
        "country_code": address.country,
    }


def _news(row: dict[str, Any]) -> list[News]:
    found = []
    for each in row.get("main_delivery_statuses") or []:
        kind = CATEGORIES.get(str(each.get("category") or ""))
        if each.get("category") == "UNDELIVERED":
            kind = UNDELIVERED.get(str(row.get("undelivered_mail_reason") or ""))
        at = _instant(each.get("date"))
        if kind and at is not None:
            found.append(News(kind, at, f"{kind}:{at.isoformat()}", json.dumps(each)[:4000]))
    deposited = _instant(row.get("deposit_proof_date"))
    if deposited is not None:
        found.append(News("deposited", deposited, f"deposit-proof:{deposited.isoformat()}"))
    return found


def _instant(value: Any) -> datetime | None:
    try:
        at = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return at if at.utcoffset() is not None else None
