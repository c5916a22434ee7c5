from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("cases", "0009_case_kept_by_closing")]

    operations = [
        AddIndexConcurrently(
            model_name="case",
            index=models.Index(
                condition=models.Q(retention_ended_on__isnull=False, erased_at__isnull=True),
                fields=["retention_ended_on", "id"],
                name="case_to_erase",
            ),
        )
    ]
