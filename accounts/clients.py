"""What a request says of the client that sent it: its address, and whether it was signed in here before."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, replace

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import get_random_string, salted_hmac
from django.utils.translation import gettext as _

COOKIE_AGE = 365 * 24 * 3600  # seconds
COOKIE_HOLDS = 5  # people who share one browser
SALT = "accounts.device"

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def _parsed(text: str) -> Address | None:
    try:
        return ipaddress.ip_address(text.strip())
    except ValueError:
        return None


def _is_trusted(hop: str) -> bool:
    address = _parsed(hop)
    if address is None:
        return not hop and "unix" in settings.TRUSTED_PROXIES
    return any(
        address in ipaddress.ip_network(network) for network in settings.TRUSTED_PROXIES if network != "unix"
    )


def client_ip(request: HttpRequest) -> str:
    """The address of the client, or of the first hop that is not ours ("" over a bare socket).

    X-Forwarded-For is read from its right end, and only while the hop that wrote it is one of
    TRUSTED_PROXIES: whatever a client puts there itself is never reached (abuse 69).
    """
    hop = str(request.META.get("REMOTE_ADDR") or "")
    forwarded = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
    while _is_trusted(hop) and forwarded:
        nearer = _parsed(forwarded.pop())
        if nearer is None:
            break
        hop = str(nearer)
    return hop


def network_of(ip: str) -> str:
    """What a limit counts as one client: an IPv4 address, or the /64 that one subscriber holds."""
    address = _parsed(ip)
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.IPv6Network((address, 64), strict=False).network_address)
    return ip


def digest_of(address: str) -> str:
    """An e-mail address as cookies and cache keys hold it."""
    return salted_hmac(SALT, address.strip().lower(), algorithm="sha256").hexdigest()[:32]


# What to look for in a User-Agent, in this order: many browsers name the ones that they descend from.
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def device_in_words(agent: str) -> str:
    """A User-Agent as its owner would say it ("Firefox on Linux")."""
    browser = next((name for mark, name in BROWSERS if mark in agent), "")
    system = next((name for mark, name in SYSTEMS if mark in agent), "")
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return browser or system or _("Unknown device")


@dataclass(frozen=True)
class Device:
    """A browser, by its signed cookie: who has signed in with it before."""

    id: str
    people: tuple[str, ...] = ()  # digests of e-mail addresses, the latest last

    def knows(self, address: str) -> bool:
        return digest_of(address) in self.people

    def with_person(self, address: str) -> Device:
        digest = digest_of(address)
        others = tuple(known for known in self.people if known != digest)
        return replace(self, people=(*others, digest)[-COOKIE_HOLDS:])


def _cookie_name() -> str:
    return "__Host-device" if settings.SESSION_COOKIE_SECURE else "device"


def device_of(request: HttpRequest) -> Device:
    try:
        held = signing.loads(request.COOKIES.get(_cookie_name(), ""), salt=SALT, max_age=COOKIE_AGE)
        return Device(str(held["id"]), tuple(str(person) for person in held["people"]))
    except (signing.BadSignature, KeyError, TypeError):
        return Device(get_random_string(20))


def remember_device(request: HttpRequest, response: HttpResponse, address: str) -> None:
    """Note in the browser that this person has signed in with it."""
    device = device_of(request).with_person(address)
    response.set_cookie(
        _cookie_name(),
        signing.dumps({"id": device.id, "people": list(device.people)}, salt=SALT),
        max_age=COOKIE_AGE,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def keep_theme(response: HttpResponse, theme: str) -> None:
    """Carry a person's light or dark into the browser's cookie, which the shell reads."""
    if theme in ("light", "dark"):
        response.set_cookie(
            "theme",
            theme,
            max_age=COOKIE_AGE,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
    else:
        response.delete_cookie("theme", samesite="Lax")
