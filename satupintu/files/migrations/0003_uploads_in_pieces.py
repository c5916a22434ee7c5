import uuid

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("files", "0002_sealed_files"),
    ]

    operations = [
        migrations.CreateModel(
            name="Upload",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("account_id", models.BigIntegerField()),
                ("purpose", models.CharField(max_length=120)),
                ("name", models.CharField(max_length=120)),
                ("size", models.BigIntegerField()),
                ("offset", models.BigIntegerField(default=0)),
                ("path", models.CharField(max_length=80, unique=True)),
                ("key_name", models.CharField(max_length=40)),
                ("sealed_key", models.BinaryField()),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("changed_at", models.DateTimeField(auto_now=True)),
                (
                    "file",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="files.storedfile",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        models.F("account_id"), models.F("changed_at"), name="uploads_of_account"
                    ),
                    models.Index(models.F("changed_at"), name="uploads_left_lying"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("offset__gte", 0), ("offset__lte", models.F("size")), ("size__gt", 0)
                        ),
                        name="upload_within_its_size",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("file__isnull", True), ("offset", models.F("size")), _connector="OR"
                        ),
                        name="upload_kept_when_whole",
                    ),
                ],
            },
        ),
    ]
