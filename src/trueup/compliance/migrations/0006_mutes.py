"""What was set aside on findings becomes a mute of its own, that outlives them."""

from django.db import migrations

MOVE = """
INSERT INTO compliance_mute
    (company_id, product_id, edition_id, kind, reason, until_on, muted_at, muted_by, lifted_by)
SELECT company_id, product_id, edition_id, kind, mute_reason, muted_until, opened_at, muted_by, ''
FROM compliance_finding
WHERE muted_until IS NOT NULL AND closed_at IS NULL
"""


class Migration(migrations.Migration):
    dependencies = [
        ("compliance", "0005_findings"),
    ]

    operations = [migrations.RunSQL(MOVE, migrations.RunSQL.noop)]
