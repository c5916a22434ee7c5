from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0008_data_requests")]

    operations = [
        migrations.AddField(
            model_name="holding",
            name="decision_number",
            field=models.CharField(blank=True, db_default="", max_length=120),
        ),
        migrations.AddField(
            model_name="holding", name="decision_date", field=models.DateField(null=True)
        ),
        AddConstraintNotValid(
            model_name="holding",
            constraint=models.CheckConstraint(
                condition=models.Q(decision_number="", decision_date__isnull=True)
                | (~models.Q(decision_number="") & models.Q(decision_date__isnull=False)),
                name="people_holding_decision_whole",
            ),
        ),
    ]
