-- Devices a product is installed on, with the number of its installations there.
SELECT
    question_id,
    'device' AS subject_kind,
    device_id AS subject_id,
    COUNT(*) AS installations,
    COUNT(*) AS installs
FROM deployed
WHERE shape = 'devices'
GROUP BY question_id, device_id
