from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0002_throttle"),
    ]

    operations = [
        migrations.RenameField("throttle", "minute", "until"),
        migrations.AddField(
            model_name="account",
            name="guest_key",
            field=models.BinaryField(max_length=32, null=True, unique=True),
        ),
        migrations.RemoveConstraint(model_name="account", name="people_account_has_a_contact"),
        migrations.AddConstraint(
            model_name="account",
            constraint=models.CheckConstraint(
                condition=Q(email__isnull=False)
                | Q(phone__isnull=False)
                | Q(guest_key__isnull=False),
                name="people_account_has_a_contact",
            ),
        ),
        migrations.AddConstraint(
            model_name="account",
            constraint=models.CheckConstraint(
                condition=Q(guest_key__isnull=True) | Q(email__isnull=True, phone__isnull=True),
                name="people_account_guest_signs_in_by_code_only",
            ),
        ),
    ]
