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
LEFT JOIN inventory_devicesection s ON s.device_id = d.id AND s.section = 'softwares'
WHERE d.status <> 'decommissioned' AND {d.company}
ORDER BY d.id
