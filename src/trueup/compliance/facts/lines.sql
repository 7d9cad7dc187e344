-- Purchase lines in force on the day.
SELECT
    p.id AS purchase_id,
    p.licence_id,
    p.company_id,
    l.region_id,
    l.product_id,
    l.edition_id,
    l.version_id,
    l.metric,
    CASE WHEN p.is_unlimited THEN NULL ELSE p.units END AS units,
    p.is_unlimited AS unlimited,
    p.valid_from,
    p.valid_until,
    CAST(CASE WHEN p.basis = 'pack' THEN p.price * COALESCE(p.packs, 1) ELSE p.price END AS text) AS price,
    CASE WHEN p.price IS NULL THEN NULL WHEN p.basis = 'pack' THEN 'total' ELSE p.basis END AS price_basis,
    NULLIF(p.currency, '') AS currency
FROM licences_purchase p
JOIN licences_licence l ON l.id = p.licence_id
WHERE p.voided_at IS NULL
    AND p.kind NOT IN ('maintenance', 'upgrade') -- they cover units and bring none
    AND p.valid_from <= {day}
    AND (p.valid_until IS NULL OR p.valid_until > {day})
    AND l.withdrawn_at IS NULL
    AND (l.retired_at IS NULL OR l.retired_at > {moment})
    AND {p.company}
ORDER BY p.id
