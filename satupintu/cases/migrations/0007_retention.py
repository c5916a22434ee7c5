import django.db.models.deletion
from django.conf import settings
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0006_lists_of_a_unit"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="case", name="retention_ended_on", field=models.DateField(null=True)
        ),
        migrations.AddField(
            model_name="case", name="erased_at", field=models.DateTimeField(null=True)
        ),
        migrations.AddField(
            model_name="case",
            name="erased_by",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="case",
            name="erasure_record",
            field=models.CharField(blank=True, db_default="", max_length=120),
        ),
        AddConstraintNotValid(
            model_name="case",
            constraint=models.CheckConstraint(
                condition=models.Q(erased_at__isnull=True)
                | (
                    models.Q(phase="closed", erased_by__isnull=False) & ~models.Q(erasure_record="")
                ),
                name="case_erased_by_somebody",
            ),
        ),
        AddConstraintNotValid(
            model_name="case",
            constraint=models.CheckConstraint(
                condition=models.Q(erased_at__isnull=True)
                | models.Q(answers={}, typed={}, draft_body={}),
                name="case_erased_has_no_answers",
            ),
        ),
    ]
