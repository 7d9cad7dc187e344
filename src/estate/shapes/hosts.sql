-- Hosts with the operating-system instances of the product on them: their own and those of their virtual
-- machines. A machine that carries the product itself is a host even without virtual machines.
WITH placed AS (
    SELECT question_id, device_id, COUNT(*) AS installations, MAX(version) AS version
    FROM deployed
    WHERE shape = 'hosts'
    GROUP BY question_id, device_id
),
instances AS (
    SELECT
        p.question_id,
        CASE WHEN m.layer = 'vm' THEN m.host_id ELSE p.device_id END AS host_id,
        CASE WHEN m.layer = 'vm' THEN 1 ELSE 0 END AS vm,
        p.installations,
        p.version
    FROM placed p
    LEFT JOIN machines m ON m.device_id = p.device_id
),
hosts AS (
    SELECT
        question_id,
        host_id,
        COUNT(*) AS os_instances,
        SUM(vm) AS vms,
        SUM(installations) AS installations,
        MAX(version) AS version
    FROM instances
    WHERE host_id IS NOT NULL
    GROUP BY question_id, host_id
)
SELECT
    h.question_id,
    'device' AS subject_kind,
    h.host_id AS subject_id,
    CAST(h.installations AS BIGINT) AS installations,
    m.layer,
    m.processors,
    m.cores_per_processor,
    m.cores,
    COALESCE(m.core_count_uncertain, TRUE) AS core_count_uncertain,
    h.os_instances > h.vms AS on_host,
    CAST(h.vms AS BIGINT) AS vms,
    h.os_instances,
    h.version
FROM hosts h
LEFT JOIN machines m ON m.device_id = h.host_id
