-- Where spans and sessions went that imports joined: what people said of them follows (carry-over.ts). Derived.

-- one row per session and the session some of its spans were moved into, or stand in as the originals of its copies
CREATE TABLE moved_session (
  session_id VARCHAR NOT NULL,
  moved_to VARCHAR NOT NULL,
  span_count INTEGER NOT NULL
);

-- one row per span that is left out because another span, of another id or session, tells the same
CREATE TABLE standing (
  session_id VARCHAR NOT NULL,      -- where it would be
  span_id VARCHAR NOT NULL,
  standing_session_id VARCHAR NOT NULL,
  standing_span_id VARCHAR NOT NULL
);

-- one row per record of a span that is not in force beside the one that is, and says what that one leaves out: where it is stored
CREATE TABLE told_also (
  session_id VARCHAR NOT NULL,
  span_id VARCHAR NOT NULL,
  import_id VARCHAR NOT NULL,
  source_id VARCHAR NOT NULL,
  line BIGINT NOT NULL,
  stored_session_id VARCHAR NOT NULL
);
