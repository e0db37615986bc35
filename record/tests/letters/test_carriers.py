"""The adapters of providers, against answers made up after their documentation: what is certain, and what is not."""

from __future__ import annotations

import base64
import json
import uuid
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlencode

import pytest

from record import http
from record.letters.carriers import all_carriers
from record.letters.carriers.base import Received
from record.letters.carriers.maileva import Maileva
from record.letters.carriers.merci_facteur import MerciFacteur
from record.letters.types import Address, CannotTell, Forged, NotTaken, Parcel, Rejected, Taken, Unanswered

NOW = datetime(2026, 3, 5, 13, tzinfo=UTC)
ADDRESS = Address(
    "Ada Example", ("1 Example Street", "Flat 2"), "75000", "Example", family_name="Example", given_name="Ada"
)
PARCEL = Parcel(
    uuid.UUID(int=7), "A decision", ADDRESS, NOW, provider_id="77", pdf=lambda: b"%PDF-1.7 letter"
)


class Provider:
    """Answers by the end of an address: JSON, a status with JSON, an exception, or what a function makes of it."""

    def __init__(self, **answers):
        self.answers, self.asked = answers, []

    def __call__(self, method, url, *, headers=None, body=b"", timeout=30.0, **how):
        path = url.partition("?")[0].rstrip("/")
        self.asked.append((method, url, dict(headers or {}), body))
        for name, answer in sorted(self.answers.items(), key=lambda each: -len(each[0])):
            verb, _underscore, end = name.partition("_")
            if verb == method.lower() and path.endswith(end.replace("__", "/")):
                found = answer(url, body) if callable(answer) else answer
                if isinstance(found, Exception):
                    raise found
                status, said = found if isinstance(found, tuple) else (200, found)
                return http.Answer(status, {}, said if isinstance(said, bytes) else json.dumps(said).encode())
        raise AssertionError(f"nobody expected {method} {url}")

    def calls(self, method, end):
        return [row for row in self.asked if row[0] == method and row[1].partition("?")[0].endswith(end)]


# --- Merci Facteur

TOKEN = {"success": True, "token": "t", "expire": int((NOW + timedelta(days=1)).timestamp())}


def merci(electronic=False, **answers):
    provider = Provider(**{"get_getToken": TOKEN, **answers})
    carrier = MerciFacteur(
        service_id="s", secret_key="k", user_id="9", sender={"societe": "School"}, webhook_secret="hush",
        electronic=electronic, ask=provider,
    )  # fmt: skip
    return carrier, provider


def test_merci_facteur_takes_a_letter_with_our_key():
    carrier, provider = merci(post_sendCourrier={"success": True, "envoi_id": ["4711"]})
    assert carrier.hand_over(PARCEL) == Taken("4711")
    assert carrier.hand_over(PARCEL) == Taken("4711")
    assert len(provider.calls("GET", "/getToken")) == 1  # one token a day
    (_method, _url, headers, body), *_more = provider.calls("POST", "/sendCourrier")
    sent = {name: value[0] for name, value in parse_qs(body.decode()).items()}
    assert (sent["antidoublon"], sent["modeEnvoi"], headers["ww-access-token"]) == (
        PARCEL.key.hex,
        "lrare",
        "t",
    )
    (to,) = json.loads(sent["adress"])["dest"]
    assert (to["nom"], to["adresse1"], to["cp"], to["reference"]) == (
        "Example",
        "1 Example Street",
        "75000",
        PARCEL.reference,
    )
    (file,) = json.loads(sent["content"])["letter"]["base64files"]
    assert base64.b64decode(file) == b"%PDF-1.7 letter"


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ({"success": False, "error": {"code": "ANTIDOUBLON_EXISTS"}}, Taken("")),
        ((400, {"success": False, "error": {"code": "BAD_ADDRESS"}}), Rejected),
        ((401, {"success": False, "error": "TOKEN"}), NotTaken),
        ((500, {}), Unanswered),
        ((200, b"<html>"), Unanswered),
        ((429, {}), NotTaken),
        (http.Broken("silence"), Unanswered),
        (http.NotConnected("nobody"), NotTaken),
    ],
)
def test_merci_facteur_says_what_is_certain(answer, outcome):
    carrier, _provider = merci(post_sendCourrier=answer)
    if isinstance(outcome, Taken):
        assert carrier.hand_over(PARCEL) == outcome
    else:
        with pytest.raises(outcome):
            carrier.hand_over(PARCEL)


def test_merci_facteur_electronic_names_address_and_consent():
    carrier, provider = merci(electronic=True, post_sendCourrier={"success": True, "envoi_id": 5})
    parcel = Parcel(
        PARCEL.key, "t", Address("A", ("x",), "75000", "E", email="a@example.org", consent=True), NOW
    )
    assert carrier.hand_over(parcel) == Taken("5")
    sent = parse_qs(provider.calls("POST", "/sendCourrier")[0][3].decode())
    (to,) = json.loads(sent["adress"][0])["dest"]
    assert (sent["modeEnvoi"][0], to["email"], to["consent"]) == ("ere_otp_mail", "a@example.org", 1)


def test_merci_facteur_tells_states_and_proofs():
    at = int(NOW.timestamp())
    states = [
        {"statut_courrier": "pris_en_charge", "date": at, "tracking_number": "2C1"},
        {"statut_courrier": "traitement", "date": at + 60},
        {"statut_courrier": "distribue", "date": at + 3600},
    ]
    paper = {"success": True, "format_return": "pdf", "document": base64.b64encode(b"%PDF").decode()}
    carrier, _provider = merci(get_getSuiviEnvoi={"success": True, "suivi": states}, get_getProof=paper)
    looked = carrier.look(PARCEL, NOW)
    assert [news.kind for news in looked.news] == ["deposited", "delivered"]
    assert [proof.kind for proof in looked.proofs] == ["deposit", "receipt"]
    assert looked.tracking_number == "2C1"


def test_abuse_54_merci_facteurs_webhook_needs_the_secret_and_is_a_reason_to_ask():
    carrier, _provider = merci()
    fields = {
        "event": json.dumps({"name_event": "delivered", "id_user": 9, "date_event": 1}),
        "detail": json.dumps(
            [{"statut_courrier": "distribue", "ref_courrier": "1-2", "id_envoi": "77", "ref_interne": "r"}]
        ),
    }
    body = urlencode(fields).encode()
    with pytest.raises(Forged):
        carrier.read_notice(Received({}, body, ""), NOW)
    with pytest.raises(Forged):
        carrier.read_notice(Received({"x-mf-webhook-secret-key": "hush"}, b"event=1", ""), NOW)
    (notice,) = carrier.read_notice(Received({"x-mf-webhook-secret-key": "hush"}, body, ""), NOW)
    assert (notice.provider_id, notice.reference, notice.news) == ("77", "r", ())


# --- Maileva


def maileva(**answers):
    provider = Provider(
        **{
            "post_token": {"access_token": "t", "expires_in": 300},
            "get_sendings": {"sendings": []},
            "post_sendings": (201, {"id": "d1"}),
            "get_documents": {"documents": []},
            "post_documents": (201, {}),
            "get_recipients": {"recipients": []},
            "post_recipients": (201, {}),
            "post_submit": (200, b""),
            **answers,
        }
    )
    carrier = Maileva(
        client_id="c", client_secret="s", username="u", password="p",
        sender=("School", "", "", "1 Street", "", "75000 X"),
        webhook_login="hook", webhook_password="hush", ask=provider,
    )  # fmt: skip
    return carrier, provider


OURS = {"id": "d1", "custom_id": PARCEL.key.hex}


def test_maileva_takes_a_letter_in_four_steps():
    carrier, provider = maileva()
    assert carrier.hand_over(PARCEL) == Taken("d1")
    asked = [
        f"{method} {url.rpartition('/')[2].partition('?')[0]}"
        for method, url, _headers, _body in provider.asked
    ]
    assert asked == [
        "POST token", "GET sendings", "POST sendings", "GET documents", "POST documents", "GET recipients",
        "POST recipients", "POST submit",
    ]  # fmt: skip
    draft = json.loads(provider.calls("POST", "/sendings")[0][3])
    assert draft["custom_id"] == PARCEL.key.hex
    recipient = json.loads(provider.calls("POST", "/recipients")[0][3])
    assert (recipient["address_line_2"], recipient["address_line_6"]) == ("Ada Example", "75000 Example")


def test_maileva_goes_on_with_a_draft_and_takes_no_letter_twice():
    draft = {"sendings": [{**OURS, "status": "DRAFT"}]}
    carrier, provider = maileva(get_sendings=draft, get_documents={"documents": [1]})
    assert carrier.find(PARCEL) is None  # a draft carries nothing
    assert carrier.hand_over(PARCEL) == Taken("d1")
    assert not provider.calls("POST", "/sendings")
    assert not provider.calls("POST", "/documents")
    carrier, provider = maileva(get_sendings={"sendings": [{**OURS, "status": "PENDING"}]})
    assert carrier.find(PARCEL) == Taken("d1")
    assert carrier.hand_over(PARCEL) == Taken("d1")
    assert not provider.calls("POST", "/submit")


@pytest.mark.parametrize(
    ("answers", "outcome"),
    [
        ({"post_submit": http.Broken("silence")}, Unanswered),
        ({"post_submit": (503, b"")}, Unanswered),
        ({"post_submit": (400, {"errors": []})}, Rejected),
        ({"post_recipients": http.Broken("silence")}, NotTaken),  # a draft carries nothing
        ({"post_recipients": (400, {"errors": [{"code": "INVALID_ADDRESS_LINE_6"}]})}, Rejected),
        ({"get_sendings": (500, b"")}, NotTaken),
        ({"post_token": (401, {})}, NotTaken),
    ],
)
def test_maileva_says_what_is_certain(answers, outcome):
    carrier, _provider = maileva(**answers)
    with pytest.raises(outcome):
        carrier.hand_over(PARCEL)


def test_maileva_finds_nothing_only_when_it_has_gone_through_all():
    page = {"sendings": [{"custom_id": "x", "status": "PENDING", "id": str(n)} for n in range(500)]}
    carrier, _provider = maileva(get_sendings=page)
    with pytest.raises(CannotTell):
        carrier.find(PARCEL)


def test_maileva_tells_states_and_proofs():
    row = {
        "registered_number": "1E1",
        "main_delivery_statuses": [
            {"category": "FIRST_PRESENTATION", "date": "2026-03-06T09:00:00.000Z"},
            {"category": "UNDELIVERED", "date": "2026-03-07T09:00:00.000Z"},
        ],
        "undelivered_mail_reason": "N05",
        "undelivered_mail_url": "/sendings/77/recipients/1/download_undelivered_mail",
        "deposit_proof_date": "2026-03-05T17:00:00.000Z",
        "deposit_proof_url": "https://elsewhere.example.org/stolen",  # never to another host
    }
    carrier, provider = maileva(
        get_recipients={"recipients": [row]}, get_download_undelivered_mail=(200, b"%PDF")
    )
    looked = carrier.look(PARCEL, NOW)
    assert sorted(news.kind for news in looked.news) == ["deposited", "presented", "refused"]
    assert [proof.kind for proof in looked.proofs] == ["refusal"]
    assert not any("elsewhere" in url for _method, url, _headers, _body in provider.asked)


def test_abuse_54_mailevas_webhook_needs_its_password_and_is_a_reason_to_ask():
    carrier, _provider = maileva()
    body = json.dumps(
        {
            "event_type": "ON_MAIN_DELIVERY_STATUS_DELIVERED",
            "resource_type": "registered_mail/v4/recipients",
            "event_date": "2026-03-07T09:00:00Z",
            "resource_id": "r1",
            "resource_location": "https://api.maileva.com/registered_mail/v4/sendings/77/recipients/r1",
        }
    ).encode()
    given = base64.b64encode(b"hook:hush").decode()
    for headers in ({}, {"authorization": "Basic aGk6aGk="}, {"authorization": f"Bearer {given}"}):
        with pytest.raises(Forged):
            carrier.read_notice(Received(headers, body, ""), NOW)
    (notice,) = carrier.read_notice(Received({"authorization": f"Basic {given}"}, body, ""), NOW)
    assert (notice.provider_id, notice.news) == ("77", ())


def test_a_carrier_is_there_once_its_settings_are_complete(settings, tmp_path):
    assert set(all_carriers()) == {"hand"}
    settings.LETTER_SENDER = "School|1 Example Street|75000|Example"
    for name in ("SERVICE_ID", "SECRET_KEY", "USER_ID"):
        setattr(settings, f"MERCI_FACTEUR_{name}", "x")
    for name in ("CLIENT_ID", "CLIENT_SECRET", "USERNAME", "PASSWORD"):
        setattr(settings, f"MAILEVA_{name}", "x")
    settings.LETTER_SIMULATOR_DIR = str(tmp_path)
    settings.DEBUG = False
    assert set(all_carriers()) == {"hand", "merci-facteur", "merci-facteur-electronic", "maileva"}
    settings.DEBUG = True
    assert "simulator" in all_carriers()
