-- shapes/devices.sql
-- Devices a product is installed on, with the number of its installations there and the newest version known.
-- Where the question asks: whether the device is virtual, and whether it is a second copy: the first portable
-- machine of somebody who has the product on a machine that is not portable too.
WITH placed AS (
    SELECT question_id, device_id, COUNT(*) AS installations, MAX(version) AS version
    FROM deployed
    WHERE shape = 'devices'
    GROUP BY question_id, device_id
),
split AS (
    SELECT question_id, splits_layers, second_use
    FROM questions
    WHERE splits_layers OR second_use
),
desks AS (
    SELECT DISTINCT p.question_id, v.person_id
    FROM placed p
    JOIN split s ON s.question_id = p.question_id AND s.second_use
    JOIN devices v ON v.device_id = p.device_id
    WHERE v.person_id IS NOT NULL AND NOT v.is_virtual AND v.kind <> 'laptop'
),
copies AS (
    SELECT p.question_id, MIN(p.device_id) AS device_id
    FROM placed p
    JOIN devices v ON v.device_id = p.device_id
    JOIN desks d ON d.question_id = p.question_id AND d.person_id = v.person_id
    WHERE NOT v.is_virtual AND v.kind = 'laptop'
    GROUP BY p.question_id, v.person_id
)
SELECT
    p.question_id,
    'device' AS subject_kind,
    p.device_id AS subject_id,
    p.installations,
    p.installations AS installs,
    p.version,
    CASE WHEN s.splits_layers THEN m.layer END AS layer,
    c.device_id IS NOT NULL AS second_copy
FROM placed p
LEFT JOIN split s ON s.question_id = p.question_id
LEFT JOIN machines m ON m.device_id = p.device_id
LEFT JOIN copies c ON c.question_id = p.question_id AND c.device_id = p.device_id
