-- facts/components.sql
-- What one unit of a suite covers together.
SELECT c.id AS component_id, c.licence_id, c.company_id, c.product_id, c.edition_id
FROM licences_suitecomponent c
JOIN licences_licence l ON l.id = c.licence_id AND l.withdrawn_at IS NULL
WHERE {c.company}
ORDER BY c.id
