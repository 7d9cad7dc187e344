"""The wall of standings, and the database's own hand in them: who changes a line throws its licence's standings away.

The trigger takes the lock that a new line takes anyway (on the licence, shared), so that it waits for the worker that
is just writing standings from the lines as they were, and finds what it wrote.
"""

from django.db import migrations

from trueup.tenancy.walls import wall

TRIGGERS = """
CREATE FUNCTION licences_purchase_unsettles() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM licences_licence WHERE id IN (SELECT licence_id FROM touched) ORDER BY id FOR KEY SHARE;
    DELETE FROM licences_standing WHERE licence_id IN (SELECT licence_id FROM touched);
    RETURN NULL;
END $$;
CREATE TRIGGER licences_purchase_new AFTER INSERT ON licences_purchase
    REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION licences_purchase_unsettles();
CREATE TRIGGER licences_purchase_changed AFTER UPDATE ON licences_purchase
    REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION licences_purchase_unsettles();
CREATE TRIGGER licences_purchase_gone AFTER DELETE ON licences_purchase
    REFERENCING OLD TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION licences_purchase_unsettles();
"""
UNDO = """
DROP TRIGGER licences_purchase_new ON licences_purchase;
DROP TRIGGER licences_purchase_changed ON licences_purchase;
DROP TRIGGER licences_purchase_gone ON licences_purchase;
DROP FUNCTION licences_purchase_unsettles();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("licences", "0010_standing"),
    ]

    operations = [
        wall("licences_standing", "licence_id", "licences_licence"),
        migrations.RunSQL(TRIGGERS, UNDO),
    ]
