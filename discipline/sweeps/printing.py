"""Large files of cases that somebody asked for."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from discipline.printing.keeping import due, make_files
from enforcement.sweeps import Sweep

MAKE_FILES = Sweep(
    name="discipline.make_files",
    clause="4.1",
    title=_("Files of cases that were asked for"),
    due=due,
    settle=make_files,
    batch_size=1,
    late_by="next_attempt_at",
    outward=True,
)
