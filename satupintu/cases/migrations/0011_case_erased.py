from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("cases", "0010_case_to_erase")]

    operations = [
        AddIndexConcurrently(
            model_name="case",
            index=models.Index(
                condition=models.Q(erased_at__isnull=False),
                fields=["-erased_at"],
                name="case_erased",
            ),
        )
    ]
