-- Sessions that began as a copy of another one. Derived; the copies themselves are not in the index.

-- one row per session that began as a copy of another one
CREATE TABLE fork (
  session_id VARCHAR NOT NULL,
  origin_session_id VARCHAR NOT NULL, -- the session that keeps the spans; of several the one that was written last
  copied_span_count INTEGER NOT NULL
);
