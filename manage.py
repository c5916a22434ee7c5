"""Django's commands; without DATABASE_URL they work on the demonstration that `make run` made."""

from __future__ import annotations

import os
import sys

from launcher.surroundings import environment


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "satupintu.site.settings")
    if "DATABASE_URL" not in os.environ:
        os.environ.update(environment())
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
