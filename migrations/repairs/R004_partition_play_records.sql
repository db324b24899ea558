-- R004: keep play_records in sixteen parts, by the user. Opt-in, for sites with tens of millions of plays.
--
-- What: play_records loses its foreign key to users, gets (id, username) as its primary key, and is partitioned BY KEY (username).
-- Why:  everything the site asks of this table names the user: it then reads one part of a sixteenth of the size, whose indexes fit into
--       memory where the whole does not, and a part can be optimised or restored by itself. `Bob` and `bob` lie in one part: KEY uses the
--       column's collation.
-- What it costs: MySQL and MariaDB allow no foreign key on a partitioned table. Whoever deletes a user must delete their plays in the same
--       transaction (this storage and this console do; the site's own code did not, and leaves orphans). Questions without a user (one title's
--       plays, what is older than a year) look into all sixteen parts.
-- How long: the last step copies the table, about a minute for each three million rows on two cores; it stays readable, writes wait.
--       Disk: once more the table's size while it runs.
-- A step is skipped where it is done already. The foreign key is dropped under the name that the seed's script gives it; under another name
--       drop it by hand first: the last step refuses (error 1506) and changes nothing until then.
-- Back: ALTER TABLE play_records REMOVE PARTITIONING; DELETE p FROM play_records p LEFT JOIN users u ON u.username = p.username WHERE u.id IS NULL;
--       ALTER TABLE play_records DROP PRIMARY KEY, ADD PRIMARY KEY (id), ADD FOREIGN KEY (username) REFERENCES users(username) ON DELETE CASCADE.

-- step: the foreign key
-- unless: SELECT 1 FROM DUAL WHERE NOT EXISTS (SELECT 1 FROM information_schema.TABLE_CONSTRAINTS WHERE TABLE_SCHEMA = DATABASE()
--     AND TABLE_NAME = 'play_records' AND CONSTRAINT_TYPE = 'FOREIGN KEY' AND CONSTRAINT_NAME = 'play_records_ibfk_1')
ALTER TABLE play_records DROP FOREIGN KEY play_records_ibfk_1;

-- step: sixteen parts
-- unless: SELECT 1 FROM information_schema.PARTITIONS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'play_records'
--     AND PARTITION_NAME IS NOT NULL LIMIT 1
ALTER TABLE play_records DROP PRIMARY KEY, ADD PRIMARY KEY (id, username) PARTITION BY KEY (username) PARTITIONS 16;
