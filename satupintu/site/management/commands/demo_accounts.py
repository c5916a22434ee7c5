"""manage.py demo_accounts: who may sign in to the demonstration, with what."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Print the demo accounts"

    def handle(self, *args: Any, **options: Any) -> None:
        path = settings.DATA_DIR / "demo-accounts.json"
        if not settings.SANDBOX or not path.exists():
            return
        rows = json.loads(path.read_text(encoding="utf-8"))
        width = max(len(row["role"]) for row in rows)
        for row in rows:
            self.stdout.write(f"  {row['role']:<{width}}  {row['login']}  {row['password']}")
        self.stdout.write(
            "  Petugas memakai kode kedua dari Ponsel peraga. "
            f"Kata sandi tanda tangan: {rows[0]['passphrase']}"
        )
