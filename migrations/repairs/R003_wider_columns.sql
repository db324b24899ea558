-- R003: make room for the values that newer sites write. Opt-in, for a database that was made by the seed's own script.
--
-- What: users.password_hash from VARCHAR(128) to VARCHAR(255); user_card_keys.source gets the value 'promotion_register'.
-- Why:  a scrypt password (`salt:hash`) has 161 characters and is refused by VARCHAR(128); a card that a site gives away at
--       registration is refused by the seed's ENUM.
-- How long: a moment (both change only the table's description); each step waits for transactions that are open on its table.
-- A step is skipped where the column is anything else than what the seed made of it: another change was made there by hand, and
--       nothing is taken away from it.
-- Back: only while no longer value has been stored: ALTER TABLE users MODIFY password_hash VARCHAR(128) NOT NULL.

-- step: users.password_hash
-- unless: SELECT 1 FROM DUAL WHERE NOT EXISTS (SELECT 1 FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE()
--     AND TABLE_NAME = 'users' AND COLUMN_NAME = 'password_hash' AND COLUMN_TYPE = 'varchar(128)' AND COLLATION_NAME = 'utf8mb4_unicode_ci')
ALTER TABLE users MODIFY password_hash VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci NOT NULL COMMENT 'SHA256 哈希密码';

-- step: user_card_keys.source
-- unless: SELECT 1 FROM DUAL WHERE NOT EXISTS (SELECT 1 FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE()
--     AND TABLE_NAME = 'user_card_keys' AND COLUMN_NAME = 'source' AND COLUMN_TYPE = 'enum(''invitation'',''redeem'',''manual'')'
--     AND COLLATION_NAME = 'utf8mb4_unicode_ci')
ALTER TABLE user_card_keys MODIFY source ENUM('invitation', 'redeem', 'manual', 'promotion_register')
    CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci NOT NULL;
