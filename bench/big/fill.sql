-- Fills an empty, migrated database with a group of twenty companies. The one number wanted is how many licences:
-- there are ten assignments, two people and a device for each. Everything follows from row numbers, so that the same
-- number gives the same rows. Balances and movements are reckoned from lines and assignments: the ledger adds up.
-- Parameters: licences, today.

DO $$
BEGIN
    SET session_replication_role = replica;
EXCEPTION WHEN insufficient_privilege THEN
    NULL;  -- Then every key is checked, which takes longer.
END $$;
SET synchronous_commit = off;
SET work_mem = '256MB';
SET maintenance_work_mem = '512MB';

-- Columns of later versions get a plain value, so that this script need not know them.
DO $$
DECLARE found record;
BEGIN
    FOR found IN
        SELECT table_name, column_name, data_type FROM information_schema.columns
        WHERE table_schema = 'public' AND is_nullable = 'NO' AND column_default IS NULL AND is_identity = 'NO'
            AND is_generated = 'NEVER' AND data_type IN ('character varying', 'text', 'boolean', 'integer', 'smallint',
                'bigint', 'jsonb', 'ARRAY', 'numeric')
            AND NOT (data_type = 'bigint' AND column_name LIKE '%%\_id')
    LOOP
        EXECUTE format('ALTER TABLE %%I ALTER COLUMN %%I SET DEFAULT %%s', found.table_name, found.column_name,
            CASE found.data_type WHEN 'boolean' THEN 'false' WHEN 'jsonb' THEN '''{}''' WHEN 'ARRAY' THEN '''{}'''
                WHEN 'integer' THEN '0' WHEN 'smallint' THEN '0' WHEN 'bigint' THEN '0' WHEN 'numeric' THEN '0'
                ELSE '''''' END);
    END LOOP;
END $$;

-- Indexes that only serve reading are made anew at the end, which is much faster than row by row.
CREATE TEMP TABLE for_reading AS
SELECT i.indexname, i.indexdef FROM pg_indexes AS i JOIN pg_class AS c ON c.relname = i.indexname
JOIN pg_index AS x ON x.indexrelid = c.oid
WHERE i.schemaname = 'public' AND NOT x.indisunique AND %(licences)s > 10000;
DO $$
DECLARE found record;
BEGIN
    FOR found IN SELECT indexname FROM for_reading LOOP EXECUTE format('DROP INDEX %%I', found.indexname); END LOOP;
END $$;

CREATE TEMP TABLE given AS SELECT %(licences)s::bigint AS n, %(today)s::date AS today;
-- The first company has four tenths of everything, the others share the rest.
CREATE FUNCTION pg_temp.company_of(i bigint) RETURNS bigint LANGUAGE sql IMMUTABLE AS
    'SELECT CASE WHEN i %% 10 < 4 THEN 1 ELSE 2 + i %% 19 END';

INSERT INTO tenancy_company (id, name, slug, currency, policy, near_limit_percent, is_sample, created_at)
SELECT i, 'Company ' || lpad(i::text, 2, '0'), 'company-' || i, 'EUR', 'block', 90, false, '2024-01-01'
FROM generate_series(1, 20) AS i;
INSERT INTO tenancy_region (id, company_id, name, is_default)
SELECT i * 3 + r - 3, i, (ARRAY['Europe', 'Americas', 'Asia'])[r], r = 1
FROM generate_series(1, 20) AS i, generate_series(1, 3) AS r;
INSERT INTO tenancy_costcentre (id, company_id, code, name)
SELECT i * 10 + r - 10, i, 'CC-' || (1000 + r), 'Centre ' || r FROM generate_series(1, 20) AS i, generate_series(1, 10) AS r;
INSERT INTO tenancy_department (id, company_id, name, cost_centre_id)
SELECT i * 40 + r - 40, i, 'Department ' || lpad(r::text, 2, '0'), i * 10 + r %% 10 - 9
FROM generate_series(1, 20) AS i, generate_series(1, 40) AS r;

INSERT INTO catalogue_publisher (id, name, library_key) SELECT i, 'Publisher ' || md5(i::text), 'bench-' || i
FROM generate_series(1, 400) AS i;
INSERT INTO catalogue_product (id, name, library_key, publisher_id, category, asset_class, metric, is_commercial, notes, revision)
SELECT i, initcap(substr(md5('a' || i), 1, 6)) || ' ' || initcap(substr(md5('b' || i), 1, 8)), 'bench-' || i, 1 + i %% 400,
    (ARRAY['Office', 'Database', 'Security', 'Design'])[1 + i %% 4], 'all', 'per_named_user', true, '', 1
FROM generate_series(1, 5000) AS i;
INSERT INTO catalogue_edition (id, product_id, key, name, rank, metric)
SELECT i * 2 + r - 2, i, (ARRAY['standard', 'enterprise'])[r], (ARRAY['Standard', 'Enterprise'])[r], r, ''
FROM generate_series(1, 5000) AS i, generate_series(1, 2) AS r;
INSERT INTO catalogue_version (id, product_id, key, name)
SELECT i * 2 + r - 2, i, (2020 + r)::text, (2020 + r)::text FROM generate_series(1, 5000) AS i, generate_series(1, 2) AS r;

-- Rows of one company have ids without a gap: `n` of `first` finds any of them.
INSERT INTO people_person (id, company_id, username, name, email, employee_number, department_id, region_id, is_active, left_on,
    source, external_id, revision)
SELECT row_number() OVER (ORDER BY c, i), c, 'user' || i, initcap(substr(md5('f' || i), 1, 5)) || ' ' || initcap(substr(md5('l' || i), 1, 7)),
    'user' || i || '@example.org', 'E' || i, c * 40 - i %% 40, c * 3 - i %% 3, i %% 20 > 0,
    CASE WHEN i %% 20 = 0 THEN today - (i %% 400)::int END, '', '', 1
FROM given, generate_series(1, n * 2) AS i, pg_temp.company_of(i) AS c;
CREATE TEMP TABLE people AS SELECT company_id AS c, min(id) AS first, count(*) AS n FROM people_person GROUP BY c;
ANALYZE;

INSERT INTO devices_device (id, company_id, hostname, barcode, serial, inventory_number, kind, environment, status, manufacturer,
    model, region_id, owner_id, user_id, processors, cores_per_processor, cores, processor_name, is_virtual, operating_system,
    system_uuid, agent_id, last_seen_at, created_at, revision)
SELECT row_number() OVER (ORDER BY c, i), c, substr(md5('h' || i), 1, 4) || '-' || i, 'B' || i, 'S' || md5('s' || i), 'I' || i,
    (ARRAY['server', 'workstation', 'laptop', 'laptop', 'virtual'])[1 + i %% 5], CASE WHEN i %% 5 = 0 THEN 'data_centre' ELSE 'back_office' END,
    (ARRAY['deployed', 'deployed', 'in_stock', 'repair'])[1 + i %% 4], 'Maker ' || i %% 9, 'Model ' || i %% 200, c * 3 - i %% 3,
    p.first + i %% p.n, p.first + i * 7 %% p.n, 1 + i %% 2, 8, 8 * (1 + i %% 2), 'Processor', i %% 5 = 4, 'System ' || i %% 12,
    md5('u' || i), 'agent-' || i, today - (i %% 90)::int, '2024-01-01', 1
FROM given, generate_series(1, given.n) AS i, pg_temp.company_of(i) AS c JOIN people AS p USING (c);
CREATE TEMP TABLE devices AS SELECT company_id AS c, min(id) AS first, count(*) AS n FROM devices_device GROUP BY c;
ANALYZE;

-- Two licences have as many holders as half the licences; the others 9 on average.
CREATE TEMP TABLE licences AS
SELECT row_number() OVER (ORDER BY c, i) AS id, i, c, i %% 3 = 0 AS of_devices,
    least(CASE WHEN i IN (10, 11) THEN given.n / 2 WHEN i %% 19 = 7 THEN 0 ELSE i * 7919 %% 19 END,
        CASE WHEN i %% 3 = 0 THEN d.n ELSE p.n END) AS seats
FROM given, generate_series(1, given.n) AS i, pg_temp.company_of(i) AS c JOIN people AS p USING (c) JOIN devices AS d USING (c);
INSERT INTO licences_licence (id, company_id, product_id, edition_id, version_id, metric, region_id, policy, owner_id, inventory_number,
    remarks, tags, balanced_on, source, external_id, created_at, retired_at, keys_on_release, revision)
SELECT l.id, c, 1 + i %% 5000, CASE WHEN i %% 2 = 0 THEN (1 + i %% 5000) * 2 END, CASE WHEN i %% 4 = 0 THEN (1 + i %% 5000) * 2 END,
    CASE WHEN of_devices THEN 'per_device' ELSE 'per_named_user' END, c * 3 - i %% 3, 'allow', p.first + i * 3 %% p.n, 'L' || i,
    'Bought for project ' || md5('r' || i), ARRAY['tag' || i %% 30], today, '', '', timestamptz '2024-01-01' + i * interval '1 minute',
    CASE WHEN seats = 0 AND i %% 5 = 0 THEN timestamptz '2026-01-01' END, 'return', 1
FROM given, licences AS l JOIN people AS p USING (c);

CREATE TEMP TABLE lines AS
SELECT l.id AS licence_id, l.i, c, r, CASE WHEN r = 3 THEN 1 + i %% 3 ELSE seats + (i * 31 %% 7) - 2 END AS units,
    date '2024-01-01' + (i %% 700)::int + CASE r WHEN 1 THEN 0 WHEN 2 THEN term ELSE 90 END AS valid_from,
    CASE WHEN i %% 4 > 0 THEN date '2024-01-01' + (i %% 700)::int + CASE r WHEN 2 THEN term * 2 ELSE term END END AS valid_until
FROM licences AS l, generate_series(1, 3) AS r, LATERAL (SELECT CASE WHEN i %% 8 = 1 THEN 1095 ELSE 365 END AS term) AS t
WHERE r = 1 OR (r = 2 AND i %% 4 > 0 AND i %% 3 < 2) OR (r = 3 AND i %% 5 = 0);
INSERT INTO licences_purchase (id, company_id, licence_id, kind, units, is_unlimited, valid_from, valid_until, price, currency, basis,
    order_number, invoice_number, invoice_on, supplier, cost_centre_id, renews_itself, notice_days, created_at)
SELECT row_number() OVER (ORDER BY licence_id, r), c, licence_id, (ARRAY['purchase', 'renewal', 'true_up'])[r], greatest(units, 1),
    i %% 97 = 0, valid_from, valid_until, 10 + i %% 990, 'EUR', CASE WHEN i %% 2 = 0 THEN 'unit' ELSE 'total' END, 'PO-' || i %% 20000,
    'INV-' || i, valid_from, 'Supplier ' || i %% 60, c * 10 - i %% 10, i %% 6 = 0, CASE WHEN i %% 6 < 2 THEN 60 END,
    timestamptz '2024-01-01' + i * interval '1 minute'
FROM lines;

ANALYZE;
-- Open assignments, then as many released ones as a tenth of them.
INSERT INTO assignments_assignment (id, company_id, licence_id, person_id, device_id, units, assigned_at, assigned_by, reason)
SELECT row_number() OVER (ORDER BY l.id, s), c, l.id, CASE WHEN NOT of_devices THEN p.first + (i * 31 + s) %% p.n END,
    CASE WHEN of_devices THEN d.first + (i * 31 + s) %% d.n END, 1, timestamptz '2024-06-01' + ((i + s) %% 800) * interval '1 day',
    'Somebody', '' FROM licences AS l JOIN people AS p USING (c) JOIN devices AS d USING (c), generate_series(1, seats) AS s;
INSERT INTO assignments_assignment (id, company_id, licence_id, person_id, units, assigned_at, assigned_by, released_at, released_by)
SELECT (SELECT max(id) FROM assignments_assignment) + l.id, c, l.id, p.first + i * 31 %% p.n, 1, '2024-02-01', 'Somebody', '2024-05-01',
    'Somebody' FROM licences AS l JOIN people AS p USING (c) WHERE NOT of_devices;

ANALYZE;
CREATE TEMP TABLE moves AS
SELECT licence_id, 'granted' AS account, units, valid_from AS day, kind AS cause, id AS purchase_id, NULL::bigint AS assignment_id
FROM licences_purchase, given WHERE valid_from <= today
UNION ALL SELECT licence_id, 'granted', -units, valid_until, 'expired', id, NULL FROM licences_purchase, given
WHERE valid_until <= today AND valid_from <= today
UNION ALL SELECT licence_id, 'held', units, assigned_at::date, 'assigned', NULL, id FROM assignments_assignment
UNION ALL SELECT licence_id, 'held', -units, released_at::date, 'released', NULL, id FROM assignments_assignment
WHERE released_at IS NOT NULL;
INSERT INTO licences_movement (id, company_id, licence_id, account, units, balance, effective_on, moved_at, cause, purchase_id,
    assignment_id, actor)
SELECT row_number() OVER (ORDER BY licence_id, account, day, units DESC, purchase_id, assignment_id), c, licence_id, account, units,
    sum(units) OVER (PARTITION BY licence_id, account ORDER BY day, units DESC, purchase_id, assignment_id), day, day, cause,
    purchase_id, assignment_id, 'Somebody'
FROM moves JOIN licences AS l ON l.id = licence_id;
ANALYZE moves;

UPDATE licences_licence AS l SET granted = coalesce(g, 0), held = coalesce(h, 0), is_unlimited = coalesce(u, false),
    excess = CASE WHEN coalesce(u, false) THEN 0 ELSE greatest(0, coalesce(h, 0) - coalesce(g, 0)) END
FROM licences AS these
LEFT JOIN (SELECT licence_id, sum(units) FILTER (WHERE account = 'granted') AS g, sum(units) FILTER (WHERE account = 'held') AS h
    FROM moves GROUP BY licence_id) AS m ON m.licence_id = these.id
LEFT JOIN (SELECT licence_id, bool_or(is_unlimited) AS u FROM licences_purchase, given WHERE valid_from <= today
    AND (valid_until IS NULL OR valid_until > today) GROUP BY licence_id) AS f ON f.licence_id = these.id
WHERE l.id = these.id;

INSERT INTO inventory_title (id, company_id, fingerprint, name, publisher, version, origin, first_seen_at, status, product_id, klass,
    reason, rule, candidates)
SELECT row_number() OVER (ORDER BY c, i), c, md5('t' || i)::uuid, 'Title ' || md5('n' || i), 'Publisher ' || i %% 900, (i %% 40) || '.' || i %% 7,
    'registry', '2024-01-01', (ARRAY['recognised', 'not_licensable', 'unrecognised', 'unrecognised'])[1 + i %% 4],
    CASE WHEN i %% 4 = 0 THEN 1 + i %% 5000 END, '', '', '', '[]' FROM given, generate_series(1, n / 2) AS i, pg_temp.company_of(i) AS c;
CREATE TEMP TABLE titles AS SELECT company_id AS c, min(id) AS first, count(*) AS n FROM inventory_title GROUP BY c;
ANALYZE;
INSERT INTO inventory_installation (id, company_id, device_id, title_id, section, first_seen_at)
SELECT row_number() OVER (), c, d.id, first + (d.id * 17 + s * s * s) %% n, 'softwares', timestamptz '2024-01-01' + (d.id %% 900) * interval '1 day'
FROM devices_device AS d JOIN titles ON c = d.company_id, generate_series(1, 15) AS s
ON CONFLICT DO NOTHING;
INSERT INTO inventory_devicesection (id, company_id, device_id, section, source, received_at, facts)
SELECT id, company_id, id, 'softwares', 'glpi', today - (id %% 30)::int, '[]' FROM devices_device, given;
INSERT INTO inventory_receipt (id, company_id, digest, source, agent, deviceid, size_bytes, content, first_received_at, received_at, state,
    device_id, applied_at, times_received)
SELECT id, company_id, md5(id::text) || md5('r' || id), 'glpi', 'GLPI-Agent_v1.11', hostname, 9000, '\x00', today - 30,
    today - (id %% 30)::int - (id %% 86400) * interval '1 second', 'applied', id, today, 1 FROM devices_device, given;

INSERT INTO sources_source (id, company_id, name, kind, url, options, record, every_hours, is_shared, created_at, secrets_made)
SELECT i, 1 + i %% 20, 'Source ' || i, 'table', 'https://tables.example', '{}', md5('s' || i)::uuid, 24, true, today, 0
FROM given, generate_series(1, 40) AS i;
INSERT INTO sources_sourcerun (id, company_id, source_id, state, is_dry, asked_by, asked_at, started_at, ended_at, pages, rows, rejected, unplaced,
    counts, rejects, trouble)
SELECT i, s.company_id, s.id, 'done', false, 'Somebody', today, today, today, 3, 900, 1, 0, '{"seats": 900}', '[]', ''
FROM given, generate_series(1, n) AS i JOIN sources_source AS s ON s.id = 1 + i %% 40;
INSERT INTO sources_placement (id, company_id, source_id, outside, name, is_ignored, first_seen_at)
SELECT i, s.company_id, s.id, 'o' || i, 'Outside ' || i, false, today FROM given, generate_series(1, 400) AS i JOIN sources_source AS s ON s.id = 1 + i %% 40;
INSERT INTO sources_subscription (id, company_id, origin, origin_name, sku, ref, title_id, applies_to, purchased, status, is_free, currency,
    first_seen_at, seen_at)
SELECT i, t.company_id, md5('s' || i %% 40)::uuid, 'Source', 'sku' || i, '', t.id, 'user', 25, 'Enabled', false, '', today, today
FROM given, generate_series(1, n / 10) AS i JOIN inventory_title AS t ON t.id = i;
INSERT INTO sources_seat (id, company_id, origin, origin_name, sku, title_id, subject, login, name, person_id, via, use_is_reported, last_used_at,
    first_seen_at, seen_at)
SELECT p.id, p.company_id, md5('s' || p.id %% 40)::uuid, 'Source', 'sku', t.first, 'u' || p.id, p.username, p.name, p.id, 'direct', p.id %% 3 > 0,
    CASE WHEN p.id %% 3 = 1 THEN today - (p.id %% 99)::int END, today, today FROM given, people_person AS p JOIN titles AS t ON t.c = p.company_id;

INSERT INTO audit_entry (id, company_id, position, happened_at, event, actor, via, subject_kind, subject_id, subject, details, hash)
SELECT i, c, row_number() OVER (PARTITION BY c ORDER BY i), timestamptz '2024-01-01' + i * interval '1 minute', 'licence.changed', 'User ' || i %% 50,
    'page', 'licence', 1 + i %% n, 'Licence ' || 1 + i %% n, '{"remarks": ["old", "new"]}', md5('e' || i) || md5('f' || i)
FROM given, generate_series(1, n * 3) AS i, pg_temp.company_of(i) AS c;
INSERT INTO audit_chain (company_id, last_hash, length)
SELECT DISTINCT ON (company_id) company_id, hash, position FROM audit_entry ORDER BY company_id, position DESC;

INSERT INTO compliance_run (id, company_ids, as_of, state, asked_by, asked_at, started_at, finished_at, facts, manifest_hash, facts_hash,
    terms_version, code_version, result_hash, trouble)
SELECT i, (SELECT array_agg(id) FROM tenancy_company), today - i::int, 'done', 'Somebody', today - i::int, today - i::int, today - i::int, '{}', 'm', 'f', 't', 'c', 'r', ''
FROM given, generate_series(1, 20) AS i;
INSERT INTO compliance_outcome (id, company_id, run_id, as_of, is_latest, positions, by_state, exposure)
SELECT i, i, 1, today, true, n / 200, '{"short": 5}', '{}' FROM given, generate_series(1, 20) AS i;
INSERT INTO compliance_position (id, company_id, run_id, outcome_id, question, product_id, metric, state, entitled, required_low, required_point,
    required_high, covered, short, spare, currency, exposure, licences, subjects, installations, reason, causes, warnings, working, parameters)
SELECT i, c, 1, c, i, 1 + i / 20 %% 5000, 'per_device', (ARRAY['short', 'covered', 'surplus'])[1 + i %% 3], 100, 100 + i %% 9, 100 + i %% 9, 100 + i %% 9,
    100, CASE WHEN i %% 3 = 0 THEN 9 ELSE 0 END, CASE WHEN i %% 3 = 2 THEN 5 ELSE 0 END, 'EUR', i, 3, 9, 90, '', '[]', '[]', '[]', '[]'
FROM given, generate_series(1, n / 5) AS i, LATERAL (SELECT 1 + i %% 20 AS c) AS x;
INSERT INTO compliance_finding (id, company_id, kind, product_id, metric, position_id, says, units, money, currency, opened_at)
SELECT id, company_id, 'short', product_id, metric, id, 'Nine devices too many', 9, id, 'EUR', '2026-01-01' FROM compliance_position WHERE state = 'short';

DO $$
DECLARE found record;
BEGIN
    FOR found IN SELECT table_name FROM information_schema.columns WHERE table_schema = 'public' AND column_name = 'id' AND is_identity = 'YES'
    LOOP
        EXECUTE format('SELECT setval(pg_get_serial_sequence(%%L, ''id''), greatest(1, (SELECT max(id) FROM %%I)))', found.table_name, found.table_name);
    END LOOP;
END $$;
DO $$
DECLARE found record;
BEGIN
    FOR found IN SELECT indexdef FROM for_reading LOOP EXECUTE found.indexdef; END LOOP;
END $$;

-- Written by triggers otherwise, which were asleep.
INSERT INTO licences_unsettled (licence_id) SELECT id FROM licences_licence ON CONFLICT DO NOTHING;

RESET synchronous_commit;
RESET work_mem;
RESET maintenance_work_mem;
