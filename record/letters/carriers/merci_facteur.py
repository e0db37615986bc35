"""Merci Facteur (API 1.2): registered letters printed and posted in France, their receipts scanned (``lrare``), or sent
electronically to who agreed to that (``ere_otp_mail``).

Written after its public documentation (docs/letters.md says which part could not be tried). ``antidoublon`` is the
idempotency key: for 30 days a second letter with it is refused. Its webhooks bear a secret and no signature, so none
of what they say is taken at its word: the carrier is asked.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import json
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode

from django.utils.translation import gettext_lazy as _

from record import http
from record.letters.types import (
    Address,
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
from .calling import Ask, acting, asking, form, read

BASE = "https://www.merci-facteur.com/api/1.2/prod/service"

KINDS = {
    "pris_en_charge": "deposited",
    "attente_au_guichet": "presented",
    "distribue": "delivered",
    "accepted": "delivered",
    "accepted_downloaded": "delivered",
    "refused": "refused",
    "expired": "unclaimed",
    "distribue_expediteur": "unclaimed",
}
"""What its states mean here. A paper letter that came back was not claimed or was refused: the API does not tell which,
so it counts as not claimed, which takes no effect by itself."""

PROOFS = {"depot": "deposit", "reception": "receipt", "telechargement": "receipt"}


class MerciFacteur:
    """The adapter; ``sender`` is the school's address in their fields."""

    asked = True
    repeats_known_for: timedelta | None = timedelta(days=29)
    can_find = False

    def __init__(
        self,
        *,
        service_id: str,
        secret_key: str,
        user_id: str,
        sender: dict[str, str],
        webhook_secret: str = "",
        electronic: bool = False,
        base: str = BASE,
        ask: Ask = http.request,
    ) -> None:
        self.electronic = electronic
        self.name = "merci-facteur-electronic" if electronic else "merci-facteur"
        self.label = _("Merci Facteur, electronically") if electronic else _("Merci Facteur, on paper")
        self.service_id, self.secret_key, self.user_id = service_id, secret_key, user_id
        self.sender, self.webhook_secret, self.base, self._ask = sender, webhook_secret, base, ask
        self._token, self._until = "", datetime.min.replace(tzinfo=UTC)

    def hand_over(self, parcel: Parcel) -> Taken:
        try:
            headers = self._headers(parcel.called_at)
        except CannotTell as error:
            raise NotTaken(str(error)) from error
        fields = {
            "idUser": self.user_id,
            "modeEnvoi": "ere_otp_mail" if self.electronic else "lrare",
            "adress": json.dumps({"exp": self.sender, "dest": [self._addressee(parcel)]}, ensure_ascii=False),
            "content": json.dumps(
                {
                    "letter": {
                        "base64files": [base64.b64encode(parcel.pdf()).decode()],
                        "final_filename": "letter.pdf",
                        "print_sides": "recto",
                    }
                }
            ),
            "antidoublon": parcel.key.hex,
        }
        sent, body = form(fields)
        answer = acting(
            self._ask,
            "POST",
            f"{self.base}/sendCourrier",
            headers={**headers, **sent},
            body=body,
            timeout=90.0,
        )
        try:
            said = read(answer)
        except ValueError as error:
            raise Unanswered("an answer that cannot be read") from error
        if said.get("success") is True:
            ids = said.get("envoi_id")
            first = ids[0] if isinstance(ids, list) and ids else ids
            return Taken(str(first or ""))
        code = _code(said)
        if "DOUBLON" in code.upper():
            # It has the letter of this key already: an earlier attempt succeeded. Its webhooks say under which id.
            return Taken("")
        if answer.status == 401:
            raise NotTaken(f"it does not let us in: {code}")
        raise Rejected(code)

    def _addressee(self, parcel: Parcel) -> dict[str, Any]:
        found = _addressee(parcel)
        if self.electronic:
            # Nobody without an address and a consent is given to this carrier (services.choose_carrier).
            found |= {"email": parcel.address.email, "consent": 1}
        return found

    def find(self, parcel: Parcel) -> Taken | None:
        raise CannotTell("it finds no letter by its key")

    def look(self, parcel: Parcel, now: datetime) -> Looked:
        if not parcel.provider_id:
            raise CannotTell("its id is not known yet")
        headers = self._headers(now)
        answer = asking(
            self._ask,
            "GET",
            f"{self.base}/getSuiviEnvoi?{urlencode({'idEnvoi': parcel.provider_id})}",
            headers=headers,
        )
        try:
            said = read(answer)
        except ValueError as error:
            raise CannotTell("an answer that cannot be read") from error
        if said.get("success") is not True:
            raise CannotTell(_code(said))
        news, tracking = _followed(said)
        proofs = []
        if tracking:
            wanted = ["depot"]
            if any(each.kind == "delivered" for each in news):
                wanted.append("telechargement" if self.electronic else "reception")
            proofs = [proof for kind in wanted if (proof := self._proof(tracking, kind, headers)) is not None]
        return Looked(tuple(news), tuple(proofs), tracking)

    def _proof(self, tracking: str, kind: str, headers: dict[str, str]) -> Proof | None:
        query = urlencode({"trackingNumber": tracking, "document": kind})
        answer = asking(self._ask, "GET", f"{self.base}/getProof?{query}", headers=headers, timeout=60.0)
        try:
            said = read(answer)
            content = base64.b64decode(str(said.get("document") or ""), validate=True)
        except (ValueError, binascii.Error):
            return None
        ending = str(said.get("format_return") or "pdf").lower()
        if said.get("success") is not True or not content or ending not in ("pdf", "jpg", "jpeg"):
            return None  # there is none yet
        return Proof(PROOFS[kind], content, f"{PROOFS[kind]}.{ending}")

    def read_notice(self, received: Received, now: datetime) -> list[Notice]:
        given = received.headers.get("x-mf-webhook-secret-key", "")
        if not self.webhook_secret or not hmac.compare_digest(given, self.webhook_secret):
            raise Forged("it does not bear the secret")
        try:
            fields = parse_qs(received.body.decode(), strict_parsing=True)
            event, detail = json.loads(fields["event"][0]), json.loads(fields["detail"][0])
            at = int(event["date_event"])
            return [
                Notice(
                    f"{event['name_event']}:{each['statut_courrier']}:{each['ref_courrier']}:{at}",
                    provider_id=str(each["id_envoi"]),
                    reference=str(each.get("ref_interne") or ""),
                    tracking_number=str(each.get("tracking_number") or ""),
                )
                for each in detail
            ]
        except (ValueError, KeyError, TypeError, IndexError, RecursionError) as error:
            raise Forged(f"it cannot be read: {type(error).__name__}") from error

    def _headers(self, now: datetime) -> dict[str, str]:
        """With the day's token. A signature is good for five minutes, a token for a day. Raises CannotTell."""
        if now >= self._until or not self._token:
            stamp = str(int(now.timestamp()))
            signature = hmac.new(self.secret_key.encode(), f"{self.service_id}{stamp}".encode(), "sha256")
            answer = asking(
                self._ask,
                "GET",
                f"{self.base}/getToken",
                headers={
                    "ww-service-signature": signature.hexdigest(),
                    "ww-timestamp": stamp,
                    "ww-service-id": self.service_id,
                    "ww-authorized-ip": "111.111.111",
                },
            )
            try:
                said = read(answer)
                self._token = str(said["token"])
                self._until = datetime.fromtimestamp(int(said["expire"]), UTC) - timedelta(minutes=1)
            except (ValueError, KeyError, TypeError) as error:
                raise CannotTell("it gives no token") from error
        return {"ww-service-id": self.service_id, "ww-access-token": self._token}


def _addressee(parcel: Parcel) -> dict[str, Any]:
    address: Address = parcel.address
    lines = [*address.lines, "", "", ""]
    return {
        "civilite": "",
        "nom": address.family_name or ("" if address.company else address.name),
        "prenom": address.given_name,
        "societe": address.company,
        "adresse1": lines[0],
        "adresse2": lines[1],
        "adresse3": lines[2],
        "cp": address.postal_code,
        "ville": address.city,
        "pays": "FRANCE" if address.country == "FR" else address.country,
        "reference": parcel.reference,
    }


def _followed(said: dict[str, Any]) -> tuple[list[News], str]:
    """The states of the one letter of an answer; what has no instant or no meaning here is left out."""
    news, tracking = [], ""
    for each in _dicts(said):
        tracking = tracking or str(each.get("tracking_number") or each.get("trackingNumber") or "")
        kind = KINDS.get(str(each.get("statut_courrier") or each.get("statut") or ""))
        instant = _instant(each.get("date_event") or each.get("date"))
        if kind and instant is not None:
            news.append(News(kind, instant, f"{kind}:{instant.isoformat()}", json.dumps(each)[:4000]))
    return news, tracking


def _dicts(value: Any) -> list[dict[str, Any]]:
    if isinstance(value, dict):
        return [value, *(found for each in value.values() for found in _dicts(each))]
    if isinstance(value, list):
        return [found for each in value for found in _dicts(each)]
    return []


def _instant(value: Any) -> datetime | None:
    try:
        return datetime.fromtimestamp(int(value), UTC)
    except (TypeError, ValueError, OverflowError, OSError):
        return None


def _code(said: dict[str, Any]) -> str:
    error = said.get("error")
    if isinstance(error, dict):
        return str(error.get("code") or error.get("text") or "UNKNOWN")
    return str(error or "UNKNOWN")
