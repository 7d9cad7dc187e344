-- Devices as rules see them: the layer they are, the cores known in either way, and the host of a virtual
-- machine. A host that is virtual itself is no host: what it stands on is unknown.
SELECT
    v.device_id,
    CASE WHEN v.is_virtual THEN 'vm' WHEN NOT v.is_virtual THEN 'physical' END AS layer,
    v.processors,
    v.cores_per_processor,
    v.threads_per_core,
    COALESCE(v.cores, CAST(v.processors AS BIGINT) * v.cores_per_processor) AS cores,
    v.core_count_uncertain,
    CASE WHEN v.is_virtual AND NOT COALESCE(h.is_virtual, FALSE) THEN v.host_id END AS host_id
FROM devices v
LEFT JOIN devices h ON h.device_id = v.host_id
