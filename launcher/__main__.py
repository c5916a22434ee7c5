"""python -m launcher run [PACK] | reset | install base|dev | with-database … | restore-drill"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from datetime import datetime, timedelta
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
    drill = actions.add_parser("restore-drill", help="prove that a backup brings the city back")
    drill.add_argument("--until", type=_moment, help="HH:MM, the minute to come back to; now")
    drill.add_argument("--bin", type=Path, help="folder with the server's own programs")
    drill.add_argument("--pgbackrest", metavar="STANZA", help="prove pgBackRest's repository")
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
        if asked.action == "restore-drill":
            return _restore_drill(asked)
        from launcher import start

        return start.reset() if asked.action == "reset" else start.run(asked.pack)
    except PostgresError as error:
        print(error, file=sys.stderr)
        return 1


def _moment(written: str) -> datetime:
    """The next time that the clock says so."""
    now = datetime.now().astimezone()
    hours, minutes = map(int, written.split(":"))
    moment = now.replace(hour=hours, minute=minutes, second=0, microsecond=0)
    return moment if moment >= now else moment + timedelta(days=1)


def _restore_drill(asked: argparse.Namespace) -> int:
    from launcher import drill
    from launcher.postgres import start_own
    from launcher.surroundings import data_folder, environment

    url = os.environ.get("DATABASE_URL", "")
    if url:
        return drill.run(url, data_folder(), asked.until, asked.bin, asked.pgbackrest)
    cluster, url, adopted = start_own()
    os.environ.update(environment(url))
    try:
        return drill.run(url, data_folder(), asked.until, asked.bin, asked.pgbackrest)
    finally:
        if not adopted:
            cluster.stop()


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
