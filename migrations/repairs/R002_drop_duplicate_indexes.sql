-- R002: drop the indexes that repeat a UNIQUE of the same table. Opt-in.
--
-- What: eight indexes on username, key_hash and invitation_code, each the beginning of a UNIQUE key that stays.
-- Why:  they answer no query that the UNIQUE does not answer, and each costs one more index write for every row inserted:
--       with a million card keys that is a second tree of random hashes that has to fit into the buffer pool.
-- How long: a moment (only the table's description changes); each step waits for transactions that are open on its table.
-- A step is skipped unless the index has exactly that one column and the UNIQUE that replaces it is there: a site that lost
--       the UNIQUE keeps the index it has. Foreign keys move over to the UNIQUE by themselves.
-- Back: CREATE INDEX <name> ON <table> (<column>).

-- step: users.idx_username
-- unless: SELECT 1 FROM DUAL WHERE 2 > (SELECT COUNT(*) FROM (SELECT INDEX_NAME AS name, NON_UNIQUE AS many, GROUP_CONCAT(COLUMN_NAME ORDER BY SEQ_IN_INDEX) AS columns_, MAX(SUB_PART) AS part
--     FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'users' GROUP BY INDEX_NAME, NON_UNIQUE) AS i
--     WHERE part IS NULL AND ((name = 'idx_username' AND columns_ = 'username') OR (name <> 'idx_username' AND many = 0 AND columns_ = 'username')))
DROP INDEX idx_username ON users;

-- step: card_keys.idx_key_hash
-- unless: SELECT 1 FROM DUAL WHERE 2 > (SELECT COUNT(*) FROM (SELECT INDEX_NAME AS name, NON_UNIQUE AS many, GROUP_CONCAT(COLUMN_NAME ORDER BY SEQ_IN_INDEX) AS columns_, MAX(SUB_PART) AS part
--     FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'card_keys' GROUP BY INDEX_NAME, NON_UNIQUE) AS i
--     WHERE part IS NULL AND ((name = 'idx_key_hash' AND columns_ = 'key_hash') OR (name <> 'idx_key_hash' AND many = 0 AND columns_ = 'key_hash')))
DROP INDEX idx_key_hash ON card_keys;

-- step: play_records.idx_username
-- unless: SELECT 1 FROM DUAL WHERE 2 > (SELECT COUNT(*) FROM (SELECT INDEX_NAME AS name, NON_UNIQUE AS many, GROUP_CONCAT(COLUMN_NAME ORDER BY SEQ_IN_INDEX) AS columns_, MAX(SUB_PART) AS part
--     FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'play_records' GROUP BY INDEX_NAME, NON_UNIQUE) AS i
--     WHERE part IS NULL AND ((name = 'idx_username' AND columns_ = 'username') OR (name <> 'idx_username' AND many = 0 AND columns_ = 'username,source,content_id')))
DROP INDEX idx_username ON play_records;

-- step: favorites.idx_username
-- unless: SELECT 1 FROM DUAL WHERE 2 > (SELECT COUNT(*) FROM (SELECT INDEX_NAME AS name, NON_UNIQUE AS many, GROUP_CONCAT(COLUMN_NAME ORDER BY SEQ_IN_INDEX) AS columns_, MAX(SUB_PART) AS part
--     FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'favorites' GROUP BY INDEX_NAME, NON_UNIQUE) AS i
--     WHERE part IS NULL AND ((name = 'idx_username' AND columns_ = 'username') OR (name <> 'idx_username' AND many = 0 AND columns_ = 'username,source,content_id')))
DROP INDEX idx_username ON favorites;

-- step: episode_skip_configs.idx_username
-- unless: SELECT 1 FROM DUAL WHERE 2 > (SELECT COUNT(*) FROM (SELECT INDEX_NAME AS name, NON_UNIQUE AS many, GROUP_CONCAT(COLUMN_NAME ORDER BY SEQ_IN_INDEX) AS columns_, MAX(SUB_PART) AS part
--     FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'episode_skip_configs' GROUP BY INDEX_NAME, NON_UNIQUE) AS i
--     WHERE part IS NULL AND ((name = 'idx_username' AND columns_ = 'username') OR (name <> 'idx_username' AND many = 0 AND columns_ = 'username,source,content_id')))
DROP INDEX idx_username ON episode_skip_configs;

-- step: user_points.idx_username
-- unless: SELECT 1 FROM DUAL WHERE 2 > (SELECT COUNT(*) FROM (SELECT INDEX_NAME AS name, NON_UNIQUE AS many, GROUP_CONCAT(COLUMN_NAME ORDER BY SEQ_IN_INDEX) AS columns_, MAX(SUB_PART) AS part
--     FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'user_points' GROUP BY INDEX_NAME, NON_UNIQUE) AS i
--     WHERE part IS NULL AND ((name = 'idx_username' AND columns_ = 'username') OR (name <> 'idx_username' AND many = 0 AND columns_ = 'username')))
DROP INDEX idx_username ON user_points;

-- step: user_points.idx_invitation_code
-- unless: SELECT 1 FROM DUAL WHERE 2 > (SELECT COUNT(*) FROM (SELECT INDEX_NAME AS name, NON_UNIQUE AS many, GROUP_CONCAT(COLUMN_NAME ORDER BY SEQ_IN_INDEX) AS columns_, MAX(SUB_PART) AS part
--     FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'user_points' GROUP BY INDEX_NAME, NON_UNIQUE) AS i
--     WHERE part IS NULL AND ((name = 'idx_invitation_code' AND columns_ = 'invitation_code') OR (name <> 'idx_invitation_code' AND many = 0 AND columns_ = 'invitation_code')))
DROP INDEX idx_invitation_code ON user_points;

-- step: user_login_stats.idx_username
-- unless: SELECT 1 FROM DUAL WHERE 2 > (SELECT COUNT(*) FROM (SELECT INDEX_NAME AS name, NON_UNIQUE AS many, GROUP_CONCAT(COLUMN_NAME ORDER BY SEQ_IN_INDEX) AS columns_, MAX(SUB_PART) AS part
--     FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'user_login_stats' GROUP BY INDEX_NAME, NON_UNIQUE) AS i
--     WHERE part IS NULL AND ((name = 'idx_username' AND columns_ = 'username') OR (name <> 'idx_username' AND many = 0 AND columns_ = 'username')))
DROP INDEX idx_username ON user_login_stats;
