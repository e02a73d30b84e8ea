-- A span whose session was only known from another import: the session id it is stored under in its Parquet file.
ALTER TABLE span ADD COLUMN stored_session_id VARCHAR;
