"""The database refuses to change or delete what happened."""

from django.db import migrations

WRITTEN_ONCE = """
CREATE FUNCTION audit_entry_is_written_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what happened is written once: entries are neither changed nor deleted';
END $$;
CREATE TRIGGER audit_entry_written_once BEFORE UPDATE OR DELETE ON audit_entry
    FOR EACH ROW EXECUTE FUNCTION audit_entry_is_written_once();
"""
UNDO = """
DROP TRIGGER audit_entry_written_once ON audit_entry;
DROP FUNCTION audit_entry_is_written_once();
"""

# The wall between companies, spelt out: this room lies below the one that makes walls for the others.
WALL = """
ALTER TABLE audit_batch ADD CONSTRAINT audit_batch_company_pair UNIQUE (company_id, id);
ALTER TABLE audit_entry ADD CONSTRAINT audit_entry_batch_id_same_company FOREIGN KEY (company_id, batch_id)
    REFERENCES audit_batch (company_id, id) DEFERRABLE INITIALLY DEFERRED;
"""
NO_WALL = """
ALTER TABLE audit_entry DROP CONSTRAINT audit_entry_batch_id_same_company;
ALTER TABLE audit_batch DROP CONSTRAINT audit_batch_company_pair;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0001_initial"),
    ]

    operations = [
        migrations.RunSQL(WRITTEN_ONCE, UNDO),
        migrations.RunSQL(WALL, NO_WALL),
    ]
