"""The virtual environment: made when missing, filled when the list of packages changed.

Runs before anything is installed, so it uses the standard library only.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def install(name: str) -> None:
    """Makes .venv hold exactly the pinned packages of requirements/<name>.txt, checked by hash."""
    if sys.version_info < (3, 11):
        sys.exit("Python 3.11 atau yang lebih baru diperlukan. / Python 3.11 or newer is needed.")
    if not PYTHON.exists():
        print("Menyiapkan .venv / making .venv …", flush=True)
        subprocess.run([sys.executable, "-m", "venv", str(VENV)], check=True)
    if name not in _installed():
        print("Memasang paket / installing packages …", flush=True)
        requirements = ROOT / "requirements" / f"{name}.txt"
        pip = [str(PYTHON), "-m", "pip", "install", "-qq", "--require-hashes"]
        done = subprocess.run(
            [*pip, "--disable-pip-version-check", "-r", str(requirements)], check=False
        )
        if done.returncode:
            sys.exit("Paket tidak terpasang, lihat pesan di atas. / Packages are not installed.")
        # dev.txt holds the same pins as base.txt and more.
        names = {"base", "dev"} if name == "dev" else {"base"}
        _NOTE.write_text(json.dumps({each: _digest(each) for each in sorted(names)}))


_NOTE = VENV / "installed.json"


def _digest(name: str) -> str:
    return hashlib.sha256((ROOT / "requirements" / f"{name}.txt").read_bytes()).hexdigest()


def _installed() -> set[str]:
    """The lists whose present text is what the environment was filled from."""
    if not _NOTE.exists():
        return set()
    return {
        name for name, digest in json.loads(_NOTE.read_text()).items() if digest == _digest(name)
    }
