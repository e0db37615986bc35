"""How passwords are kept."""

from __future__ import annotations

from django.contrib.auth.hashers import Argon2PasswordHasher


class Argon2(Argon2PasswordHasher):
    """Argon2id as OWASP's password storage cheat sheet sets it for a web server: 46 MiB, one pass, one lane.

    Django's own setting takes 100 MiB and eight lanes: as strong, and on a small machine eight people who
    sign in at once would take 800 MiB.
    """

    time_cost = 1
    memory_cost = 46 * 1024  # KiB
    parallelism = 1
