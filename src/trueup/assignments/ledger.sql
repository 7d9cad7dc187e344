-- What does not add up in the ledger of units, one row a fault: licence, which sum, what it should be, what is stored.
WITH licences AS (
    SELECT id, company_id, granted, held, burnt, reserved, waiting, balanced_on FROM licences_licence
    WHERE %(companies)s::bigint[] IS NULL OR company_id = ANY (%(companies)s::bigint[])
),
assigned AS (
    SELECT licence_id, sum(units) FILTER (WHERE released_at IS NULL AND within_id IS NULL) AS units, sum(burnt) AS burnt
    FROM assignments_assignment GROUP BY licence_id
),
in_force AS (
    SELECT line.licence_id, sum(line.units) AS units
    FROM licences_purchase AS line JOIN licences ON licences.id = line.licence_id
    WHERE line.voided_at IS NULL AND line.valid_from <= licences.balanced_on
        AND (line.valid_until IS NULL OR line.valid_until > licences.balanced_on)
    GROUP BY line.licence_id
),
kept_back AS (
    SELECT licence_id, sum(units - taken) AS units, sum(taken) AS taken
    FROM licences_reservation WHERE ended_at IS NULL GROUP BY licence_id
),
drawn AS (
    SELECT reservation.licence_id, sum(assignment.reserved_units) AS units
    FROM assignments_assignment AS assignment
    JOIN licences_reservation AS reservation ON reservation.id = assignment.reservation_id
    WHERE assignment.released_at IS NULL AND reservation.ended_at IS NULL AND assignment.reserved_units > 0
    GROUP BY reservation.licence_id
),
in_line AS (
    SELECT licence_id, count(*) AS holders FROM assignments_waiting WHERE ended_at IS NULL GROUP BY licence_id
),
moved AS (
    SELECT licence_id, account, units, balance,
        sum(units) OVER (PARTITION BY licence_id, account ORDER BY id) AS running
    FROM licences_movement
),
sums AS (
    SELECT licence_id,
        coalesce(sum(units) FILTER (WHERE account = 'granted'), 0) AS granted,
        coalesce(sum(units) FILTER (WHERE account = 'held'), 0) AS held,
        coalesce(sum(units) FILTER (WHERE account = 'burnt'), 0) AS burnt,
        coalesce(sum(units) FILTER (WHERE account = 'reserved'), 0) AS reserved,
        count(*) FILTER (WHERE balance <> running) AS broken
    FROM moved GROUP BY licence_id
),
seen AS (
    SELECT licences.*, coalesce(assigned.units, 0) AS assigned,
        coalesce(assigned.burnt, 0) AS assigned_burnt, coalesce(sums.burnt, 0) AS moved_burnt, coalesce(in_force.units, 0) AS in_force,
        coalesce(kept_back.units, 0) AS kept_back, coalesce(kept_back.taken, 0) AS taken, coalesce(drawn.units, 0) AS drawn,
        coalesce(sums.reserved, 0) AS moved_reserved, coalesce(in_line.holders, 0) AS in_line,
        coalesce(sums.granted, 0) AS moved_granted, coalesce(sums.held, 0) AS moved_held,
        coalesce(sums.broken, 0) AS broken
    FROM licences
    LEFT JOIN assigned ON assigned.licence_id = licences.id
    LEFT JOIN in_force ON in_force.licence_id = licences.id
    LEFT JOIN sums ON sums.licence_id = licences.id
    LEFT JOIN kept_back ON kept_back.licence_id = licences.id
    LEFT JOIN drawn ON drawn.licence_id = licences.id
    LEFT JOIN in_line ON in_line.licence_id = licences.id
)
SELECT id, company_id, fault, expected, stored
FROM seen, LATERAL (
    VALUES
        ('held is not what assignments hold', assigned + assigned_burnt, held),
        ('held is not what movements come to', moved_held, held),
        ('burnt is not what assignments burnt', assigned_burnt, burnt),
        ('burnt is not what movements come to', moved_burnt, burnt),
        ('reserved is not what reservations hold back', kept_back, reserved),
        ('reserved is not what movements come to', moved_reserved, reserved),
        ('taken of reservations is not what assignments drew', drawn, taken),
        ('waiting is not how many wait', in_line, waiting),
        ('purchased is not what lines in force grant', in_force, granted),
        ('purchased is not what movements come to', moved_granted, granted),
        ('movements whose balance is not the running sum', 0, broken)
) AS checks (fault, expected, stored)
WHERE expected <> stored
ORDER BY id, fault
