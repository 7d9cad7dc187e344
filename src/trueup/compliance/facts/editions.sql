-- facts/editions.sql
-- Editions of all products with their rank.
SELECT id AS edition_id, product_id, name, rank
FROM catalogue_edition
ORDER BY id
