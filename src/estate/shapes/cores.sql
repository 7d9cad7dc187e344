-- Machines that are not known to be virtual, with their processors and cores; os_instances counts the
-- machine itself and the virtual machines on it that carry the product too.
WITH placed AS (
    SELECT question_id, device_id, COUNT(*) AS installations, MAX(version) AS version
    FROM deployed
    WHERE shape = 'cores'
    GROUP BY question_id, device_id
),
guests AS (
    SELECT p.question_id, m.host_id, COUNT(*) AS guests
    FROM placed p
    JOIN machines m ON m.device_id = p.device_id
    WHERE m.host_id IS NOT NULL
    GROUP BY p.question_id, m.host_id
)
SELECT
    p.question_id,
    'device' AS subject_kind,
    p.device_id AS subject_id,
    p.installations,
    m.layer,
    m.processors,
    m.cores_per_processor,
    m.threads_per_core,
    m.cores,
    COALESCE(m.core_count_uncertain, TRUE) AS core_count_uncertain,
    1 + COALESCE(g.guests, 0) AS os_instances,
    p.version
FROM placed p
LEFT JOIN machines m ON m.device_id = p.device_id
LEFT JOIN guests g ON g.question_id = p.question_id AND g.host_id = p.device_id
WHERE m.layer IS NULL OR m.layer = 'physical'
