-- Of sessions that several imports tell of: which of the messages with the same words this was in its import, from 1 on.
ALTER TABLE span ADD COLUMN telling_no INTEGER;
