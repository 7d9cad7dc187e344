-- Which products and editions are installed at all, and how widely: the raw evidence, before any rule.
SELECT
    company_id,
    product_id,
    edition_id,
    COUNT(*) AS installations
FROM installations
WHERE product_id IS NOT NULL
GROUP BY company_id, product_id, edition_id
