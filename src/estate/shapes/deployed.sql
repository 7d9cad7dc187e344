-- shapes/deployed.sql
-- Installations, each with the question it answers. An installation whose edition no question of its
-- company and product names belongs to the question without an edition. version is the place of its
-- version in the product's line, and only where the question compares versions.
WITH named AS (
    SELECT DISTINCT company_id, product_id, edition_id
    FROM questions
    WHERE edition_id IS NOT NULL
)
SELECT
    q.question_id,
    q.shape,
    i.device_id,
    i.person_id,
    CASE WHEN q.compares_versions THEN v.place END AS version
FROM installations i
LEFT JOIN named n
    ON n.company_id = i.company_id AND n.product_id = i.product_id AND n.edition_id = i.edition_id
JOIN questions q
    ON q.company_id = i.company_id AND q.product_id = i.product_id
LEFT JOIN versions v ON v.version_id = i.version_id
WHERE q.edition_id = n.edition_id OR (q.edition_id IS NULL AND n.edition_id IS NULL)
