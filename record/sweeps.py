"""What time does to the record: messages go out, and the ends of the chains are signed."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from enforcement.sweeps import Sweep

from . import checkpoints, conf, outbox

SWEEPS = [
    Sweep(
        name="sign_checkpoint",
        clause="R1",
        title=_("Sign where the chains of the record end"),
        due=checkpoints.due,
        settle=checkpoints.make,
        # One statement for all chains that have grown.
        batch_size=20_000,
    ),
    Sweep(
        name="send_messages",
        clause="R2",
        title=_("Send messages"),
        due=outbox.due,
        settle=outbox.send,
        batch_size=conf.send_batch(),
        late_by="next_attempt_at",
        outward=True,
    ),
]
