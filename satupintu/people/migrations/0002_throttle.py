from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Throttle",
            fields=[
                ("key", models.BinaryField(max_length=32, primary_key=True, serialize=False)),
                ("minute", models.BigIntegerField()),
                ("count", models.IntegerField()),
            ],
        ),
        # Written at every public question and worthless after a minute: not worth a log or a flush.
        migrations.RunSQL(
            "ALTER TABLE people_throttle SET UNLOGGED", "ALTER TABLE people_throttle SET LOGGED"
        ),
    ]
