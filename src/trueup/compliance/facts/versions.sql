-- facts/versions.sql
-- Versions of all products; their order is found outside, from their keys.
SELECT id AS version_id, product_id, key, name, released_on
FROM catalogue_version
ORDER BY id
