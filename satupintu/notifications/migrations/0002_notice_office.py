from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notifications", "0001_initial"), ("offices", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="notice",
            name="office",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, to="offices.office"
            ),
        ),
    ]
