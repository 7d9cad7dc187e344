"""The database refuses to change or delete what happened."""

from django.db import migrations

from trueup.tenancy.walls import doorposts, wall

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


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0001_initial"),
    ]

    operations = [
        migrations.RunSQL(WRITTEN_ONCE, UNDO),
        doorposts("audit_batch"),
        wall("audit_entry", "batch_id", "audit_batch"),
    ]
