import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("people", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Notice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=160, unique=True)),
                ("code", models.CharField(max_length=80)),
                ("language", models.CharField(max_length=5)),
                ("subject", models.CharField(max_length=80)),
                ("title", models.CharField(max_length=200)),
                ("body", models.TextField()),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("read_at", models.DateTimeField(null=True)),
                (
                    "account",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "applicant",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="people.applicant",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Delivery",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "channel",
                    models.CharField(choices=[("email", "Surel"), ("sms", "SMS")], max_length=5),
                ),
                ("address", models.CharField(max_length=254)),
                ("text", models.TextField()),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("queued", "Menunggu dikirim"),
                            ("sending", "Sedang dikirim"),
                            ("sent", "Terkirim"),
                            ("failed", "Gagal"),
                        ],
                        default="queued",
                        max_length=7,
                    ),
                ),
                ("attempts", models.PositiveIntegerField(default=0)),
                ("perhaps_twice", models.BooleanField(default=False)),
                ("problem", models.CharField(blank=True, max_length=300)),
                ("provider_reference", models.CharField(blank=True, max_length=120)),
                ("queued_at", models.DateTimeField()),
                ("tried_at", models.DateTimeField(null=True)),
                ("sent_at", models.DateTimeField(null=True)),
                (
                    "notice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deliveries",
                        to="notifications.notice",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="notice",
            index=models.Index(fields=["applicant", "-id"], name="notice_of_applicant"),
        ),
        migrations.AddIndex(
            model_name="notice",
            index=models.Index(fields=["account", "-id"], name="notice_of_account"),
        ),
        migrations.AddIndex(
            model_name="notice",
            index=models.Index(fields=["subject"], name="notice_about"),
        ),
        migrations.AddConstraint(
            model_name="notice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("applicant__isnull", False), ("account__isnull", False), _connector="XOR"
                ),
                name="notice_has_one_recipient",
            ),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(
                condition=models.Q(("status", "sent"), _negated=True),
                fields=["status", "id"],
                name="delivery_not_sent",
            ),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.UniqueConstraint(
                fields=("notice", "channel"), name="one_delivery_per_channel"
            ),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("sent_at__isnull", False), ("status", "sent")),
                    models.Q(
                        models.Q(("status", "sent"), _negated=True), ("sent_at__isnull", True)
                    ),
                    _connector="OR",
                ),
                name="sent_delivery_has_its_time",
            ),
        ),
    ]
