"""The sample letters of the base pack, rendered as the product does."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from satupintu.documents import queries

FOLDER = Path(__file__).resolve().parents[2] / "packs/base/documents"
NAMES = sorted(path.stem for path in (FOLDER / "samples").glob("*.json"))


def sample(name: str, **changes: Any) -> bytes:
    data = json.loads((FOLDER / "samples" / f"{name}.json").read_text())
    data |= changes
    files = {path.name: path.read_bytes() for path in (FOLDER / "samples").glob("*.svg")}
    files |= {path.name: path.read_bytes() for path in FOLDER.glob("*.typ") if path.stem != name}
    if data["verification"]:
        files["qr.svg"] = queries.qr(data["verification"]["url"])
    template = (FOLDER / f"{name}.typ").read_text()
    return queries.render(template, data, files=files, name=f"{name}.typ")
