-- 0001: the tables of the site, as the hybrid-storage design (seed, section 2 and 7.3) has them: 14 tables and
-- play_stats_daily, same names, same types, same indexes. It runs on MySQL 8.0–9.7 and MariaDB 10.6–11.
--
-- Every statement may be run again: tables that exist are left as they are, the two rows are inserted once.
-- It never alters a table of an existing site; what differs there is reported by electron/storage/migrations/compare.ts,
-- and mended, if the operator wants it, by the files in repairs/.
--
-- Differences from the seed:
--   1. The CHECK `single_row` stands twice in the seed; MySQL wants names unique in a database (error 3822) and then does not
--      create invitation_configs. Here: admin_configs_single_row and invitation_configs_single_row.
--   2. users.password_hash is VARCHAR(255), not VARCHAR(128): newer sites keep scrypt `salt:hash`, 161 characters.
--      On a site's table: repairs/R003_wider_columns.sql.
--   3. user_card_keys.source knows 'promotion_register' as a fourth value, which sites write and the seed forgot. Also in R003.
--   4. `TIMESTAMP DEFAULT …` is written `TIMESTAMP NULL DEFAULT …`: the same column, also where the server has
--      explicit_defaults_for_timestamp switched off.
--   5. play_stats_daily names its engine, character set and collation like the others.
--   6. CREATE TABLE IF NOT EXISTS, and INSERT … ON DUPLICATE KEY UPDATE for the two rows, so that it can be repeated.
--
-- Kept on purpose although one would do it otherwise: admin_configs holds one row (id = 1), indexes that repeat a UNIQUE
-- (repairs/R002 drops them), nullable users.banned, TIMESTAMP with its end in January 2038.
--
-- How this folder is read: one step a statement; `-- step:` names it, `-- unless:` gives a SELECT that, when it returns a row, lets
-- the step be skipped. A file that was applied anywhere is never edited again, except in its comments.

-- step: users
CREATE TABLE IF NOT EXISTS users (
    id BIGINT PRIMARY KEY AUTO_INCREMENT,
    username VARCHAR(50) NOT NULL UNIQUE,
    password_hash VARCHAR(255) NOT NULL COMMENT 'SHA256 哈希密码',
    role ENUM('owner', 'admin', 'user') NOT NULL DEFAULT 'user',
    banned BOOLEAN DEFAULT FALSE,
    tags JSON COMMENT '用户标签数组',
    enabled_apis JSON COMMENT '启用的 API 列表',
    oidc_sub VARCHAR(255) COMMENT 'OIDC 唯一标识',
    tvbox_token VARCHAR(255) COMMENT 'TVBox Token',
    show_adult_content BOOLEAN DEFAULT FALSE,
    created_at TIMESTAMP NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at TIMESTAMP NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
    INDEX idx_username (username),
    INDEX idx_oidc_sub (oidc_sub),
    INDEX idx_created_at (created_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- step: card_keys
CREATE TABLE IF NOT EXISTS card_keys (
    id BIGINT PRIMARY KEY AUTO_INCREMENT,
    key_hash VARCHAR(128) NOT NULL UNIQUE COMMENT '卡密哈希值',
    plain_key VARCHAR(64) NOT NULL COMMENT '卡密明文',
    key_type ENUM('year', 'quarter', 'month', 'week') NOT NULL,
    status ENUM('unused', 'used', 'expired') NOT NULL DEFAULT 'unused',
    created_at TIMESTAMP NULL DEFAULT CURRENT_TIMESTAMP,
    expires_at TIMESTAMP NOT NULL COMMENT '预设过期时间',
    bound_to VARCHAR(50) COMMENT '绑定的用户名',
    bound_at TIMESTAMP NULL COMMENT '绑定时间',
    INDEX idx_key_hash (key_hash),
    INDEX idx_status (status),
    INDEX idx_bound_to (bound_to),
    FOREIGN KEY (bound_to) REFERENCES users(username) ON DELETE SET NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- step: user_card_keys
CREATE TABLE IF NOT EXISTS user_card_keys (
    id VARCHAR(36) PRIMARY KEY COMMENT 'UUID',
    key_hash VARCHAR(128) NOT NULL,
    username VARCHAR(50) NOT NULL,
    key_type ENUM('year', 'quarter', 'month', 'week') NOT NULL,
    status ENUM('unused', 'used', 'expired') NOT NULL DEFAULT 'unused',
    source ENUM('invitation', 'redeem', 'manual', 'promotion_register') NOT NULL,
    created_at TIMESTAMP NULL DEFAULT CURRENT_TIMESTAMP,
    expires_at TIMESTAMP NOT NULL,
    used_at TIMESTAMP NULL,
    used_by VARCHAR(50) COMMENT '使用人',
    notes TEXT,
    INDEX idx_username (username),
    INDEX idx_key_hash (key_hash),
    FOREIGN KEY (username) REFERENCES users(username) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- step: play_records
CREATE TABLE IF NOT EXISTS play_records (
    id BIGINT PRIMARY KEY AUTO_INCREMENT,
    username VARCHAR(50) NOT NULL,
    source VARCHAR(100) NOT NULL COMMENT '资源站标识',
    content_id VARCHAR(255) NOT NULL COMMENT '内容ID',
    title VARCHAR(500) NOT NULL,
    source_name VARCHAR(255) NOT NULL,
    cover VARCHAR(1000),
    year VARCHAR(20),
    episode_index INT NOT NULL COMMENT '当前集数',
    total_episodes INT NOT NULL COMMENT '总集数',
    play_time INT NOT NULL COMMENT '播放进度(秒)',
    total_time INT NOT NULL COMMENT '总时长(秒)',
    search_title VARCHAR(500),
    remarks VARCHAR(500),
    douban_id BIGINT,
    content_type VARCHAR(50),
    created_at TIMESTAMP NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at TIMESTAMP NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
    UNIQUE KEY uk_user_content (username, source, content_id),
    INDEX idx_username (username),
    INDEX idx_updated_at (updated_at),
    INDEX idx_source (source),
    FOREIGN KEY (username) REFERENCES users(username) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- step: favorites
CREATE TABLE IF NOT EXISTS favorites (
    id BIGINT PRIMARY KEY AUTO_INCREMENT,
    username VARCHAR(50) NOT NULL,
    source VARCHAR(100) NOT NULL,
    content_id VARCHAR(255) NOT NULL,
    title VARCHAR(500) NOT NULL,
    source_name VARCHAR(255) NOT NULL,
    cover VARCHAR(1000),
    year VARCHAR(20),
    total_episodes INT,
    search_title VARCHAR(500),
    origin ENUM('vod', 'live', 'shortdrama'),
    content_type VARCHAR(50),
    release_date DATE,
    remarks VARCHAR(500),
    created_at TIMESTAMP NULL DEFAULT CURRENT_TIMESTAMP,
    UNIQUE KEY uk_user_content (username, source, content_id),
    INDEX idx_username (username),
    INDEX idx_created_at (created_at),
    FOREIGN KEY (username) REFERENCES users(username) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- step: episode_skip_configs
CREATE TABLE IF NOT EXISTS episode_skip_configs (
    id BIGINT PRIMARY KEY AUTO_INCREMENT,
    username VARCHAR(50) NOT NULL,
    source VARCHAR(100) NOT NULL,
    content_id VARCHAR(255) NOT NULL,
    title VARCHAR(500),
    segments JSON NOT NULL COMMENT '跳过片段配置',
    created_at TIMESTAMP NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at TIMESTAMP NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
    UNIQUE KEY uk_user_content (username, source, content_id),
    INDEX idx_username (username),
    FOREIGN KEY (username) REFERENCES users(username) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- step: user_points
CREATE TABLE IF NOT EXISTS user_points (
    id BIGINT PRIMARY KEY AUTO_INCREMENT,
    username VARCHAR(50) NOT NULL UNIQUE,
    invitation_code VARCHAR(20) NOT NULL UNIQUE COMMENT '专属邀请码',
    balance INT NOT NULL DEFAULT 0 COMMENT '当前积分',
    total_earned INT NOT NULL DEFAULT 0 COMMENT '累计获得',
    total_redeemed INT NOT NULL DEFAULT 0 COMMENT '累计兑换',
    created_at TIMESTAMP NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at TIMESTAMP NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
    INDEX idx_username (username),
    INDEX idx_invitation_code (invitation_code),
    FOREIGN KEY (username) REFERENCES users(username) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- step: points_records
CREATE TABLE IF NOT EXISTS points_records (
    id VARCHAR(36) PRIMARY KEY COMMENT 'UUID',
    username VARCHAR(50) NOT NULL,
    type ENUM('earn', 'redeem', 'admin_adjust') NOT NULL,
    amount INT NOT NULL COMMENT '金额(正数)',
    reason VARCHAR(500) NOT NULL,
    related_user VARCHAR(50) COMMENT '关联用户',
    card_key_id VARCHAR(36) COMMENT '关联卡密',
    admin_username VARCHAR(50) COMMENT '管理员用户名',
    created_at TIMESTAMP NULL DEFAULT CURRENT_TIMESTAMP,
    INDEX idx_username (username),
    INDEX idx_created_at (created_at),
    FOREIGN KEY (username) REFERENCES users(username) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- step: invitations
CREATE TABLE IF NOT EXISTS invitations (
    id VARCHAR(36) PRIMARY KEY COMMENT 'UUID',
    inviter VARCHAR(50) NOT NULL COMMENT '邀请人',
    invitee VARCHAR(50) NOT NULL COMMENT '被邀请人',
    invitation_code VARCHAR(20) NOT NULL COMMENT '使用的邀请码',
    ip_address VARCHAR(45) NOT NULL,
    rewarded BOOLEAN DEFAULT FALSE COMMENT '是否已发放奖励',
    reward_time TIMESTAMP NULL,
    created_at TIMESTAMP NULL DEFAULT CURRENT_TIMESTAMP,
    UNIQUE KEY uk_invitee (invitee),
    INDEX idx_inviter (inviter),
    INDEX idx_invitation_code (invitation_code),
    FOREIGN KEY (inviter) REFERENCES users(username) ON DELETE CASCADE,
    FOREIGN KEY (invitee) REFERENCES users(username) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- step: ip_reward_records
CREATE TABLE IF NOT EXISTS ip_reward_records (
    id VARCHAR(36) PRIMARY KEY COMMENT 'UUID',
    ip_address VARCHAR(45) NOT NULL,
    inviter VARCHAR(50) NOT NULL,
    invitee VARCHAR(50) NOT NULL,
    reward_time TIMESTAMP NULL DEFAULT CURRENT_TIMESTAMP,
    INDEX idx_ip_address (ip_address),
    INDEX idx_inviter (inviter)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- step: admin_configs
CREATE TABLE IF NOT EXISTS admin_configs (
    id INT PRIMARY KEY DEFAULT 1,
    config_key VARCHAR(50) NOT NULL UNIQUE COMMENT '配置键名',
    config_value JSON NOT NULL COMMENT '配置值(JSON)',
    created_at TIMESTAMP NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at TIMESTAMP NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
    CONSTRAINT admin_configs_single_row CHECK (id = 1)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- step: admin_configs first row
INSERT INTO admin_configs (id, config_key, config_value) VALUES
(1, 'main_config', '{}')
ON DUPLICATE KEY UPDATE id = admin_configs.id;

-- step: user_login_stats
CREATE TABLE IF NOT EXISTS user_login_stats (
    id BIGINT PRIMARY KEY AUTO_INCREMENT,
    username VARCHAR(50) NOT NULL UNIQUE,
    login_count INT NOT NULL DEFAULT 0,
    first_login_at TIMESTAMP NULL,
    last_login_at TIMESTAMP NULL,
    last_login_date DATE NULL,
    created_at TIMESTAMP NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at TIMESTAMP NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
    INDEX idx_username (username),
    FOREIGN KEY (username) REFERENCES users(username) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- step: content_stats
CREATE TABLE IF NOT EXISTS content_stats (
    id BIGINT PRIMARY KEY AUTO_INCREMENT,
    source VARCHAR(100) NOT NULL,
    content_id VARCHAR(255) NOT NULL,
    title VARCHAR(500),
    source_name VARCHAR(255),
    cover VARCHAR(1000),
    year VARCHAR(20),
    play_count INT NOT NULL DEFAULT 0,
    total_watch_time BIGINT NOT NULL DEFAULT 0 COMMENT '总观看时长(秒)',
    unique_users INT NOT NULL DEFAULT 0 COMMENT '观看用户数',
    last_played_at TIMESTAMP NULL,
    created_at TIMESTAMP NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at TIMESTAMP NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
    UNIQUE KEY uk_source_content (source, content_id),
    INDEX idx_play_count (play_count DESC),
    INDEX idx_last_played (last_played_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- step: invitation_configs
CREATE TABLE IF NOT EXISTS invitation_configs (
    id INT PRIMARY KEY DEFAULT 1,
    enabled BOOLEAN DEFAULT TRUE,
    reward_points INT DEFAULT 100,
    redeem_threshold INT DEFAULT 300,
    card_key_type ENUM('year', 'quarter', 'month', 'week') DEFAULT 'week',
    created_at TIMESTAMP NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at TIMESTAMP NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
    CONSTRAINT invitation_configs_single_row CHECK (id = 1)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- step: invitation_configs first row
INSERT INTO invitation_configs (id) VALUES (1)
ON DUPLICATE KEY UPDATE id = invitation_configs.id;

-- step: play_stats_daily
CREATE TABLE IF NOT EXISTS play_stats_daily (
    stat_date DATE PRIMARY KEY,
    total_plays INT,
    total_watch_time BIGINT,
    unique_users INT
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
