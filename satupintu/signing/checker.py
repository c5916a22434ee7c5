"""The child process that checks signatures in strangers' files; no Django, no network.

On its input a line of JSON with the trusted roots, then the file; on its output the report as JSON.
"""

from __future__ import annotations

import base64
import dataclasses
import json
import resource
import sys

MEMORY = 1024**3
SECONDS = 8
TOO_MUCH_MEMORY = 4


def main() -> int:
    # Before anything of the file is looked at: a hostile one ends this process, not the machine.
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    from satupintu.signing import inspection

    roots = [base64.b64decode(root) for root in json.loads(sys.stdin.buffer.readline())]
    try:
        report = inspection.inspect(sys.stdin.buffer.read(), roots)
    except MemoryError:
        return TOO_MUCH_MEMORY
    sys.stdout.write(json.dumps(dataclasses.asdict(report), default=str))
    return 0


if __name__ == "__main__":
    sys.exit(main())
