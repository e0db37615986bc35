"""What time does to the record: messages go out, the ends of the chains are signed, and files go whose time has
come."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from accounts import outbox as sign_in_mail
from enforcement.sweeps import Sweep

from . import checkpoints, conf, outbox
from .documents import keeping
from .letters import following, sending
from .webhooks import sending as webhooks

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
    Sweep(
        # Of accounts, which stand below the sweeps.
        name="send_sign_in_mail",
        clause="R2",
        title=_("Send e-mails about signing in"),
        due=sign_in_mail.due,
        settle=sign_in_mail.send,
        batch_size=50,
        late_by="next_attempt_at",
        outward=True,
    ),
    Sweep(
        name="hand_over_letters",
        clause="4.1",
        title=_("Hand letters over to their carrier"),
        due=sending.due,
        settle=sending.hand_over,
        batch_size=20,
        late_by="next_attempt_at",
        outward=True,
    ),
    Sweep(
        name="follow_letters",
        clause="4.1",
        title=_("Ask carriers what became of letters, and fetch the proofs"),
        due=following.to_look_after,
        settle=following.follow,
        batch_size=20,
        late_by="check_at",
        outward=True,
    ),
    Sweep(
        name="escalate_letters",
        clause="4.1",
        title=_("Tell of letters without a receipt on the tenth day"),
        due=following.escalations_due,
        settle=following.escalate,
        late_by="escalates_at",
    ),
    Sweep(
        name="mark_late_letters",
        clause="4.1",
        title=_("Mark letters without a receipt after the fifteenth day as late"),
        due=following.late_due,
        settle=following.mark_late,
        late_by="latest_at",
    ),
    Sweep(
        name="send_webhooks",
        clause="R2",
        title=_("Send webhooks"),
        due=webhooks.due,
        settle=webhooks.send,
        batch_size=10,
        late_by="next_attempt_at",
        outward=True,
    ),
    Sweep(
        name="delete_expired_documents",
        clause="2.6",
        title=_("Delete files that were kept long enough"),
        due=keeping.expired,
        settle=keeping.delete_expired,
        late_by="delete_after",
    ),
    Sweep(
        name="remove_deleted_files",
        clause="2.6",
        title=_("Remove the files of deleted documents"),
        due=keeping.to_remove,
        settle=keeping.remove,
        batch_size=100,
        late_by="deleted_at",
        outward=True,
    ),
    Sweep(
        name="drop_stale_uploads",
        clause="R1",
        title=_("Drop uploads that nobody finished"),
        due=keeping.stale_uploads,
        settle=keeping.drop_uploads,
        batch_size=100,
        late_by="expires_at",
        outward=True,
    ),
    Sweep(
        name="inspect_store",
        clause="R1",
        title=_("Look for files without a row"),
        due=keeping.inspections_due,
        settle=keeping.inspect,
        batch_size=1,
        outward=True,
    ),
]
