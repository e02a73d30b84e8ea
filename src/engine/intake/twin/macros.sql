-- What the statements over a chunk have in common: how literals, texts and lists of messages are read. Made once for a connection.

-- how a JSON literal is written, a letter as span-shape.ts has them
CREATE OR REPLACE TEMP MACRO tag_of(lit) AS CASE
  WHEN starts_with(lit, '"') THEN CASE
    WHEN (lit >= '"A' AND lit < '"[') OR (lit >= '"_' AND lit < '"{') THEN 's'
    WHEN lit = '""' THEN 'e'
    WHEN lit[2] IN ('{', '[') OR starts_with(lit, '"\"') THEN 'j'
    WHEN regexp_matches(lit, '^"(\\|\s|\x{00a0}|\x{1680}|[\x{2000}-\x{200a}]|\x{2028}|\x{2029}|\x{202f}|\x{205f}|\x{3000}|\x{feff})') THEN 'u'
    WHEN lit[2] BETWEEN '0' AND '9' OR lit[2] IN ('+', '-', '.') THEN CASE
      WHEN regexp_full_match(lit, '"\d{1,7}"') THEN 't'
      WHEN regexp_full_match(lit, '"\d{8,15}"') THEN 'd'
      WHEN regexp_full_match(lit, '"[+-]?(\d+\.?\d*([eE][+-]?\d+)?|\.\d+([eE][+-]?\d+)?)(\s|\\.)*"|"0[xXoObB][0-9a-fA-F]+(\s|\\.)*"') THEN 'u'
      ELSE 's' END
    ELSE 's' END
  WHEN starts_with(lit, '[') THEN 'a'
  WHEN starts_with(lit, ' ') THEN 'm'
  WHEN lit IN ('true', 'false') THEN 'b'
  WHEN regexp_full_match(lit, '\d{1,15}') THEN 'n'
  WHEN regexp_full_match(lit, '\d+(\.\d+)?') THEN 'f'
  ELSE 'x' END;

-- a value as JSON, its text (what is in the quotation marks, its digits, or the list that fold.sql put together), and attributes that are kept
CREATE OR REPLACE TEMP MACRO literal_of(lit) AS lit;
CREATE OR REPLACE TEMP MACRO text_of(lit) AS CASE WHEN starts_with(lit, ' ') THEN lit[2:] ELSE json_extract_string(lit, '$') END;
CREATE OR REPLACE TEMP MACRO attributes_of(lits, places, heads, tail) AS
  '{' || array_to_string(list_concat(list_transform(list_zip(heads, list_select(lits, places)), lambda z: z[1] || z[2]), tail), ',') || '}';

-- what a tool was given, and whether what is neither a tool nor a call gave a text in quotation marks of its own, or a plain span one that may say it is
-- a tool's or a model's
CREATE OR REPLACE TEMP MACRO given_to_tool(kind, lit) AS CASE WHEN kind = 'tool' THEN coalesce(text_of(lit), '') END;
CREATE OR REPLACE TEMP MACRO is_quoted_by_other(kind, lit) AS CASE WHEN kind NOT IN ('tool', 'llm')
  THEN coalesce(starts_with(text_of(lit), '"') OR (kind = 'chain' AND (starts_with(lit, '"{') OR starts_with(lit, '"\')) AND regexp_matches(lit, 'tool_call_id|generations|\\u00')), false) ELSE false END;

-- white space as JavaScript knows it, off both ends
CREATE OR REPLACE TEMP MACRO trimmed(words) AS CASE WHEN regexp_full_match(words, '[!-~]|(?s:[!-~].*[!-~])') THEN words ELSE trim(words, concat(' ', chr(9), chr(10), chr(11), chr(12), chr(13), chr(160), chr(5760), chr(8192), chr(8193), chr(8194), chr(8195), chr(8196), chr(8197), chr(8198), chr(8199), chr(8200), chr(8201), chr(8202), chr(8232), chr(8233), chr(8239), chr(8287), chr(12288), chr(65279))) END;
CREATE OR REPLACE TEMP MACRO message_text(words) AS trimmed(CASE WHEN contains(words, chr(13)) THEN regexp_replace(words, '\r\n?', chr(10), 'g') ELSE words END);
CREATE OR REPLACE TEMP MACRO folded(words) AS CASE WHEN NOT regexp_matches(words, '[^\x00-\x7f]|[\t\n\x0b\f\r]|  |^ | $') THEN words ELSE trim(regexp_replace(words, '[\s\x0b\x{00a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}\x{feff}]+', ' ', 'g'), ' ') END;

-- whether a text may be read as JSON rather than as what it says
CREATE OR REPLACE TEMP MACRO is_plain(words) AS NOT regexp_matches(trimmed(words), '^["\[{]');

-- the messages in a literal that holds their JSON list; null where it is no list, or one that JavaScript would not parse
CREATE OR REPLACE TEMP MACRO listed_in(inner_text, elems) AS CASE
  WHEN strlen(inner_text) = 1 + len(elems) + list_sum(list_transform(elems, lambda e: strlen(e))) THEN elems
  WHEN regexp_matches(inner_text, ',\s*[\]}]') THEN NULL
  ELSE elems END;

-- the messages in an object with a list of them and settings, and the one that another object is: alone where it says its role, as a whole, with the letter
-- of who speaks in front, where the message functions find one in it; null for one that JavaScript would not parse
CREATE OR REPLACE TEMP MACRO whole_in(speaker, inner_text) AS CASE WHEN NOT json_valid(inner_text) OR regexp_matches(inner_text, ',\s*[\]}]') THEN NULL
  WHEN starts_with(inner_text, '{"role":"') THEN [inner_text] ELSE [speaker || inner_text] END;
CREATE OR REPLACE TEMP MACRO asked_in(inner_text) AS CASE
  WHEN starts_with(inner_text, '{"messages":[') AND NOT regexp_matches(inner_text, ',\s*[\]}]')
    AND list_has_all(['messages', 'model', 'tools', 'tool_choice', 'temperature', 'top_p', 'max_tokens', 'stream'], json_keys(inner_text)) AND len(list_distinct(json_keys(inner_text))) = len(json_keys(inner_text))
  THEN TRY(from_json(inner_text, '{"messages":["JSON"]}')).messages::VARCHAR[]
  ELSE whole_in(' u', inner_text) END;
CREATE OR REPLACE TEMP MACRO said_in(inner_text) AS whole_in(' a', inner_text);

-- messages that fold.sql put together, each without the object around it; null for many answers and nothing else, which may be one that came in piece by piece
CREATE OR REPLACE TEMP MACRO unwrapped(elems) AS CASE WHEN len(elems) < 8 OR list_contains(list_transform(elems, lambda e: contains(e, '"role":"assistant"')), false)
  THEN list_transform(elems, lambda e: CASE WHEN starts_with(e, '{"message":') THEN e[12:-2] ELSE e END) END;
