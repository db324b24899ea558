-- 0003: what exact statistics need and the site's schema has no room for. Tables of the storage's own; the site's stay as they are.
--
-- Without them plays and watch time are counted all the same; who was counted already is then known only roughly, until the next rebuild.

-- step: who watched what on which day
-- The ledger of plays: content_stats and play_stats_daily are sums over it. No foreign key: a deleted user's plays were played
-- (the storage gives them a name that tells nothing).
CREATE TABLE IF NOT EXISTS console_play_days (
    username VARCHAR(50) NOT NULL,
    source VARCHAR(100) NOT NULL,
    content_id VARCHAR(255) NOT NULL,
    stat_date DATE NOT NULL,
    plays INT UNSIGNED NOT NULL,
    watch_time BIGINT UNSIGNED NOT NULL,
    PRIMARY KEY (username, source, content_id, stat_date),
    KEY idx_stat_date (stat_date, username),
    KEY idx_content (source, content_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- step: batches that were counted
-- A batch whose COMMIT got no answer is sent again under the same id and counted once.
CREATE TABLE IF NOT EXISTS console_play_batches (
    id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin PRIMARY KEY,
    at DATETIME(3) NOT NULL,
    KEY idx_at (at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- step: instants
-- play_statistics: since when the ledger is kept; its row is locked by whoever counts. heartbeat: how far a replica has come.
CREATE TABLE IF NOT EXISTS console_marks (
    name VARCHAR(30) CHARACTER SET ascii COLLATE ascii_bin PRIMARY KEY,
    at DATETIME(3) NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- step: the marks
INSERT INTO console_marks (name, at) VALUES ('play_statistics', UTC_TIMESTAMP(3)), ('heartbeat', UTC_TIMESTAMP(3))
ON DUPLICATE KEY UPDATE name = console_marks.name;
