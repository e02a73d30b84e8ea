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
