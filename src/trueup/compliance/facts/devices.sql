-- Devices in use, with the day their software was last reported.
SELECT
    d.id AS device_id,
    d.company_id,
    d.hostname AS name,
    d.kind,
    d.environment,
    d.region_id,
    d.is_virtual,
    d.host_id,
    d.cluster_id,
    d.processors,
    d.cores_per_processor,
    d.threads_per_core,
    d.cores,
    FALSE AS core_count_uncertain,
    d.user_id AS person_id,
    CAST(d.last_seen_at AT TIME ZONE 'UTC' AS date) AS last_seen_on,
    CAST(s.received_at AT TIME ZONE 'UTC' AS date) AS software_known_on
FROM devices_device d
LEFT JOIN LATERAL (
    SELECT max(received_at) AS received_at FROM inventory_devicesection
    WHERE device_id = d.id AND starts_with(section, 'softwares')
) s ON TRUE
WHERE d.status <> 'decommissioned' AND {d.company}
ORDER BY d.id
