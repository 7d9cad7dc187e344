-- People, those who left included: what they still use counts.
SELECT
    id AS person_id,
    company_id,
    department_id,
    region_id,
    is_active OR left_on > {day} AS is_active
FROM people_person
WHERE {company}
ORDER BY id
