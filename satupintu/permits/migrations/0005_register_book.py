from __future__ import annotations

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("permits", "0004_share")]

    operations = [
        migrations.AddIndex(
            model_name="permit",
            index=models.Index(
                fields=["office", "valid_from", "id"],
                condition=Q(file__isnull=False),
                name="permit_book",
            ),
        )
    ]
