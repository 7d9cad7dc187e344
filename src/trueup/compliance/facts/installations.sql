-- Titles that were on devices in use at the moment; a product only where the title is recognised.
SELECT
    i.id AS installation_id,
    i.company_id,
    i.device_id,
    i.title_id,
    CAST(NULL AS bigint) AS person_id,
    CASE WHEN t.status = 'recognised' THEN t.product_id END AS product_id,
    CASE WHEN t.status = 'recognised' THEN t.edition_id END AS edition_id,
    CASE WHEN t.status = 'recognised' THEN t.product_version_id END AS version_id,
    CAST(COALESCE(i.last_seen_at, s.received_at) AT TIME ZONE 'UTC' AS date) AS last_seen_on
FROM inventory_installation i
JOIN inventory_title t ON t.id = i.title_id
JOIN devices_device d ON d.id = i.device_id AND d.status <> 'decommissioned'
LEFT JOIN inventory_devicesection s ON s.device_id = i.device_id AND s.section = i.section
WHERE i.first_seen_at <= {moment}
    AND (i.gone_at IS NULL OR i.gone_at > {moment})
    AND t.status <> 'not_licensable'
    AND {i.company}
ORDER BY i.id
