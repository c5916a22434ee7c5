"""Rounds of work in which processes are killed at seeded steps; afterwards everything adds up.

    python -m tests.faults.rounds --rounds 1000 --seed 7

The seed gives the plan: who dies, by whose step, at which one. How processes take turns between
the steps is the machine's, so a seed repeats the plan and not each moment.
"""

from __future__ import annotations

import argparse
import os
import random
import secrets
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from tests.faults import steps
from tests.faults.processes import Forked, Stuck, apart
from tests.faults.stage import Stage, prepare, stage

PLAYERS, ACTS = 3, 2
PLAYER_STEPS, WORKER_STEPS = 160, 250
# Adding up reads everything that ever happened: after so many rounds no longer after each.
EACH, THEN_EVERY = 25, 10


class Round:
    """One shift: players, a worker, and up to three fuses that burn down with their steps."""

    def __init__(self, stage: Stage, applicants: list[int], seed: str) -> None:
        self.stage, self.seed = stage, seed
        chance = random.Random(seed)  # noqa: S311  (a plan that can be repeated)
        self.shares = [applicants[place::PLAYERS] for place in range(PLAYERS)]
        who = [*range(PLAYERS), "worker"]
        self.fuses = {
            one: (
                chance.randint(1, WORKER_STEPS if one == "worker" else PLAYER_STEPS),
                chance.choices(("itself", "database", "signer"), (6, 2, 1))[0],
            )
            for one in chance.sample(who, k=chance.randint(1, 3))
        }
        self.worker_lives = chance.random() * 0.5

    def run(self) -> None:
        from tests.faults import players, work

        worker = self._forked("worker", lambda: work.work(wait=True))
        busy = [
            self._forked(place, self._player(place, share, players.Player))
            for place, share in enumerate(self.shares)
        ]
        try:
            for player in busy:
                if player.wait() not in (0, -signal.SIGKILL):
                    raise Stuck((self.stage.folder / f"{busy.index(player)}.log").read_text())
            time.sleep(self.worker_lives)
        finally:
            for one in (*busy, worker):
                one.kill()  # the worker is always at something, or waiting for it

    def _player(self, place: int, share: list[int], player: Any) -> Callable[[], None]:
        seed, book = f"{self.seed}:{place}", self.stage.book
        return lambda: player(seed, share, book).play(ACTS)

    def _forked(self, who: int | str, act: Callable[[], None]) -> Forked:
        def live() -> None:
            if who in self.fuses:
                count, victim = self.fuses[who]
                steps.arm(count, self._blow(who, victim), os.environ["SATUPINTU_TEST_DATA"])
            act()

        return Forked(live, self.stage.folder / f"{who}.log")

    def _blow(self, who: int | str, victim: str) -> Callable[[str], None]:
        name = "worker" if who == "worker" else "player"
        cluster, stage = self.stage.cluster, self.stage

        def blow(place: str) -> None:
            with (stage.folder / "blown").open("a") as blown:
                blown.write(f"{name if victim == 'itself' else victim}\t{name}\t{place}\n")
            match victim:
                case "itself":
                    os.kill(os.getpid(), signal.SIGKILL)
                case "database":
                    cluster.kill()
                case "signer":
                    stage.kill_signer()

        return blow


def main() -> int:
    asked = argparse.ArgumentParser(prog="make faults", description=__doc__)
    asked.add_argument("--rounds", type=int, default=25)
    asked.add_argument("--seed", type=int, default=None)
    told = asked.parse_args()
    seed = secrets.randbelow(10**6) if told.seed is None else told.seed
    _say(f"seed {seed}: {told.rounds} rounds")
    with (
        tempfile.TemporaryDirectory(prefix="satupintu-faults-") as folder,
        stage(Path(folder)) as city,
    ):
        return _play(city, seed, told.rounds)


def _play(city: Stage, seed: int, rounds: int) -> int:
    import django

    django.setup()
    from tests.faults import reckoning, work

    applicants = apart(prepare, city.folder)
    city.mend()
    began, last_file = time.monotonic(), 0
    for number in range(1, rounds + 1):
        Round(city, applicants, f"{seed}:{number}").run()
        city.mend()
        apart(work.recover, city.folder)
        if EACH < number < rounds and number % THEN_EVERY:
            continue
        if number == rounds:
            last_file = 0  # at the end all files are read once more
        reckon = partial(reckoning.reckon, city.book, city.mail, city.sms, last_file)
        found = apart(reckon, city.folder)
        last_file = found["last_file"]
        if found["problems"]:
            _say(f"seed {seed}, round {number}:", *found["problems"])
            _say(*(city.folder / "apart.log").read_text().splitlines()[-40:])
            return 1
        if number == rounds or number % 50 == 0:
            _tell(city, number, found, time.monotonic() - began)
    return 0


def _tell(city: Stage, rounds: int, found: dict[str, Any], seconds: float) -> None:
    blown = Counter(
        line.split("\t")[0] for line in (city.folder / "blown").read_text().splitlines()
    )
    blown["worker at the end of a round"] = rounds
    deaths = ", ".join(f"{name} {count}" for name, count in sorted(blown.items()))
    counted = ", ".join(f"{name} {count}" for name, count in found.items() if name != "problems")
    _say(f"{rounds} rounds in {seconds:.0f} s", f"killed: {deaths}", f"there: {counted}")


def _say(*lines: str) -> None:
    sys.stdout.write("\n  ".join(lines) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
