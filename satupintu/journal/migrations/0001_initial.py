import django.contrib.postgres.indexes
import django.db.models.deletion
from django.db import migrations, models

# Rows that are evidence are only ever added. A superuser can put triggers to sleep (SET
# session_replication_role = replica), which a restore and the flush after a test need; the role
# the programs run as is no superuser and owns none of these tables (README).
APPEND_ONLY = """
CREATE FUNCTION journal_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% on % refused: the journal only grows', TG_OP, TG_TABLE_NAME;
END $$;
"""
EVIDENCE = ("entry", "leaf", "checkpoint", "timestamp")


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Tile",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "log",
                        "level",
                        "index",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "log",
                    models.CharField(
                        choices=[("journal", "Journal"), ("permits", "Permits")], max_length=16
                    ),
                ),
                ("level", models.SmallIntegerField()),
                ("index", models.BigIntegerField()),
                ("hashes", models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            name="Window",
            fields=[
                (
                    "log",
                    models.CharField(
                        choices=[("journal", "Journal"), ("permits", "Permits")],
                        max_length=16,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("floor", models.BigIntegerField(default=0)),
                ("next_floor", models.BigIntegerField(default=0)),
                ("writers", models.JSONField(default=list)),
            ],
        ),
        migrations.CreateModel(
            name="Checkpoint",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "log",
                    models.CharField(
                        choices=[("journal", "Journal"), ("permits", "Permits")], max_length=16
                    ),
                ),
                ("size", models.BigIntegerField()),
                ("root", models.BinaryField()),
                ("note", models.TextField()),
                ("created_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("log", "size"), name="checkpoint_size")
                ],
            },
        ),
        migrations.CreateModel(
            name="Entry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("event", models.CharField(max_length=80)),
                ("subject", models.CharField(max_length=80)),
                ("account_id", models.BigIntegerField(null=True)),
                ("post_id", models.BigIntegerField(null=True)),
                ("office_id", models.BigIntegerField(null=True)),
                ("door", models.CharField(max_length=16)),
                ("request_id", models.CharField(blank=True, max_length=80)),
                ("data_json", models.TextField(db_column="data")),
                ("happened_at", models.DateTimeField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["subject", "id"], name="entry_subject"),
                    models.Index(
                        condition=models.Q(("account_id__isnull", False)),
                        fields=["account_id", "id"],
                        name="entry_account",
                    ),
                    django.contrib.postgres.indexes.BrinIndex(
                        fields=["happened_at"], name="entry_happened_at"
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("door__regex", '^[^"\\\\[:cntrl:]]*$'),
                            ("event__regex", '^[^"\\\\[:cntrl:]]*$'),
                            ("request_id__regex", '^[^"\\\\[:cntrl:]]*$'),
                            ("subject__regex", '^[^"\\\\[:cntrl:]]*$'),
                        ),
                        name="entry_plain_text",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Timestamp",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("token", models.BinaryField()),
                ("created_at", models.DateTimeField()),
                (
                    "checkpoint",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="timestamp",
                        to="journal.checkpoint",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Leaf",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "log",
                        "sequence",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "log",
                    models.CharField(
                        choices=[("journal", "Journal"), ("permits", "Permits")], max_length=16
                    ),
                ),
                ("sequence", models.BigIntegerField()),
                ("data", models.BinaryField(null=True)),
                (
                    "entry",
                    models.OneToOneField(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="leaf",
                        to="journal.entry",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("data__isnull", True), ("entry__isnull", False)),
                            models.Q(("data__isnull", False), ("entry__isnull", True)),
                            _connector="OR",
                        ),
                        name="leaf_is_a_row_or_data",
                    )
                ],
            },
        ),
        migrations.RunSQL(
            APPEND_ONLY
            + "".join(
                f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE "
                f"ON journal_{table} EXECUTE FUNCTION journal_append_only();\n"
                for table in EVIDENCE
            ),
            "".join(f"DROP TRIGGER append_only ON journal_{table};\n" for table in EVIDENCE)
            + "DROP FUNCTION journal_append_only();",
        ),
    ]
