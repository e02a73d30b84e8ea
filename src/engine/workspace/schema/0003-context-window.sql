-- What the workspace says of context windows. Derived from the journal.

-- one row per model whose window the analyst set
CREATE TABLE context_window (
  model VARCHAR NOT NULL,
  tokens BIGINT NOT NULL
);
