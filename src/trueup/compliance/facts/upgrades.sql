-- facts/upgrades.sql
-- Upgrades and step-ups in force, with the licence whose units they turn into their own.
SELECT
    p.id AS purchase_id,
    p.company_id,
    p.licence_id,
    b.licence_id AS base_licence_id,
    COALESCE(p.covered_units, CASE WHEN NOT b.is_unlimited THEN b.units END) AS units
FROM licences_purchase p
JOIN licences_licence l ON l.id = p.licence_id AND l.withdrawn_at IS NULL
JOIN licences_purchase b ON b.id = p.covers_id AND b.voided_at IS NULL
WHERE p.kind = 'upgrade'
    AND p.voided_at IS NULL
    AND p.valid_from <= {day}
    AND (p.valid_until IS NULL OR p.valid_until > {day})
    AND b.licence_id <> p.licence_id
    AND {p.company}
ORDER BY p.id
