-- What each user turn does, by wording and structure.

-- one row per turn that a person opened
CREATE TABLE user_turn (
  session_id VARCHAR NOT NULL,
  span_id VARCHAR NOT NULL,
  turn_no INTEGER NOT NULL,
  act VARCHAR NOT NULL,             -- new-request, follow-up, answer, correction-with-fix …
  probability DOUBLE NOT NULL,      -- of the turn correcting the agent
  cue_kind VARCHAR NOT NULL,
  cue_start INTEGER,                -- UTF-16 offsets into the turn's text
  cue_end INTEGER,
  kind VARCHAR NOT NULL,
  corrects_turn_no INTEGER,
  corrects_span_id VARCHAR
);
