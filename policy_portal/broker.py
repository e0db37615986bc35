"""What Celery's Redis transport needs to go on after its broker stood still."""

from __future__ import annotations

from typing import Any

from kombu.transport import redis, virtual


class QoS(redis.QoS):
    """The places of a worker: how many messages it may hold that are not acknowledged yet.

    kombu (5.7) keeps the place of a message whose acknowledgement did not reach the broker: Celery logs
    "Couldn't ack" and goes on, on the same connection, with one place less. A worker that has lost all of
    its places (as many as it has processes) never asks for a message again, and says nothing.

    Here the place is free whatever the broker says. The message itself stays with the broker, which hands it
    out again after the visibility timeout; by then it has expired, and twice would change nothing.
    """

    def ack(self, delivery_tag: Any) -> None:
        try:
            super().ack(delivery_tag)
        finally:
            virtual.QoS.ack(self, delivery_tag)

    def reject(self, delivery_tag: Any, requeue: bool = False) -> None:
        try:
            super().reject(delivery_tag, requeue=requeue)
        finally:
            virtual.QoS.ack(self, delivery_tag)


def install() -> None:
    """Have every channel of this process use it; kombu offers no setting for that."""
    redis.Channel.QoS = QoS
