from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("people", "0009_holding_decision")]

    operations = [ValidateConstraint(model_name="holding", name="people_holding_decision_whole")]
