-- What the companies have licences for: those known at the moment, and those whose lines reach back to the day.
SELECT l.company_id, l.product_id, l.edition_id, l.metric, COUNT(*) AS licences
FROM licences_licence l
WHERE l.withdrawn_at IS NULL
    AND (
        l.created_at <= {moment}
        OR EXISTS (
            SELECT FROM licences_purchase p
            WHERE p.licence_id = l.id AND p.voided_at IS NULL AND p.valid_from <= {day}
        )
    )
    AND (l.retired_at IS NULL OR l.retired_at > {moment})
    AND {l.company}
GROUP BY l.company_id, l.product_id, l.edition_id, l.metric
ORDER BY l.company_id, l.product_id, l.edition_id, l.metric
