-- What the signals room keeps beside its findings. Derived, like everything in the index.

-- one row per model call whose source says more of it than the index's span columns hold
CREATE TABLE call_detail (
  session_id VARCHAR NOT NULL,
  span_id VARCHAR NOT NULL,
  finish_reason VARCHAR              -- why the call ended, in the source's own word
);
