"""The key that signs checkpoints: Ed25519, so that whoever verifies (an auditor, the student's lawyer)
needs only the public half and cannot sign anything with it. It lies in the settings, not in the database:
who can change rows cannot sign."""

from __future__ import annotations

import hashlib
import hmac
from functools import lru_cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured


def sign(text: str) -> tuple[str, str]:
    """The id of the key in use and its signature of the text, in hex."""
    key = _private_key(_seed())
    return key_id(_public(key)), key.sign(text.encode()).hex()


def is_signed(text: str, signer: str, signature: str) -> bool | None:
    """Whether this key signed this text; None where the key is not known (see RECORD_VERIFY_KEYS)."""
    public = known_keys().get(signer)
    if public is None:
        return None
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(bytes.fromhex(signature), text.encode())
    except (InvalidSignature, ValueError):
        return False
    return True


def known_keys() -> dict[str, bytes]:
    """Public keys by id: the one in use, those of the SECRET_KEYs before, and former ones
    (``RECORD_VERIFY_KEYS``)."""
    seeds = [_seed(), *(_derived(secret) for secret in settings.SECRET_KEY_FALLBACKS)]
    keys = [_public(_private_key(seed)) for seed in seeds]
    keys += [_key_bytes("RECORD_VERIFY_KEYS", text) for text in getattr(settings, "RECORD_VERIFY_KEYS", ())]
    return {key_id(key): key for key in keys}


def public_key() -> str:
    """The public half of the key in use, in hex: to be kept outside of the platform."""
    return _public(_private_key(_seed())).hex()


def key_id(public: bytes) -> str:
    """A short name of a public key."""
    return hashlib.sha256(public).hexdigest()[:16]


def _seed() -> bytes:
    """``RECORD_SIGNING_KEY`` (32 bytes in hex), or one derived from SECRET_KEY where none is set (a
    trial)."""
    text = getattr(settings, "RECORD_SIGNING_KEY", "")
    if text:
        return _key_bytes("RECORD_SIGNING_KEY", text)
    return _derived(settings.SECRET_KEY)


def _derived(secret: str) -> bytes:
    return hmac.digest(secret.encode(), b"record.checkpoint.ed25519", "sha256")


def _key_bytes(setting: str, text: str) -> bytes:
    try:
        key = bytes.fromhex(text)
    except ValueError:
        key = b""
    if len(key) != 32:
        raise ImproperlyConfigured(f"{setting}: 32 bytes in hexadecimal (openssl rand -hex 32)")
    return key


@lru_cache(maxsize=4)
def _private_key(seed: bytes) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(seed)


def _public(key: Ed25519PrivateKey) -> bytes:
    return key.public_key().public_bytes_raw()
