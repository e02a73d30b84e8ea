-- What lives in memory beside the index and as long as it is open: seen by all connections, in no file, in no kept answer.

-- one row per search, slice of spans and session with a hit in them: the first
CREATE TABLE scratch.text_hit (
  search_no INTEGER NOT NULL,
  slice_no INTEGER NOT NULL,
  session_id VARCHAR NOT NULL,
  span_id VARCHAR NOT NULL,
  position INTEGER NOT NULL,
  turn_no INTEGER NOT NULL,
  excerpt VARCHAR NOT NULL
);
