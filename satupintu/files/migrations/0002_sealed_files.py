from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("files", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="storedfile",
            name="key_name",
            field=models.CharField(blank=True, db_default="", max_length=40),
        ),
        migrations.AddField(
            model_name="storedfile",
            name="sealed_key",
            field=models.BinaryField(null=True),
        ),
        migrations.AddConstraint(
            model_name="storedfile",
            constraint=models.CheckConstraint(
                condition=models.Q(("key_name", ""), ("sealed_key__isnull", True))
                | (~models.Q(("key_name", "")) & models.Q(("sealed_key__isnull", False))),
                name="files_sealed_with_its_key",
            ),
        ),
    ]
