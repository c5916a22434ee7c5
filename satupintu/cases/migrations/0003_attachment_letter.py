"""A letter of the system may stand for a requirement."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0002_withdrawal_after_payment"),
        ("permits", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="attachment",
            name="permit",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="permits.permit",
            ),
        ),
    ]
