from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("offices", "0002_imported")]

    operations = [
        migrations.AddConstraint(
            model_name="office",
            constraint=models.UniqueConstraint(
                fields=["area", "kind"],
                condition=models.Q(active=True),
                name="offices_office_one_of_a_kind_in_an_area",
            ),
        )
    ]
