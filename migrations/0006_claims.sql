-- 0006: what keeps two transactions from doing the same thing at once, without a row that all of them lock.
--
-- What: one table, console_claims; nothing of the site's is touched.
-- Why:  an address, and an inviter with an invitee, are rewarded once, and a user is counted once for a day and for a content. No unique key of
--       the site's tables says so. Before it looks whether that was done already, a transaction puts the name of the thing here, so that another
--       one that wants the same waits until it is over, and nobody else does. Without this table everybody who pays a reward locks the row of
--       invitation_configs, and every process that counts plays the row of console_marks.
-- How:  a claim is held as long as its transaction lasts, whether that commits or fails. A row that stays behind says nothing: what was done
--       stands in ip_reward_records, points_records and console_play_days alone, whoever wrote or deletes it there. Rows that nobody has claimed
--       for an hour are deleted by the storage.
-- Back: DROP TABLE console_claims, while no site runs on it; then the rows are locked as before.

-- step: console_claims
CREATE TABLE IF NOT EXISTS console_claims (
    claim VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PRIMARY KEY,
    at DATETIME(3) NOT NULL,
    KEY idx_at (at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
