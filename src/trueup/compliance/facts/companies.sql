-- Companies of the run, with their own idea of nearly used up.
SELECT id AS company_id, near_limit_percent
FROM tenancy_company
WHERE archived_at IS NULL AND {this_company}
ORDER BY id
