"""python -m launcher run [PACK] | reset | install base|dev | with-database … -- COMMAND"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path

from launcher import packages


def main() -> int:
    parser = argparse.ArgumentParser(prog="launcher", description=__doc__)
    actions = parser.add_subparsers(dest="action", required=True)
    install = actions.add_parser("install", help="make .venv and fill it")
    install.add_argument("name", choices=["base", "dev"])
    run = actions.add_parser("run", help="start everything on this machine")
    run.add_argument("pack", nargs="?", type=Path, default=Path("packs/metro"))
    actions.add_parser("reset", help="delete this installation's demonstration")
    database = actions.add_parser("with-database", help="run a command with DATABASE_URL set")
    database.add_argument(
        "--throwaway", action="store_true", help="an empty server, gone afterwards"
    )
    database.add_argument("--bin", type=Path, help="folder with PostgreSQL's own programs")
    database.add_argument("command", nargs="+")
    asked = parser.parse_args()

    if asked.action == "install":
        packages.install(asked.name)
        return 0
    packages.install("base")
    if Path(sys.prefix) != packages.VENV:
        os.chdir(packages.ROOT)
        os.execv(packages.PYTHON, [str(packages.PYTHON), "-m", "launcher", *sys.argv[1:]])

    from launcher.postgres import PostgresError

    try:
        if asked.action == "with-database":
            return _with_database(asked)
        from launcher import start

        return start.reset() if asked.action == "reset" else start.run(asked.pack)
    except PostgresError as error:
        print(error, file=sys.stderr)
        return 1


def _with_database(asked: argparse.Namespace) -> int:
    """The server of this installation (stopped again if it did not run before), or an empty one."""
    from launcher.postgres import start_own, throwaway
    from launcher.surroundings import environment

    def run(url: str) -> int:
        told = environment(url) | {"DATABASE_URL": url}
        return subprocess.run(asked.command, env=told, check=False).returncode

    if asked.throwaway:
        with throwaway(asked.bin) as url:
            return run(url)
    if "DATABASE_URL" in os.environ:
        return run(os.environ["DATABASE_URL"])
    cluster, url, adopted = start_own()
    try:
        return run(url)
    finally:
        if not adopted:
            cluster.stop()


if __name__ == "__main__":
    sys.exit(main())
