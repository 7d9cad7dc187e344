"""Adds up on how many devices titles are: the changes that the database wrote down go into one number a title.

Before and after, the number and its changes come to the same, so nobody who reads meanwhile sees a wrong one.
"""

from __future__ import annotations

from django.db import connection, transaction

ADD_UP = """
WITH free AS (
    SELECT id FROM inventory_title WHERE id IN (SELECT title_id FROM inventory_change)
    ORDER BY id FOR NO KEY UPDATE SKIP LOCKED
), taken AS (
    DELETE FROM inventory_change WHERE title_id IN (SELECT id FROM free) RETURNING title_id, devices
)
UPDATE inventory_title SET counted = counted + summed.devices
FROM (SELECT title_id, sum(devices) AS devices FROM taken GROUP BY title_id) AS summed
WHERE id = summed.title_id
"""


@transaction.atomic
def add_up_changes() -> int:
    """Take the changes in; of how many titles. Those that somebody is writing just now wait for the next time."""
    with connection.cursor() as cursor:
        cursor.execute(ADD_UP)
        return int(cursor.rowcount)
