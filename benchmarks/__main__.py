"""`make bench`: seed a city, start the real processes, measure, write the table."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import django

from benchmarks import servers

SECONDS = float(os.environ.get("SECONDS_EACH", "4"))


def main() -> None:
    sizes = os.environ.get("SIZE", "").split() or ["10000"]
    if len(sizes) > 1:  # each in a process of its own: settings are read once
        for one in sizes:
            told = {**os.environ, "SIZE": one}
            subprocess.run([sys.executable, "-m", "benchmarks"], env=told, check=True)
        return
    size = int(sizes[0])
    if os.environ.get("DATABASE_URL"):  # a city that is kept, with the folder of its keys
        os.environ |= servers.surroundings(Path(os.environ["SATUPINTU_DATA"]))
        measure(size)
        return
    with tempfile.TemporaryDirectory(prefix="satupintu-bench-") as folder:
        os.environ |= servers.surroundings(Path(folder))
        with servers.database() as url:
            os.environ["DATABASE_URL"] = url
            measure(size)


def measure(size: int) -> None:
    django.setup()
    from benchmarks import measuring

    measuring.measure(size, os.environ.get("WORKLOADS", "").split(), seconds=SECONDS)


if __name__ == "__main__":
    main()
