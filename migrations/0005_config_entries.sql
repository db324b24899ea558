-- 0005: a config without people. Where a site has moved, admin_configs holds its settings alone, and each entry of UserConfig.Users is a row here.
--
-- What: three tables, all named console_*; nothing of the site's is touched, and nothing moves by itself: until somebody moves it, a site's
--       entries stay in the JSON.
-- Why:  a change of one user then writes that user's rows and no row that another user's change waits for.
-- Back: move the entries back first; then DROP TABLE console_config_state, console_config_changes, console_config_entries.

-- step: console_config_entries
-- `id` is the order in the list. `username` holds the exact bytes of a name; NULL for what is no object, has no name, repeats one, or has a longer
-- one: such an element is kept and shown, and belongs to nobody; `repeats` is the name that it repeats: it is that user's once the first has gone. `entry` is the text of the element as it stood, with the white space around it.
-- `base`: of fields in which the entry said something else than its user's columns when it moved, what the columns said.
CREATE TABLE IF NOT EXISTS console_config_entries (
    id BIGINT UNSIGNED PRIMARY KEY AUTO_INCREMENT,
    username VARBINARY(1020) NULL,
    repeats VARBINARY(1020) NULL,
    entry LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    base TEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
    UNIQUE KEY uk_username (username),
    KEY idx_repeats (repeats)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- step: console_config_changes
-- Whose entry has changed: what a process composes again. Kept for a quarter of an hour.
CREATE TABLE IF NOT EXISTS console_config_changes (
    seq BIGINT UNSIGNED PRIMARY KEY AUTO_INCREMENT,
    username VARBINARY(1020) NOT NULL,
    at DATETIME(3) NOT NULL,
    KEY idx_at (at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- step: console_config_state
-- Where the entries are. `generation` becomes another when so much changes that everybody composes all of them again. `ticket` is that of the move
-- back that is under way.
CREATE TABLE IF NOT EXISTS console_config_state (
    id INT UNSIGNED PRIMARY KEY,
    mode ENUM('json', 'leaving', 'rows') NOT NULL DEFAULT 'json',
    generation CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
    ticket CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NULL,
    found_again INT UNSIGNED NOT NULL DEFAULT 0,
    found_at DATETIME(3) NULL,
    moved_at DATETIME(3) NULL,
    moved_by VARCHAR(50) NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- step: the state
INSERT INTO console_config_state (id) VALUES (1)
ON DUPLICATE KEY UPDATE id = console_config_state.id;
