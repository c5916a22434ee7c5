from __future__ import annotations

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("permits", "0005_register_book")]

    operations = [
        AddIndexConcurrently(
            model_name="permit",
            index=models.Index(
                fields=["status"],
                condition=Q(status__in=["signing", "unsigned"]),
                name="permit_not_signed",
            ),
        )
    ]
