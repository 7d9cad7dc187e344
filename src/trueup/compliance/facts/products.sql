-- How each product is licensed when no licence says otherwise, and the names of its editions.
SELECT
    p.id AS product_id,
    p.metric,
    p.is_commercial,
    e.id AS edition_id,
    e.name AS edition,
    e.metric AS edition_metric
FROM catalogue_product p
LEFT JOIN catalogue_edition e ON e.product_id = p.id
ORDER BY p.id, e.id
