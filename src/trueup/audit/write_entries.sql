-- Writes entries of the audit log and the new head of their chain. The caller holds the head's lock and reckoned the hashes.
WITH linked AS (
    UPDATE audit_chain SET length = %(length)s, last_hash = %(last_hash)s WHERE company_id = %(chain)s
)
INSERT INTO audit_entry
    (company_id, position, happened_at, event, actor, user_id, via, subject_kind, subject_id, subject, details, batch_id, hash)
SELECT %(company)s::bigint, told.position, %(at)s::timestamptz, told.event, %(actor)s, %(user)s::bigint, %(via)s, told.kind,
    told.id, told.subject, told.details, %(batch)s::bigint, told.hash
FROM unnest(%(positions)s::bigint[], %(events)s::text[], %(kinds)s::text[], %(ids)s::bigint[], %(subjects)s::text[],
    %(details)s::jsonb[], %(hashes)s::text[]) AS told (position, event, kind, id, subject, details, hash)
ORDER BY told.position
RETURNING id
