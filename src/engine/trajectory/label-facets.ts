/**
 * Labels that came with exports as values to choose sessions by: `accuracy: 1`, `user_rating: bad`. Owns how a label is
 * said in a few words; labels with many numbers are said by tenths of their range, free texts as being there.
 */

/** A label with more different texts than this carries remarks, and one with more numbers a scale. */
const MOST_TEXTS = 30;
const MOST_NUMBERS = 12;
const TEXT_LENGTH = 80;

/** Rows of session_id and facet, one for each label of a session, as a subquery. */
export const LABEL_FACETS = `(
  WITH kind AS (
    SELECT name, count(DISTINCT text) FILTER (text <> '') AS texts, count(DISTINCT value) AS numbers,
      min(value) AS low, max(value) AS high
    FROM label GROUP BY name
  )
  SELECT l.session_id, l.name || ': ' || CASE
    WHEN l.text <> '' AND k.texts <= ${String(MOST_TEXTS)} THEN left(l.text, ${String(TEXT_LENGTH)})
    WHEN l.value IS NOT NULL AND k.numbers <= ${String(MOST_NUMBERS)} THEN printf('%g', l.value)
    WHEN l.value IS NOT NULL THEN printf('%.3g to %.3g',
      k.low + least(9, floor((l.value - k.low) / (k.high - k.low) * 10)) * (k.high - k.low) / 10,
      k.low + (least(9, floor((l.value - k.low) / (k.high - k.low) * 10)) + 1) * (k.high - k.low) / 10)
    WHEN l.text <> '' OR l.explanation <> '' THEN 'a remark'
    ELSE 'given' END AS facet
  FROM label AS l JOIN kind AS k ON k.name = l.name
  WHERE l.session_id IS NOT NULL
)`;
