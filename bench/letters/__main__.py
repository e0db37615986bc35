"""Letters handed over by senders that are killed: none missing, none twice, each uncertain one listed for a person.

    script/bench letters [--letters 10000] [--kills 100] [--seed 1]

It works on a PostgreSQL database of its own, made beside that of DATABASE_URL, and on a folder in which no letter is
carried anywhere. The sender is a process of its own; between every two of its steps it is killed (SIGKILL) as often as
asked for. A third of the letters goes by a carrier that can be asked for a letter and drops repetitions, a third by one
that only drops repetitions, a third by one that does neither; all of them fall silent, or into maintenance, at times.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import sys
import tempfile
import uuid
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import Any

from bench.database import fresh_database

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
POINTS = (
    "before the claim",
    "after the claim",
    "before the carrier takes it",
    "after the carrier took it",
    "before it is recorded",
    "while it is recorded",
    "after it was recorded",
)
CARRIERS = ("finds-and-drops", "drops", "neither")
BATCH = 25


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--letters", type=int, default=10_000)
    asked.add_argument("--kills", type=int, default=100, help="between every two steps")
    asked.add_argument("--seed", type=int, default=1)
    given = asked.parse_args()
    began = monotonic()
    with fresh_database(), tempfile.TemporaryDirectory() as folder:
        trial = Trial(Path(folder), given.letters, given.kills, given.seed)
        trial.prepare()
        print(f"{given.letters} letters prepared in {monotonic() - began:.0f} s")
        began = monotonic()
        lives = trial.run()
        print(f"{lives} senders lived and died in {monotonic() - began:.0f} s; killed:")
        for point, count in trial.kills().items():
            print(f"  {count:5} {point}")
        return trial.judge()


class Trial:
    """One run: its letters, its carriers, and the senders that die."""

    def __init__(self, folder: Path, letters: int, kills: int, seed: int) -> None:
        self.folder, self.letters, self.wanted, self.seed = folder, letters, kills, seed
        self.log = folder / "kills"
        self.log.touch()

    def prepare(self) -> None:
        from accounts.models import User
        from record.letters.types import Address
        from record.models import Document, Letter

        student = User.objects.create_user("student@example.org", given_name="Ada", family_name="Example")
        address = Address("Ada Example", ("1 Example Street",), "75000", "Example").as_json()
        for first in range(0, self.letters, 1000):
            numbers = range(first, min(first + 1000, self.letters))
            papers = Document.objects.bulk_create(
                Document(
                    purpose="letter",
                    subject=student,
                    file_name="letter.pdf",
                    content_type="application/pdf",
                    size=1,
                    sha256="0" * 64,
                    stored_at=START,
                    stored_name=f"bench/{number}",
                )
                for number in numbers
            )
            Letter.objects.bulk_create(
                Letter(
                    key=uuid.uuid5(uuid.NAMESPACE_URL, f"letter:{number}"),
                    occasion=f"decision:{number}",
                    template="bench",
                    title="A decision",
                    subject=student,
                    addressee="Ada Example",
                    address=address,
                    clause="4.1",
                    policy_id="2026-01",
                    document=paper,
                    carrier=CARRIERS[number % len(CARRIERS)],
                    prepared_at=START,
                    earliest_at=START,
                    next_attempt_at=START,
                )
                for number, paper in zip(numbers, papers, strict=True)
            )

    def run(self) -> int:
        """One sender after the other, each as long as it lives, on a clock that leaps past every claim; at the end as
        many as it takes until nothing is due."""
        from django.db import connection

        from record.letters import conf, sending

        lives, idle = 0, 0
        now = START
        while idle < 3:
            lives += 1
            now += conf.claim() + timedelta(seconds=1)
            waiting = sending.due(now).exists()
            # A connection does not survive a fork.
            connection.close()
            if not waiting:
                idle += 1
                now += timedelta(hours=8)
                continue
            idle = 0
            child = os.fork()
            if child == 0:
                self._live(now, lives)
            _pid, status = os.waitpid(child, 0)
            if not os.WIFSIGNALED(status) and os.waitstatus_to_exitcode(status):
                raise SystemExit("a sender failed by itself: see above")
        return lives

    def _live(self, now: datetime, life: int) -> None:
        """A sender's life, in a process of its own; it ends by a kill or when nothing is due."""
        from record.letters import sending

        try:
            self._arm(random.Random(f"{self.seed}:{life}"))
            while pks := list(sending.due(now).values_list("pk", flat=True)[:BATCH]):
                for pk in pks:
                    sending.hand_over_one(pk, lambda: now)
        except BaseException:
            import traceback

            traceback.print_exc()
            sys.stderr.flush()
            os._exit(1)
        os._exit(0)

    def _arm(self, chance: random.Random) -> None:
        """Let this process die at one of the points that have not killed enough yet, after a number of passes."""
        from record.letters import carriers, sending
        from record.letters.carriers.simulator import Moods, PostOffice, Simulator

        office = PostOffice(self.folder / "post")
        ill: dict[str, Any] = {
            "maintenance": 0.01,
            "silent_after": 0.005,
            "silent_before": 0.005,
            "blind": 0.01,
        }
        known = {
            "finds-and-drops": Moods(**ill),
            "drops": Moods(finds=False, **ill),
            "neither": Moods(finds=False, drops_repetitions=False, **ill),
        }
        for name, moods in known.items():
            carrier = Simulator(office, moods, seed=chance.randrange(1 << 30))
            carrier.name = name
            carriers.register(carrier)
        done = self.kills()
        left = [point for point in POINTS if done[point] < self.wanted]
        if not left:
            return
        # So many letters a life that all kills are spent while letters are left.
        reach = max(1, self.letters * 8 // (10 * self.wanted * len(POINTS)))
        fuse = Fuse(chance.choice(left), chance.randint(1, reach), self.log)
        fuse.around(sending, "claim", POINTS[0], POINTS[1])
        fuse.around(office, "take", POINTS[2], POINTS[3])
        fuse.around(sending, "record_taken", POINTS[4], POINTS[6])
        fuse.around(sending.telling, "write_about", POINTS[5], "")

    def kills(self) -> Counter[str]:
        counted: Counter[str] = Counter(dict.fromkeys(POINTS, 0))
        counted.update(self.log.read_text().splitlines())
        return counted

    def judge(self) -> int:
        """What the ledger of the carrier and the letters say of each other."""
        from record.letters import selectors
        from record.letters.carriers.simulator import PostOffice
        from record.models import Entry, Letter, LetterState

        carried = Counter(PostOffice(self.folder / "post").carried())
        states: Counter[str] = Counter()
        wrong: list[str] = []
        listed = set(selectors.to_settle(Letter.objects.all()).values_list("pk", flat=True))
        entries = Counter(Entry.objects.filter(kind="letter_handed_over").values_list("about", flat=True))
        for letter in Letter.objects.all().iterator():
            states[f"{letter.carrier}: {letter.state}"] += 1
            times = carried[letter.key.hex]
            if times > 1:
                wrong.append(f"{letter.occasion} went out {times} times")
            if letter.state == LetterState.HANDED_OVER:
                if times != 1:
                    wrong.append(f"{letter.occasion} is missing")
                if entries[f"record.letter:{letter.pk}"] != 1:
                    wrong.append(f"{letter.occasion} stands in the record otherwise than once")
            elif letter.state != LetterState.UNCERTAIN or letter.pk not in listed:
                wrong.append(f"{letter.occasion} is {letter.state} and listed for nobody")
        for state, count in sorted(states.items()):
            print(f"  {count:6} {state}")
        short = {point: count for point, count in self.kills().items() if count < self.wanted}
        if short:
            wrong.append(f"too few kills: {short}")
        print("\n".join(wrong[:20]) or "None missing, none twice, each uncertain one listed.")
        return 1 if wrong else 0


class Fuse:
    """Kills this process at one point, at its n-th pass."""

    def __init__(self, point: str, passes: int, log: Path) -> None:
        self.point, self.passes, self.log = point, passes, log

    def around(self, owner: Any, name: str, before: str, after: str) -> None:
        original = getattr(owner, name)

        def fused(*args: Any, **kwargs: Any) -> Any:
            self._burn(before)
            made = original(*args, **kwargs)
            self._burn(after)
            return made

        setattr(owner, name, fused)

    def _burn(self, point: str) -> None:
        if point != self.point:
            return
        self.passes -= 1
        if self.passes <= 0:
            with self.log.open("a") as log:
                log.write(f"{point}\n")
            os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    raise SystemExit(main())
