from __future__ import annotations

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("files", "0005_erased_files_validated")]

    operations = [
        AddIndexConcurrently(
            model_name="storedfile",
            index=models.Index(
                fields=["created_by", "created_at"], include=["size"], name="files_of_account"
            ),
        )
    ]
