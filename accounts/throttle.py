"""How often a password may be tried: limits that no one can turn against somebody else (abuse 68–70).

Each try is counted before the password is looked at, by an increment that is atomic in Redis and in local
memory, so that a hundred tries at once are a hundred numbers and not one. Right passwords are given back.

| who | how many | then |
| --- | --- | --- |
| one network address for one account | 5 in 5 minutes | refused |
| one network address | 100 in 5 minutes | refused |
| one account, from clients it never signed in with | 20 in 15 minutes | one try in 10 s for all of them |
| one account, from a browser that has signed in to it | 10 in 5 minutes | counts as an unfamiliar one |

A browser that has signed in before has its own count, and is held back by none of the others: neither by a
stranger's tries nor by its neighbours behind the same address. A passkey and a reset do not come here at all.
Counts are kept by the e-mail address as it was typed, enrolled or not, so that a refusal tells nothing.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field
from datetime import datetime

from django.core.cache import cache

from accounts.clients import Device, digest_of, network_of


@dataclass(frozen=True)
class Limit:
    """At most `amount` tries in a window of `seconds`."""

    name: str
    amount: int
    seconds: int


FAMILIAR = Limit("familiar", 10, 5 * 60)
PAIR = Limit("pair", 5, 5 * 60)
NETWORK = Limit("network", 100, 5 * 60)
ACCOUNT = Limit("account", 20, 15 * 60)
SLOW = 10  # seconds between tries once ACCOUNT is used up


@dataclass
class Attempt:
    """One try that was let through, with the counts that it took."""

    keys: list[str] = field(default_factory=list)

    def succeeded(self) -> None:
        """Give back what it took: only wrong passwords count."""
        for key in self.keys:
            with contextlib.suppress(ValueError):  # its window is over
                cache.decr(key)
        self.keys.clear()


def _take(limit: Limit, subject: str, now: datetime, attempt: Attempt) -> bool:
    window = int(now.timestamp()) // limit.seconds
    key = f"login:{limit.name}:{subject}:{window}"
    cache.add(key, 0, timeout=limit.seconds + 60)
    try:
        count = cache.incr(key)
    except ValueError:
        # The cache lost the key in between (it was cleared, or changed over to local memory).
        cache.add(key, 1, timeout=limit.seconds + 60)
        count = 1
    attempt.keys.append(key)
    return count <= limit.amount


def begin(*, address: str, ip: str, device: Device, now: datetime) -> Attempt | None:
    """Count a try to sign in as `address`; None when it is one too many."""
    account = digest_of(address)
    attempt = Attempt()
    if device.knows(address) and _take(FAMILIAR, f"{device.id}:{account}", now, attempt):
        return attempt
    network = network_of(ip)
    if not (_take(PAIR, f"{network}:{account}", now, attempt) and _take(NETWORK, network, now, attempt)):
        return None
    if _take(ACCOUNT, account, now, attempt):
        return attempt
    slot = int(now.timestamp()) // SLOW
    return attempt if cache.add(f"login:slow:{account}:{slot}", 1, timeout=SLOW + 5) else None
