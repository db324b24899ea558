-- 0006: what keeps two transactions from doing the same thing at once, without a row that all of them lock.
--
-- What: one table, console_claims; nothing of the site's is touched.
-- Why:  an address, and an inviter with an invitee, are rewarded once, and a user is counted once for a day and for a content. No unique key of
--       the site's tables says so. Before it looks whether that was done already, a transaction puts the name of the thing here, so that another
--       one that wants the same waits for it, and nobody else does. Without this table everybody who pays a reward locks the row of
--       invitation_configs, and every process that counts plays the row of console_marks.
-- How:  a claim goes again with the transaction that made it, whether that commits or fails: at rest the table is empty. It says nothing about
--       what was done; that stands in ip_reward_records, points_records and console_play_days alone, whoever wrote or deletes it there.
-- Back: DROP TABLE console_claims, while no site runs on it; then the rows are locked as before.

-- step: console_claims
CREATE TABLE IF NOT EXISTS console_claims (
    claim VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PRIMARY KEY
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
