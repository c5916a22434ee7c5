from django.db import migrations

# The amount of a receipt is the total of its bill, whoever writes the row; and since the pair is
# referred to, the total of a paid bill can not change either.
AMOUNT = """
ALTER TABLE levies_receipt ADD CONSTRAINT receipt_amount_is_bill_total
    FOREIGN KEY (bill_id, amount) REFERENCES levies_bill (id, total);
"""

# An assessment and a receipt are evidence: the treasurer can not alter what was assessed. Only
# the life of the bill (status, cancellation, printed form), and of the receipt (closing, printed
# form), may still be written, and each of these only once.
EVIDENCE = """
CREATE FUNCTION levies_evidence() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    was jsonb;
    is_now jsonb;
    field text;
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'DELETE on % refused: bills and receipts are kept', TG_TABLE_NAME;
    END IF;
    was := to_jsonb(OLD);
    is_now := to_jsonb(NEW);
    FOREACH field IN ARRAY TG_ARGV LOOP
        IF was->field NOT IN ('null'::jsonb, '""'::jsonb, '"open"'::jsonb)
           AND was->field <> is_now->field THEN
            RAISE EXCEPTION 'UPDATE of % on % refused: written once', field, TG_TABLE_NAME;
        END IF;
        was := was - field;
        is_now := is_now - field;
    END LOOP;
    IF was <> is_now THEN
        RAISE EXCEPTION 'UPDATE on % refused: bills and receipts are evidence', TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER evidence BEFORE UPDATE OR DELETE ON levies_bill FOR EACH ROW
    EXECUTE FUNCTION levies_evidence('status', 'cancel_reason', 'cancelled_at', 'file_id');
CREATE TRIGGER evidence BEFORE UPDATE OR DELETE ON levies_receipt FOR EACH ROW
    EXECUTE FUNCTION levies_evidence('closing_id', 'file_id');
CREATE TRIGGER evidence BEFORE UPDATE OR DELETE ON levies_cashclosing FOR EACH ROW
    EXECUTE FUNCTION levies_evidence();
"""


class Migration(migrations.Migration):
    dependencies = [("levies", "0001_initial")]

    operations = [
        migrations.RunSQL(
            AMOUNT, "ALTER TABLE levies_receipt DROP CONSTRAINT receipt_amount_is_bill_total;"
        ),
        migrations.RunSQL(
            EVIDENCE,
            "".join(
                f"DROP TRIGGER evidence ON levies_{table};\n"
                for table in ("bill", "receipt", "cashclosing")
            )
            + "DROP FUNCTION levies_evidence();",
        ),
    ]
