from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("cases", "0007_retention")]

    operations = [
        ValidateConstraint(model_name="case", name="case_erased_by_somebody"),
        ValidateConstraint(model_name="case", name="case_erased_has_no_answers"),
    ]
