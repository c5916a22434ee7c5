from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("offices", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name=name, name="imported", field=models.BooleanField(default=False)
        )
        for name in ("area", "office", "post")
    ]
