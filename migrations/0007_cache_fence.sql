-- 0007: which masters of Redis count, so that no process reads old values from one that was replaced.
--
-- What: one table, console_cache_epoch; nothing of the site's is touched. A row for each cache (prefix and database of Redis), written only
--       behind sentinels and in a cluster.
-- Why:  after a failover the old master may live on, and a process that is cut off with it hears nothing of the new one from Redis. MySQL is
--       what both sides share. Without this table such a process may read old values until it is connected with the others again.
-- How:  every process asks for its row each second, and believes nothing in Redis without a fresh answer; docs/storage-cache.md has the rest.
--       A process that runs already uses the table once it has lost its connection to Redis or is started again: restart them after this.
-- Back: DROP TABLE console_cache_epoch, while no site runs on it.

-- step: console_cache_epoch
-- number: grows with each change of tenures. tenures: the masters that count, as JSON. settled: nobody counts on those before them any more.
-- beat: when a process last confirmed them.
CREATE TABLE IF NOT EXISTS console_cache_epoch (
    place CHAR(64) CHARACTER SET ascii COLLATE ascii_bin PRIMARY KEY,
    number BIGINT UNSIGNED NOT NULL,
    tenures MEDIUMTEXT CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    settled TINYINT(1) NOT NULL,
    beat DATETIME(3) NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
