-- 0004: what the console keeps about card keys, for which the site's tables have no room.
--
-- What: five tables, all named console_*; nothing of the site's is touched.
-- Why:  a batch knows who issued what, when, why and for whom; a range ties cards to their batch: each chunk of a batch takes card_keys.id from
--       a range that nobody else's cards lie in, so a million cards need a few dozen rows here instead of a million; a mark keeps what one card
--       has gone through (revoked, replaced); imports wait here, line by line, until somebody confirms them.
-- Back: DROP TABLE console_card_import_rows, console_card_imports, console_card_marks, console_card_ranges, console_card_batches.

-- step: console_card_batches
CREATE TABLE IF NOT EXISTS console_card_batches (
    id BIGINT UNSIGNED PRIMARY KEY AUTO_INCREMENT,
    kind ENUM('issue', 'import', 'reissue', 'renewal') NOT NULL,
    key_type VARCHAR(10) NULL,
    wanted INT UNSIGNED NOT NULL,
    issued INT UNSIGNED NOT NULL DEFAULT 0,
    rolled_back INT UNSIGNED NOT NULL DEFAULT 0,
    format TEXT NULL,
    expires_at DATETIME NULL,
    note VARCHAR(500) NULL,
    channel VARCHAR(100) NULL,
    operator VARCHAR(50) NOT NULL,
    job_id VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NULL,
    audit_id BIGINT UNSIGNED NULL,
    created_at DATETIME(3) NOT NULL,
    KEY idx_job (job_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- step: console_card_ranges
-- One row a committed chunk: `cards` cards with card_keys.id from first_id to last_id; `digest` is the SHA-256 over their hashes in the order of their ids.
CREATE TABLE IF NOT EXISTS console_card_ranges (
    first_id BIGINT UNSIGNED PRIMARY KEY,
    last_id BIGINT UNSIGNED NOT NULL,
    batch_id BIGINT UNSIGNED NOT NULL,
    cards INT UNSIGNED NOT NULL,
    digest CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    KEY idx_batch (batch_id, first_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- step: console_card_marks
CREATE TABLE IF NOT EXISTS console_card_marks (
    card_id BIGINT UNSIGNED PRIMARY KEY,
    key_hash CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    revoked_at DATETIME NULL,
    revoked_by VARCHAR(50) NULL,
    reason VARCHAR(200) NULL,
    replaced_by BIGINT UNSIGNED NULL,
    replaces BIGINT UNSIGNED NULL,
    audit_id BIGINT UNSIGNED NOT NULL,
    KEY idx_hash (key_hash),
    KEY idx_revoked (revoked_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- step: console_card_imports
CREATE TABLE IF NOT EXISTS console_card_imports (
    id BIGINT UNSIGNED PRIMARY KEY AUTO_INCREMENT,
    operator VARCHAR(50) NOT NULL,
    file_name VARCHAR(255) NOT NULL,
    state ENUM('reading', 'ready', 'failed', 'applied') NOT NULL,
    options TEXT NOT NULL,
    report MEDIUMTEXT NULL,
    fingerprint VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL,
    batch_id BIGINT UNSIGNED NULL,
    created_at DATETIME(3) NOT NULL,
    KEY idx_created_at (created_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- step: console_card_import_rows
-- Lines that would become cards, in the order of their hashes.
CREATE TABLE IF NOT EXISTS console_card_import_rows (
    import_id BIGINT UNSIGNED NOT NULL,
    seq INT UNSIGNED NOT NULL,
    key_hash CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    plain_key VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    key_type VARCHAR(10) NOT NULL,
    status VARCHAR(10) NOT NULL,
    created_at DATETIME NOT NULL,
    expires_at DATETIME NOT NULL,
    PRIMARY KEY (import_id, seq)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
