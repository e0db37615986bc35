"""Who carries letters: one adapter each. *By hand and post* is there always; the others need their settings."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from . import maileva, merci_facteur, simulator
from .base import Carrier
from .hand import ByHandAndPost

__all__ = ["Carrier", "all_carriers", "get_carrier", "register", "unregister"]

_REGISTERED: dict[str, Carrier] = {}
_BUILT: dict[str, tuple[Any, Carrier]] = {}


def register(carrier: Carrier) -> Carrier:
    """Add a carrier that is not built in (a school's own, a test's)."""
    _REGISTERED[carrier.name] = carrier
    return carrier


def unregister(name: str) -> None:
    _REGISTERED.pop(name, None)


def all_carriers() -> dict[str, Carrier]:
    """The carriers that are set up, by name. An adapter is kept while its settings are the same: it holds a token."""
    found: dict[str, Carrier] = {"hand": ByHandAndPost()}
    for name, wanted, make in _settings():
        if wanted:
            if _BUILT.get(name, (None,))[0] != wanted:
                _BUILT[name] = (wanted, make(wanted))
            found[name] = _BUILT[name][1]
    return {**found, **_REGISTERED}


def get_carrier(name: str) -> Carrier:
    """The carrier of this name; KeyError where it is not set up (any more)."""
    return all_carriers()[name]


def _settings() -> list[tuple[str, Any, Any]]:
    """Name, complete settings (or nothing), and how the adapter is made of them."""
    merci = tuple(_text(f"MERCI_FACTEUR_{name}") for name in ("SERVICE_ID", "SECRET_KEY", "USER_ID"))
    mail = tuple(_text(f"MAILEVA_{name}") for name in ("CLIENT_ID", "CLIENT_SECRET", "USERNAME", "PASSWORD"))
    sender = tuple(part.strip() for part in _text("LETTER_SENDER").split("|"))
    whole = len(sender) >= 4 and all(sender)
    folder = _text("LETTER_SIMULATOR_DIR") if settings.DEBUG else ""
    return [
        ("merci-facteur", (*merci, sender) if all(merci) and whole else None, lambda it: _merci(it, False)),
        (
            "merci-facteur-electronic",
            (*merci, sender) if all(merci) and whole else None,
            lambda it: _merci(it, True),
        ),
        ("maileva", (*mail, sender) if all(mail) and whole else None, _maileva),
        ("simulator", folder or None, _simulator),
    ]


def _text(name: str) -> str:
    return str(getattr(settings, name, ""))


def _merci(wanted: Any, electronic: bool) -> Carrier:
    service_id, secret_key, user_id, sender = wanted
    name, street, *more, postal_code, city = sender
    more = [*more, "", ""]
    return merci_facteur.MerciFacteur(
        service_id=service_id,
        secret_key=secret_key,
        user_id=user_id,
        sender={
            "civilite": "",
            "nom": "",
            "prenom": "",
            "societe": name,
            "adresse1": street,
            "adresse2": more[0],
            "adresse3": more[1],
            "cp": postal_code,
            "ville": city,
            "pays": "FRANCE",
        },
        webhook_secret=_text("MERCI_FACTEUR_WEBHOOK_SECRET"),
        electronic=electronic,
    )


def _maileva(wanted: Any) -> Carrier:
    client_id, client_secret, username, password, sender = wanted
    name, street, *more, postal_code, city = sender
    return maileva.Maileva(
        client_id=client_id,
        client_secret=client_secret,
        username=username,
        password=password,
        sender=(name, "", more[0] if more else "", street, "", f"{postal_code} {city}"),
        webhook_login=_text("MAILEVA_WEBHOOK_LOGIN"),
        webhook_password=_text("MAILEVA_WEBHOOK_PASSWORD"),
        base=_text("MAILEVA_BASE") or maileva.BASE,
        auth=_text("MAILEVA_AUTH") or maileva.AUTH,
    )


def _simulator(folder: Any) -> Carrier:
    return simulator.Simulator(simulator.PostOffice(folder), secret=_text("LETTER_SIMULATOR_SECRET"))
