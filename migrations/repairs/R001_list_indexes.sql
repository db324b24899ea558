-- R001: the indexes that lists of a large site need and the seed lacks. Opt-in.
--
-- What: seven secondary indexes. Nothing else changes; the site's own queries stay as they are.
-- Why:  invitations(ip_address)                       look for clusters of one address without reading every invitation
--       points_records(username, created_at)          one user's ledger in order, without a sort
--       card_keys(status, key_type, expires_at)       stock by type, cards that expire soon
--       user_points(balance, username)                users sorted or filtered by points, in keyset pages
--       user_login_stats(last_login_at, username)     users sorted or filtered by last login, in keyset pages
--       users(banned, id), users(role, id)            users filtered by state or role, in keyset pages
-- How long: one to three seconds for each million rows and index, on two cores; the tables stay readable and writable meanwhile (InnoDB online DDL), but
--       each step waits for transactions that are open on its table. Disk: 17 to 36 MB for each million rows and index.
-- A step is skipped where an index that begins with the same columns exists already, under whatever name.
-- Back: DROP INDEX <name> ON <table>.

-- step: invitations(ip_address)
-- unless: SELECT 1 FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'invitations' GROUP BY INDEX_NAME
--     HAVING MAX(SUB_PART) IS NULL AND CONCAT(GROUP_CONCAT(COLUMN_NAME ORDER BY SEQ_IN_INDEX), ',') LIKE 'ip_address,%' LIMIT 1
CREATE INDEX idx_ip_address ON invitations (ip_address);

-- step: points_records(username, created_at)
-- unless: SELECT 1 FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'points_records' GROUP BY INDEX_NAME
--     HAVING MAX(SUB_PART) IS NULL AND CONCAT(GROUP_CONCAT(COLUMN_NAME ORDER BY SEQ_IN_INDEX), ',') LIKE 'username,created_at,%' LIMIT 1
CREATE INDEX idx_username_created_at ON points_records (username, created_at);

-- step: card_keys(status, key_type, expires_at)
-- unless: SELECT 1 FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'card_keys' GROUP BY INDEX_NAME
--     HAVING MAX(SUB_PART) IS NULL AND CONCAT(GROUP_CONCAT(COLUMN_NAME ORDER BY SEQ_IN_INDEX), ',') LIKE 'status,key_type,expires_at,%' LIMIT 1
CREATE INDEX idx_status_type_expires ON card_keys (status, key_type, expires_at);

-- step: user_points(balance, username)
-- unless: SELECT 1 FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'user_points' GROUP BY INDEX_NAME
--     HAVING MAX(SUB_PART) IS NULL AND CONCAT(GROUP_CONCAT(COLUMN_NAME ORDER BY SEQ_IN_INDEX), ',') LIKE 'balance,username,%' LIMIT 1
CREATE INDEX idx_balance_username ON user_points (balance, username);

-- step: user_login_stats(last_login_at, username)
-- unless: SELECT 1 FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'user_login_stats' GROUP BY INDEX_NAME
--     HAVING MAX(SUB_PART) IS NULL AND CONCAT(GROUP_CONCAT(COLUMN_NAME ORDER BY SEQ_IN_INDEX), ',') LIKE 'last_login_at,username,%' LIMIT 1
CREATE INDEX idx_last_login_username ON user_login_stats (last_login_at, username);

-- step: users(banned, id)
-- unless: SELECT 1 FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'users' GROUP BY INDEX_NAME
--     HAVING MAX(SUB_PART) IS NULL AND CONCAT(GROUP_CONCAT(COLUMN_NAME ORDER BY SEQ_IN_INDEX), ',') LIKE 'banned,id,%' LIMIT 1
CREATE INDEX idx_banned_id ON users (banned, id);

-- step: users(role, id)
-- unless: SELECT 1 FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'users' GROUP BY INDEX_NAME
--     HAVING MAX(SUB_PART) IS NULL AND CONCAT(GROUP_CONCAT(COLUMN_NAME ORDER BY SEQ_IN_INDEX), ',') LIKE 'role,id,%' LIMIT 1
CREATE INDEX idx_role_id ON users (role, id);
