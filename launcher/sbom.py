"""Every package that an installation runs, as a CycloneDX list, from the pinned requirements.

python -m launcher.sbom requirements/base.txt > satupintu.cdx.json
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

import satupintu

PINNED = re.compile(r"^([A-Za-z0-9][\w.-]*)(?:\[[\w,-]+\])?==([^\s;\\]+)", re.MULTILINE)
HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


def listed(requirements: str, version: str) -> dict[str, Any]:
    begins = [*PINNED.finditer(requirements)]
    ends = [one.start() for one in begins[1:]] + [len(requirements)]
    parts = [
        {
            "type": "library",
            "bom-ref": f"pkg:pypi/{name}@{release}",
            "name": name,
            "version": release,
            "purl": f"pkg:pypi/{name}@{release}",
            "hashes": [
                {"alg": "SHA-256", "content": found}
                for found in HASH.findall(requirements, one.end(), end)
            ],
        }
        for one, end in zip(begins, ends, strict=True)
        for name, release in [(re.sub(r"[-_.]+", "-", one[1]).lower(), one[2])]
    ]
    ours = {"type": "application", "bom-ref": "satupintu", "name": "satupintu", "version": version}
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": ours},
        "components": parts,
        "dependencies": [{"ref": "satupintu", "dependsOn": [one["bom-ref"] for one in parts]}],
    }


if __name__ == "__main__":
    json.dump(listed(Path(sys.argv[1]).read_text(), satupintu.__version__), sys.stdout, indent=1)
