-- Which lines of a source are of another format than the source. Derived.

-- one row per run of such lines
CREATE TABLE other_lines (
  import_id VARCHAR NOT NULL,
  source_id VARCHAR NOT NULL,
  first_line BIGINT NOT NULL,
  last_line BIGINT NOT NULL,
  format VARCHAR NOT NULL
);
