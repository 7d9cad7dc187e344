-- Units held at the moment.
SELECT
    a.id AS assignment_id,
    a.company_id,
    a.licence_id,
    l.product_id,
    l.edition_id,
    l.metric,
    a.person_id,
    a.device_id,
    a.units
FROM assignments_assignment a
JOIN licences_licence l ON l.id = a.licence_id
WHERE a.assigned_at <= {moment}
    AND (a.released_at IS NULL OR a.released_at > {moment})
    AND l.withdrawn_at IS NULL
    AND {a.company}
ORDER BY a.id
