from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0001_initial"), ("offices", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Availability",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("is_open", models.BooleanField()),
                ("from_date", models.DateField()),
                ("reason", models.CharField(max_length=300)),
                ("made_at", models.DateTimeField(auto_now_add=True)),
                (
                    "office",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="offices.office",
                    ),
                ),
                (
                    "service",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="availability",
                        to="catalogue.service",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["service", "office", "-from_date", "-id"],
                        name="catalogue_availability_now",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=~Q(reason=""), name="catalogue_availability_has_reason"
                    ),
                    models.CheckConstraint(
                        condition=Q(service__isnull=False) | Q(office__isnull=False),
                        name="catalogue_availability_of_something",
                    ),
                ],
            },
        ),
    ]
