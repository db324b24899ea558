-- R005: an index on the text of card keys. Opt-in.
--
-- What: one secondary index. Nothing else changes; the site's own queries stay as they are.
-- Why:  card_keys(plain_key)    a key is found by its beginning, and whatever its upper and lower case, also among many millions. Without the
--       index the console looks for these only up to a million cards, and says so.
-- How long: two to five seconds for each million rows, on two cores; the table stays readable and writable meanwhile (InnoDB online DDL), but
--       the step waits for transactions that are open on it. Disk: 40 to 90 MB for each million rows.
-- A step is skipped where an index that begins with the same column exists already, under whatever name.
-- Back: DROP INDEX idx_plain_key ON card_keys.

-- step: card_keys(plain_key)
-- unless: SELECT 1 FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'card_keys' GROUP BY INDEX_NAME
--     HAVING MAX(SUB_PART) IS NULL AND CONCAT(GROUP_CONCAT(COLUMN_NAME ORDER BY SEQ_IN_INDEX), ',') LIKE 'plain_key,%' LIMIT 1
CREATE INDEX idx_plain_key ON card_keys (plain_key);
