"""Settings of registered letters: who carries them, and what each carrier needs (docs/letters.md)."""

from __future__ import annotations

from . import environment as env

# "hand" is there always; the others once their settings below are complete.
LETTER_CARRIER = env.one_of(
    "LETTER_CARRIER",
    "hand",
    ["hand", "merci-facteur", "merci-facteur-electronic", "maileva", "simulator"],
)
# Lines of the letterhead, parted by |; empty: that of the certificates.
LETTER_LETTERHEAD = env.text("LETTER_LETTERHEAD", "")
# The sender as carriers print it: name|street|further lines|postal code|city
LETTER_SENDER = env.text("LETTER_SENDER", "")

MERCI_FACTEUR_SERVICE_ID = env.text("MERCI_FACTEUR_SERVICE_ID", "")
MERCI_FACTEUR_SECRET_KEY = env.text("MERCI_FACTEUR_SECRET_KEY", "")
MERCI_FACTEUR_USER_ID = env.text("MERCI_FACTEUR_USER_ID", "")
MERCI_FACTEUR_WEBHOOK_SECRET = env.text("MERCI_FACTEUR_WEBHOOK_SECRET", "")

MAILEVA_CLIENT_ID = env.text("MAILEVA_CLIENT_ID", "")
MAILEVA_CLIENT_SECRET = env.text("MAILEVA_CLIENT_SECRET", "")
MAILEVA_USERNAME = env.text("MAILEVA_USERNAME", "")
MAILEVA_PASSWORD = env.text("MAILEVA_PASSWORD", "")
MAILEVA_WEBHOOK_LOGIN = env.text("MAILEVA_WEBHOOK_LOGIN", "")
MAILEVA_WEBHOOK_PASSWORD = env.text("MAILEVA_WEBHOOK_PASSWORD", "")
# Their sandbox: https://api.sandbox.maileva.net/registered_mail/v4 and the address of its sign-in.
MAILEVA_BASE = env.text("MAILEVA_BASE", "")
MAILEVA_AUTH = env.text("MAILEVA_AUTH", "")

# A folder in which no letter is carried anywhere: for a trial (never where DEBUG is off).
LETTER_SIMULATOR_DIR = env.text("LETTER_SIMULATOR_DIR", "")
LETTER_SIMULATOR_SECRET = env.text("LETTER_SIMULATOR_SECRET", "")
