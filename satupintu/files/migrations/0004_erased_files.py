from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("files", "0003_uploads_in_pieces")]

    operations = [
        migrations.AddField(
            model_name="storedfile", name="erased_at", field=models.DateTimeField(null=True)
        ),
        AddConstraintNotValid(
            model_name="storedfile",
            constraint=models.CheckConstraint(
                condition=models.Q(erased_at__isnull=True) | models.Q(sealed_key__isnull=True),
                name="files_erased_has_no_key",
            ),
        ),
    ]
