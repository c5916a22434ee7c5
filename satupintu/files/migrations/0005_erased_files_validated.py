from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("files", "0004_erased_files")]

    operations = [ValidateConstraint(model_name="storedfile", name="files_erased_has_no_key")]
