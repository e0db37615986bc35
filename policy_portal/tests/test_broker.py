"""A worker keeps its places when the broker does not take an acknowledgement."""

from __future__ import annotations

import logging
import queue
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from kombu import Connection, Consumer, Queue
from kombu.message import Message
from kombu.transport import redis

from policy_portal import broker, valkey

log = logging.getLogger(__name__)


@pytest.fixture
def connection(var_dir: Path, valkey_server: subprocess.Popen[bytes]) -> Iterator[Connection]:
    address = f"redis+socket://{valkey.socket_path(var_dir)}"
    with Connection(address, transport_options={"socket_timeout": 0.3}) as connection:
        yield connection


def acknowledge(message: Message) -> None:
    message.ack_log_error(log, message.channel.connection_errors)


def give_back(message: Message) -> None:
    message.reject_log_error(log, message.channel.connection_errors, requeue=True)


def second_message(
    connection: Connection, server: subprocess.Popen[bytes], finish: Callable[[Message], None]
) -> str:
    """Take a message, finish it while the broker is frozen, and take the next one after the thaw."""
    received: queue.SimpleQueue[Message] = queue.SimpleQueue()
    channel = connection.channel()
    assert isinstance(channel, redis.Channel)
    channel.basic_qos(0, 1, False)  # one place, as a worker with one process has
    own = Queue("portal-test", channel=channel)
    own.declare()
    with (
        connection.Producer(routing_key="portal-test") as producer,
        Consumer(channel, [own], on_message=received.put),
    ):
        producer.publish("first")
        producer.publish("second")
        connection.drain_events(timeout=5)
        server.send_signal(signal.SIGSTOP)
        try:
            finish(received.get_nowait())
        finally:
            server.send_signal(signal.SIGCONT)
        connection.drain_events(timeout=2)
        body: str = received.get_nowait().decode()
        return body


def test_it_is_installed() -> None:
    assert redis.Channel.QoS is broker.QoS


@pytest.mark.parametrize("finish", [acknowledge, give_back])
def test_a_lost_acknowledgement_costs_no_place(
    connection: Connection, valkey_server: subprocess.Popen[bytes], finish: Callable[[Message], None]
) -> None:
    assert second_message(connection, valkey_server, finish) == "second"


def test_without_it_the_place_is_gone_for_good(
    connection: Connection, valkey_server: subprocess.Popen[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Should this fail after an upgrade of kombu, `policy_portal.broker` is no longer needed."""
    monkeypatch.setattr(redis.Channel, "QoS", broker.QoS.__base__)
    with pytest.raises(TimeoutError):
        second_message(connection, valkey_server, acknowledge)
