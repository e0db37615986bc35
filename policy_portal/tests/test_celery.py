"""Celery carries wake-ups: JSON only, no rule, no deadline, and nobody waits long on its broker."""

from __future__ import annotations

import pickle
import signal
import subprocess
import time
from pathlib import Path

import pytest
from celery import Celery
from kombu.exceptions import ContentDisallowed
from kombu.serialization import loads

from policy_portal import valkey
from policy_portal.celery import app


def test_abuse_74_a_forged_message_is_not_unpickled() -> None:
    class Forged:
        def __reduce__(self):
            return (pytest.fail, ("a forged message was executed",))

    assert app.conf.accept_content == ["json"]
    with pytest.raises(ContentDisallowed):
        loads(
            pickle.dumps(Forged()), "application/x-python-serialize", "binary", accept=app.conf.accept_content
        )


def test_beat_ticks_and_tidies_sign_in_and_carries_no_rule() -> None:
    tasks = {entry["task"] for entry in app.conf.beat_schedule.values()}
    assert tasks == {"enforcement.tasks.tick", "accounts.tasks.purge_expired"}
    tick = app.conf.beat_schedule["tick"]
    assert tick["options"]["expires"] == tick["schedule"], "ticks do not pile up while workers are away"


def test_a_worker_that_dies_gives_its_task_back() -> None:
    assert app.conf.task_acks_late is True
    assert app.conf.task_reject_on_worker_lost is True
    assert app.conf.task_ignore_result is True
    assert app.conf.result_backend is None


def test_a_frozen_broker_holds_up_whoever_publishes_for_two_seconds_at_most(
    var_dir: Path, valkey_server: subprocess.Popen[bytes]
) -> None:
    publisher = Celery("publisher", broker=f"redis+socket://{valkey.socket_path(var_dir)}")
    for name in ("broker_transport_options", "broker_connection_timeout", "task_publish_retry"):
        setattr(publisher.conf, name, app.conf[name])
    publisher.send_task("enforcement.tasks.tick", ignore_result=True)
    valkey_server.send_signal(signal.SIGSTOP)
    for pooled in (True, False):
        begun = time.monotonic()
        with pytest.raises(Exception, match=r"(?i)tim(ed )?e?out"):
            if pooled:
                publisher.send_task("enforcement.tasks.tick", ignore_result=True)
            else:
                with publisher.connection_for_write() as connection:
                    publisher.send_task("enforcement.tasks.tick", connection=connection, ignore_result=True)
        assert time.monotonic() - begun < 2.5
