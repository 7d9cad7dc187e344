-- facts/rights.sql
-- What the terms of licences allow, until when maintenance is paid, and whether the order of consumption is demanded.
WITH maintained AS (
    SELECT DISTINCT ON (licence_id)
        licence_id,
        COALESCE(valid_until - 1, DATE '9999-12-31') AS until,
        CASE WHEN COUNT(*) = COUNT(covered_units) THEN CAST(SUM(covered_units) AS bigint) END AS units
    FROM licences_purchase
    WHERE kind = 'maintenance' AND voided_at IS NULL AND valid_from <= {day}
    GROUP BY licence_id, COALESCE(valid_until - 1, DATE '9999-12-31')
    ORDER BY licence_id, until DESC
),
ordered AS (
    SELECT DISTINCT p.licence_id
    FROM licences_purchase p
    JOIN compliance_coverorder o ON o.contract_id = p.contract_id AND o."order" = 'order'
    WHERE p.voided_at IS NULL AND p.valid_from <= {day} AND (p.valid_until IS NULL OR p.valid_until > {day})
)
SELECT
    l.id AS licence_id,
    l.company_id,
    l.product_id,
    l.edition_id,
    l.version_id,
    l.metric,
    r.id IS NOT NULL AS is_written,
    CASE r.downgrade WHEN 'some' THEN CAST(r.downgrade_depth AS text) ELSE r.downgrade END AS downgrade,
    r.covers_lower_editions,
    r.second_use,
    CAST(r.virtual_per_unit AS integer) AS virtual_per_unit,
    CAST(r.installs_per_unit AS integer) AS installs_per_unit,
    m.until AS maintained_until,
    m.units AS maintained_units,
    d.licence_id IS NOT NULL OR COALESCE(c."order" = 'order', FALSE) AS by_order,
    NULLIF(r.clause, '') AS clause
FROM licences_licence l
LEFT JOIN licences_userights r ON r.licence_id = l.id
LEFT JOIN maintained m ON m.licence_id = l.id
LEFT JOIN ordered d ON d.licence_id = l.id
LEFT JOIN compliance_coverorder c ON c.company_id = l.company_id AND c.contract_id IS NULL
WHERE l.withdrawn_at IS NULL
    AND (l.retired_at IS NULL OR l.retired_at > {moment})
    AND {l.company}
ORDER BY l.id
