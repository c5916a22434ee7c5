"""`make bench`: seed a city, start the real processes, measure, write the table."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import django

from benchmarks import servers

SECONDS = float(os.environ.get("SECONDS_EACH", "4"))


def main() -> None:
    sizes = [int(one) for one in os.environ.get("SIZE", "10000").split()]
    wanted = os.environ.get("WORKLOADS", "").split()
    for size in sizes:
        if os.environ.get("DATABASE_URL"):  # a city that is kept, with the folder of its keys
            os.environ |= servers.surroundings(Path(os.environ["SATUPINTU_DATA"]))
            measure(size, wanted)
            continue
        with tempfile.TemporaryDirectory(prefix="satupintu-bench-") as folder:
            os.environ |= servers.surroundings(Path(folder))
            with servers.database() as url:
                os.environ["DATABASE_URL"] = url
                measure(size, wanted)
                del os.environ["DATABASE_URL"]


def measure(size: int, wanted: list[str]) -> None:
    django.setup()
    from benchmarks import measuring

    measuring.measure(size, wanted, seconds=SECONDS)


if __name__ == "__main__":
    main()
