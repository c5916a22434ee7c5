import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("files", "0001_initial"),
        ("offices", "0001_initial"),
        ("people", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Bill",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=120, unique=True)),
                ("subject", models.CharField(max_length=80)),
                ("title", models.CharField(max_length=200)),
                ("lines", models.JSONField()),
                ("total", models.DecimalField(decimal_places=2, max_digits=14)),
                ("receipt_format", models.CharField(max_length=120)),
                ("issued_date", models.DateField()),
                ("due_date", models.DateField()),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("open", "Menunggu pembayaran"),
                            ("paid", "Lunas"),
                            ("cancelled", "Dibatalkan"),
                        ],
                        default="open",
                        max_length=9,
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("cancel_reason", models.CharField(blank=True, max_length=500)),
                ("cancelled_at", models.DateTimeField(null=True)),
                (
                    "applicant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to="people.applicant"
                    ),
                ),
                (
                    "assessed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "file",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="files.storedfile",
                    ),
                ),
                (
                    "office",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to="offices.office"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="CashClosing",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("expected", models.DecimalField(decimal_places=2, max_digits=14)),
                ("counted", models.DecimalField(decimal_places=2, max_digits=14)),
                ("reason", models.CharField(blank=True, max_length=500)),
                ("closed_at", models.DateTimeField(auto_now_add=True)),
                (
                    "cashier",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "office",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to="offices.office"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Receipt",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=120, unique=True)),
                ("amount", models.DecimalField(decimal_places=2, max_digits=14)),
                (
                    "method",
                    models.CharField(choices=[("cash", "Tunai")], default="cash", max_length=12),
                ),
                ("cash_given", models.DecimalField(decimal_places=2, max_digits=14)),
                ("change", models.DecimalField(decimal_places=2, max_digits=14)),
                ("key", models.UUIDField(unique=True)),
                ("taken_at", models.DateTimeField(auto_now_add=True)),
                (
                    "bill",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, to="levies.bill"
                    ),
                ),
                (
                    "closing",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="levies.cashclosing",
                    ),
                ),
                (
                    "file",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="files.storedfile",
                    ),
                ),
                (
                    "taken_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="bill",
            index=models.Index(
                condition=models.Q(("status", "open")), fields=["office", "-id"], name="open_bills"
            ),
        ),
        migrations.AddIndex(
            model_name="bill",
            index=models.Index(fields=["subject"], name="bills_of_subject"),
        ),
        migrations.AddConstraint(
            model_name="bill",
            constraint=models.CheckConstraint(
                condition=models.Q(("total__gte", 0)), name="bill_total_not_negative"
            ),
        ),
        migrations.AddConstraint(
            model_name="bill",
            constraint=models.CheckConstraint(
                condition=models.Q(("due_date__gte", models.F("issued_date"))),
                name="bill_due_after_issue",
            ),
        ),
        migrations.AddConstraint(
            model_name="bill",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("cancelled_at__isnull", False),
                        ("status", "cancelled"),
                        models.Q(("cancel_reason", ""), _negated=True),
                    ),
                    models.Q(
                        models.Q(("status", "cancelled"), _negated=True),
                        ("cancel_reason", ""),
                        ("cancelled_at__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="bill_cancelled_with_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="bill",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status", "open")),
                fields=("subject",),
                name="one_open_bill_per_subject",
            ),
        ),
        migrations.AddConstraint(
            model_name="bill",
            constraint=models.UniqueConstraint(fields=("id", "total"), name="bill_with_its_total"),
        ),
        migrations.AddConstraint(
            model_name="cashclosing",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("counted", models.F("expected")),
                    models.Q(("reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="closing_difference_has_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="cashclosing",
            constraint=models.CheckConstraint(
                condition=models.Q(("counted__gte", 0)), name="closing_count_not_negative"
            ),
        ),
        migrations.AddIndex(
            model_name="receipt",
            index=models.Index(fields=["taken_by", "-taken_at"], name="takings_of_cashier"),
        ),
        migrations.AddIndex(
            model_name="receipt",
            index=models.Index(
                condition=models.Q(("closing", None)),
                fields=["taken_by"],
                name="takings_not_closed",
            ),
        ),
        migrations.AddConstraint(
            model_name="receipt",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "change",
                        django.db.models.expressions.CombinedExpression(
                            models.F("cash_given"), "-", models.F("amount")
                        ),
                    ),
                    ("change__gte", 0),
                ),
                name="receipt_change_adds_up",
            ),
        ),
    ]
