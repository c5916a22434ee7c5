from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("cases", "0008_retention_validated")]

    operations = [
        AddIndexConcurrently(
            model_name="case",
            index=models.Index(
                condition=models.Q(phase="closed", retention_ended_on__isnull=True),
                fields=["service_version", "closed_at", "id"],
                name="case_kept_by_closing",
            ),
        )
    ]
