-- What the sorted corrections teach about the unsorted ones. Made by a machine, never counted as sorted.

-- one row per unsorted correction, once anything is sorted
CREATE TABLE proposal (
  correction_id VARCHAR NOT NULL,
  failure_mode_id VARCHAR,          -- null while nothing is sorted
  probability DOUBLE,
  usefulness_rank INTEGER           -- 1 for the one to sort next; null beyond the first few hundred
);
