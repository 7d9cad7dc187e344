-- Takes units of a licence and writes the movements that took them: one condition, no reading first, so no race.
-- No row comes back where there was no room; nothing was written then.
WITH taken AS (
    UPDATE licences_licence
    SET held = held + %(units)s,
        reserved = reserved - %(drawn)s,
        excess = CASE WHEN is_unlimited THEN 0 ELSE greatest(0, held + %(units)s - granted) END
    WHERE id = %(licence)s AND retired_at IS NULL AND withdrawn_at IS NULL
      AND (is_unlimited OR held <= granted - %(units)s - greatest(%(kept)s, reserved - %(drawn)s)
        OR (%(kept)s = 0 AND reserved = %(drawn)s AND policy <> %(block)s))
    RETURNING company_id, granted, held, is_unlimited
), moved AS (
    INSERT INTO licences_movement
        (company_id, licence_id, account, units, balance, effective_on, moved_at, cause, assignment_id, actor)
    SELECT taken.company_id, %(licence)s, %(account)s, part.units, taken.held - %(units)s + part.so_far,
        %(on)s::date, %(at)s::timestamptz, 'assigned', part.assignment, %(actor)s
    FROM taken, (
        SELECT assignment, units, turn, sum(units) OVER (ORDER BY turn) AS so_far
        FROM unnest(%(assignments)s::bigint[], %(parts)s::bigint[]) WITH ORDINALITY AS told (assignment, units, turn)
    ) AS part
    ORDER BY part.turn
)
SELECT granted > 0 OR is_unlimited FROM taken
