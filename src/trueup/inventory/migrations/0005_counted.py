"""On how many devices a title is: the number, what changed since, and the triggers that write the changes."""

import django.db.models.deletion
from django.db import migrations, models

TRIGGERS = """
CREATE FUNCTION inventory_installation_counts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO inventory_change (title_id, devices)
        SELECT title_id, count(*) FROM now_there WHERE gone_at IS NULL GROUP BY title_id;
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO inventory_change (title_id, devices)
        SELECT title_id, -count(*) FROM was_there WHERE gone_at IS NULL GROUP BY title_id;
    ELSE
        INSERT INTO inventory_change (title_id, devices)
        SELECT title_id, sum(one) FROM (
            SELECT title_id, 1 AS one FROM now_there WHERE gone_at IS NULL
            UNION ALL SELECT title_id, -1 FROM was_there WHERE gone_at IS NULL
        ) AS both_ways GROUP BY title_id HAVING sum(one) <> 0;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER inventory_installation_new AFTER INSERT ON inventory_installation
    REFERENCING NEW TABLE AS now_there FOR EACH STATEMENT EXECUTE FUNCTION inventory_installation_counts();
CREATE TRIGGER inventory_installation_changed AFTER UPDATE ON inventory_installation
    REFERENCING OLD TABLE AS was_there NEW TABLE AS now_there
    FOR EACH STATEMENT EXECUTE FUNCTION inventory_installation_counts();
CREATE TRIGGER inventory_installation_gone AFTER DELETE ON inventory_installation
    REFERENCING OLD TABLE AS was_there FOR EACH STATEMENT EXECUTE FUNCTION inventory_installation_counts();
UPDATE inventory_title SET counted = n FROM (
    SELECT title_id, count(*) AS n FROM inventory_installation WHERE gone_at IS NULL GROUP BY title_id
) AS found WHERE title_id = inventory_title.id;
"""
UNDO = """
DROP TRIGGER inventory_installation_new ON inventory_installation;
DROP TRIGGER inventory_installation_changed ON inventory_installation;
DROP TRIGGER inventory_installation_gone ON inventory_installation;
DROP FUNCTION inventory_installation_counts();
"""


class Migration(migrations.Migration):
    dependencies = [("inventory", "0004_narrow_indexes")]

    operations = [
        migrations.AddField(
            model_name="title", name="counted", field=models.IntegerField(db_default=0, default=0)
        ),
        migrations.CreateModel(
            name="Change",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("devices", models.IntegerField()),
                (
                    "title",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="inventory.title"
                    ),
                ),
            ],
        ),
        migrations.RunSQL(TRIGGERS, UNDO),
    ]
