-- People who use a product: the user of the installation, else the primary user of its device, and for
-- services also those who hold units. Devices without a known user are subjects of their own.
WITH used AS (
    SELECT d.question_id, d.device_id, COALESCE(d.person_id, v.person_id) AS person_id, d.version
    FROM deployed d
    LEFT JOIN devices v ON v.device_id = d.device_id
    WHERE d.shape = 'users'
),
named AS (
    SELECT DISTINCT company_id, product_id, edition_id
    FROM questions
    WHERE edition_id IS NOT NULL
),
held AS (
    SELECT DISTINCT q.question_id, a.person_id
    FROM assignments a
    LEFT JOIN named n
        ON n.company_id = a.company_id AND n.product_id = a.product_id AND n.edition_id = a.edition_id
    JOIN questions q
        ON q.company_id = a.company_id AND q.product_id = a.product_id
    WHERE q.shape = 'users'
        AND q.counts_holders
        AND a.person_id IS NOT NULL
        AND (q.edition_id = n.edition_id OR (q.edition_id IS NULL AND n.edition_id IS NULL))
),
known AS (
    SELECT
        question_id,
        person_id,
        SUM(installs) AS installs,
        MAX(holds) AS holds,
        MAX(version) AS version
    FROM (
        SELECT question_id, person_id, COUNT(*) AS installs, 0 AS holds, MAX(version) AS version
        FROM used
        WHERE person_id IS NOT NULL
        GROUP BY question_id, person_id
        UNION ALL
        SELECT question_id, person_id, 0 AS installs, 1 AS holds, CAST(NULL AS INT) AS version
        FROM held
    ) parts
    GROUP BY question_id, person_id
)
SELECT
    k.question_id,
    'person' AS subject_kind,
    k.person_id AS subject_id,
    CAST(k.installs AS BIGINT) AS installations,
    TRUE AS user_known,
    CAST(k.installs AS BIGINT) AS installs,
    k.holds = 1 AS holds_units,
    p.is_active,
    k.version
FROM known k
LEFT JOIN people p ON p.person_id = k.person_id
UNION ALL
SELECT
    question_id,
    'device' AS subject_kind,
    device_id AS subject_id,
    COUNT(*) AS installations,
    FALSE AS user_known,
    COUNT(*) AS installs,
    FALSE AS holds_units,
    CAST(NULL AS BOOLEAN) AS is_active,
    MAX(version) AS version
FROM used
WHERE person_id IS NULL
GROUP BY question_id, device_id
