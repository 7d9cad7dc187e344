"""What the database does about standings by itself: it notes whose are missing, and keeps what is copied into them.

All of it locks a licence before its standings, so that nobody waits for somebody who waits for them.
"""

from django.db import migrations

TRIGGERS = """
ALTER TABLE licences_unsettled ADD CONSTRAINT licences_unsettled_licence FOREIGN KEY (licence_id)
    REFERENCES licences_licence (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED;
INSERT INTO licences_unsettled (licence_id) SELECT id FROM licences_licence;

CREATE OR REPLACE FUNCTION licences_purchase_unsettles() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM licences_licence WHERE id IN (SELECT licence_id FROM touched) ORDER BY id FOR NO KEY UPDATE;
    DELETE FROM licences_standing WHERE licence_id IN (SELECT licence_id FROM touched);
    RETURN NULL;
END $$;

CREATE FUNCTION licences_licence_unsettled() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO licences_unsettled (licence_id) SELECT id FROM fresh ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;
CREATE TRIGGER licences_licence_new AFTER INSERT ON licences_licence
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION licences_licence_unsettled();

CREATE FUNCTION licences_standing_gone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO licences_unsettled (licence_id)
    SELECT DISTINCT licence_id FROM gone JOIN licences_licence ON licences_licence.id = licence_id ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;
CREATE TRIGGER licences_standing_gone AFTER DELETE ON licences_standing
    REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION licences_standing_gone();

CREATE FUNCTION licences_standing_emptied() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO licences_unsettled (licence_id) SELECT id FROM licences_licence ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;
CREATE TRIGGER licences_standing_emptied AFTER TRUNCATE ON licences_standing
    FOR EACH STATEMENT EXECUTE FUNCTION licences_standing_emptied();

CREATE FUNCTION licences_licence_moves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE licences_standing
    SET held = NEW.held, is_retired = NEW.retired_at IS NOT NULL, is_site = NEW.metric = 'site_license'
    WHERE licence_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER licences_licence_moved AFTER UPDATE OF held, retired_at, metric ON licences_licence FOR EACH ROW
    WHEN (OLD.held <> NEW.held OR OLD.metric <> NEW.metric OR (OLD.retired_at IS NULL) <> (NEW.retired_at IS NULL))
    EXECUTE FUNCTION licences_licence_moves();

CREATE FUNCTION licences_company_limits() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM licences_licence WHERE company_id = NEW.id ORDER BY id FOR NO KEY UPDATE;
    UPDATE licences_standing SET near_percent = NEW.near_limit_percent WHERE company_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER licences_company_limited AFTER UPDATE OF near_limit_percent ON tenancy_company FOR EACH ROW
    WHEN (OLD.near_limit_percent <> NEW.near_limit_percent) EXECUTE FUNCTION licences_company_limits();
"""
UNDO = """
DROP TRIGGER licences_company_limited ON tenancy_company;
DROP FUNCTION licences_company_limits();
DROP TRIGGER licences_licence_moved ON licences_licence;
DROP FUNCTION licences_licence_moves();
DROP TRIGGER licences_standing_emptied ON licences_standing;
DROP FUNCTION licences_standing_emptied();
DROP TRIGGER licences_standing_gone ON licences_standing;
DROP FUNCTION licences_standing_gone();
DROP TRIGGER licences_licence_new ON licences_licence;
DROP FUNCTION licences_licence_unsettled();
ALTER TABLE licences_unsettled DROP CONSTRAINT licences_unsettled_licence;
"""


class Migration(migrations.Migration):
    dependencies = [("licences", "0015_ordered_standings")]

    operations = [migrations.RunSQL(TRIGGERS, UNDO)]
