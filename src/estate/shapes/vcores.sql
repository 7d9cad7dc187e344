-- Virtual machines with their virtual cores. For questions that count hosts only those appear whose host
-- is unknown: the others are part of their host. host_counted: the product is on the host as well.
WITH placed AS (
    SELECT question_id, shape, device_id, COUNT(*) AS installations, MAX(version) AS version
    FROM deployed
    WHERE shape = 'cores' OR shape = 'hosts'
    GROUP BY question_id, shape, device_id
)
SELECT
    p.question_id,
    'device' AS subject_kind,
    p.device_id AS subject_id,
    p.installations,
    m.layer,
    m.cores,
    m.core_count_uncertain,
    CASE WHEN m.host_id IS NOT NULL THEN h.device_id IS NOT NULL END AS host_counted,
    p.version
FROM placed p
JOIN machines m ON m.device_id = p.device_id
LEFT JOIN placed h ON h.question_id = p.question_id AND h.device_id = m.host_id
WHERE m.layer = 'vm' AND (p.shape = 'cores' OR m.host_id IS NULL)
