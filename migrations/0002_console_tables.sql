-- The console's own tables. They never alter the site's; a site runs on without them.
-- Names are kept as typed (utf8mb4_bin) in what is written down, and compared as the site compares them where they meet users.username.

-- Who did what, when, with what outcome. Append-only.
CREATE TABLE IF NOT EXISTS console_audit (
    id BIGINT UNSIGNED PRIMARY KEY AUTO_INCREMENT,
    at DATETIME(3) NOT NULL,
    operator VARCHAR(50) NOT NULL,
    operator_role VARCHAR(10) NOT NULL,
    origin VARCHAR(10) NOT NULL,
    operation VARCHAR(60) NOT NULL,
    input MEDIUMTEXT NOT NULL,
    outcome ENUM('running', 'done', 'refused', 'failed') NOT NULL,
    error VARCHAR(500) NULL,
    targets INT UNSIGNED NOT NULL DEFAULT 0,
    sample TEXT NULL,
    places TEXT NULL,
    job_id VARCHAR(40) NULL,
    undo_of BIGINT UNSIGNED NULL,
    undone_by BIGINT UNSIGNED NULL,
    KEY idx_operator (operator, id),
    KEY idx_operation (operation, id),
    KEY idx_at (at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- What each change touched, with its images before and after: the source of diffs and of undo.
CREATE TABLE IF NOT EXISTS console_audit_targets (
    audit_id BIGINT UNSIGNED NOT NULL,
    seq INT UNSIGNED NOT NULL,
    kind VARCHAR(20) NOT NULL,
    target VARCHAR(255) NOT NULL,
    before_image LONGTEXT NULL,
    after_image LONGTEXT NULL,
    PRIMARY KEY (audit_id, seq),
    KEY idx_target (target, audit_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- The same key twice does the thing once and answers the same.
CREATE TABLE IF NOT EXISTS console_idempotency (
    idempotency_key VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin PRIMARY KEY,
    operator VARCHAR(50) NOT NULL,
    operation VARCHAR(60) NOT NULL,
    input_hash CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    audit_id BIGINT UNSIGNED NOT NULL,
    answer MEDIUMTEXT NULL,
    created_at DATETIME(3) NOT NULL,
    KEY idx_created_at (created_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- Cache deletions that follow a commit: written with the change, done after it, retried until Redis has taken them.
CREATE TABLE IF NOT EXISTS console_cache_outbox (
    id BIGINT UNSIGNED PRIMARY KEY AUTO_INCREMENT,
    audit_id BIGINT UNSIGNED NOT NULL,
    redis_keys MEDIUMTEXT NOT NULL,
    sessions_of MEDIUMTEXT NOT NULL,
    attempts INT UNSIGNED NOT NULL DEFAULT 0,
    created_at DATETIME(3) NOT NULL,
    done_at DATETIME(3) NULL,
    keys_removed INT UNSIGNED NULL,
    sessions_ended INT UNSIGNED NULL,
    KEY idx_pending (done_at, id),
    KEY idx_audit (audit_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- What the site's schema has no room for: why, by whom, until when, and what a lifted ban gives back.
CREATE TABLE IF NOT EXISTS console_bans (
    user_id BIGINT PRIMARY KEY,
    username VARCHAR(50) NOT NULL,
    reason VARCHAR(20) NOT NULL,
    note VARCHAR(500) NULL,
    banned_by VARCHAR(50) NOT NULL,
    banned_at DATETIME NOT NULL,
    expires_at DATETIME NULL,
    tvbox_token VARCHAR(255) NULL,
    invitation_code VARCHAR(20) NULL,
    audit_id BIGINT UNSIGNED NOT NULL,
    KEY idx_expires_at (expires_at),
    KEY idx_username (username)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- Long work that survives the console's end.
CREATE TABLE IF NOT EXISTS console_jobs (
    id VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin PRIMARY KEY,
    operation VARCHAR(60) NOT NULL,
    input MEDIUMTEXT NOT NULL,
    operator VARCHAR(50) NOT NULL,
    operator_role VARCHAR(10) NOT NULL,
    origin VARCHAR(10) NOT NULL,
    state ENUM('waiting', 'running', 'paused', 'done', 'failed', 'cancelled') NOT NULL,
    wanted ENUM('run', 'pause', 'cancel') NOT NULL DEFAULT 'run',
    total INT UNSIGNED NOT NULL,
    done INT UNSIGNED NOT NULL DEFAULT 0,
    skipped INT UNSIGNED NOT NULL DEFAULT 0,
    failed INT UNSIGNED NOT NULL DEFAULT 0,
    next_seq INT UNSIGNED NOT NULL DEFAULT 0,
    checkpoint MEDIUMTEXT NULL,
    audit_id BIGINT UNSIGNED NULL,
    error VARCHAR(500) NULL,
    lease_owner VARCHAR(40) NULL,
    lease_until DATETIME(3) NULL,
    created_at DATETIME(3) NOT NULL,
    finished_at DATETIME(3) NULL,
    KEY idx_state (state, lease_until)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- The frozen set of a job: what it will touch, decided when it was confirmed.
CREATE TABLE IF NOT EXISTS console_job_items (
    job_id VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    seq INT UNSIGNED NOT NULL,
    target VARCHAR(255) NOT NULL,
    note VARCHAR(255) NULL,
    PRIMARY KEY (job_id, seq)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
