// Messages, and where they stand, as the values of Parquet's columns, once a chunk is scanned. After columns.as.

/** What a scan found of messages: 0 different ones, 1 places, 2 spans left to SQL, 3 messages for others to read, 4 answers to other calls. */
export function messageCount(what: i32): i32 {
  switch (what) {
    case 0: return words;
    case 1: {
      let total = 0;
      for (let i = 0; i < speakers; i++) total += load<i32>(SPEAKERS + <usize>i * S_SIZE, S_COUNT);
      return total;
    }
    case 2: return unsure;
    case 3: return untold;
  }
  findDoubtful();
  if (doubtful == 0) findNamed();
  return doubtful;
}

/** Up to which message those from `from` on are a group. */
export function wordGroup(from: i32): i32 {
  let bytes: usize = 0;
  let index = from;
  for (; index < words && bytes < GROUP_BYTES; index++) bytes += <usize>load<u32>(wordOf(index), W_BYTES) + 128;
  return index;
}

// Columns of messages: numbers, then texts.
const WORD_NO = 0;
const WORD_SAID = 1;
const WORD_ROLE = 2;
const WORD_TEXT = 3;
const WORD_ID = 4;
const WORD_NAME = 5;
const WORD_ARGUMENTS = 6;
const WORD_ELEM = 7;
const WORD_HASH = 8;

function putRole(out: usize, word: usize): usize {
  const entry = NAMES + <usize>load<i32>(word, W_ROLE) * NAME_SIZE;
  return copied(out, entry + 1, <usize>load<u8>(entry));
}

function putHex(out: usize, p: usize, size: usize): usize {
  for (let i: usize = 0; i < size; i++) {
    const byte: u32 = load<u8>(p + i);
    const high = byte >> 4;
    const low = byte & 15;
    store<u8>(out, high < 10 ? 0x30 + high : 0x57 + high);
    store<u8>(out, low < 10 ? 0x30 + low : 0x57 + low, 1);
    out += 2;
  }
  return out;
}

function putOfWord(out: usize, word: usize, what: i32): usize {
  const isTold = load<u32>(word, W_STATE) == TOLD;
  if (what == WORD_ELEM ? load<u32>(word, W_ELEM) == 0 : !isTold) return 0;
  if (what == WORD_ROLE) return putRole(out, word);
  if (what == WORD_HASH) return putHex(out, word + W_MD5, 16);
  const field = what == WORD_TEXT ? W_TEXT : what == WORD_ID ? W_ID : what == WORD_NAME ? W_NAME : what == WORD_ARGUMENTS ? W_ARGUMENTS : W_ELEM;
  const from = <usize>load<u32>(word + field);
  if (from == 0) return what == WORD_TEXT ? out : 0;
  return copied(out, from, <usize>load<u32>(word + field, 4));
}

/** The same as `column` for a column of different messages. */
export function wordColumn(what: i32, from: i32, to: i32): i32 {
  memory.fill(PRESENT, 0, <usize>((to - from + 7) >> 3));
  present = 0;
  let out = OUT;
  for (let index = from; index < to; index++) {
    const word = wordOf(index);
    if (what <= WORD_SAID) {
      store<i32>(out, (what == WORD_NO ? index : load<i32>(word, W_SAID)) + 1);
      out += 4;
    } else {
      const end = putOfWord(out + 4, word, what);
      if (end == 0) continue;
      store<u32>(out, <u32>(end - out - 4));
      out = end;
    }
    mark(index - from);
  }
  return <i32>(out - OUT);
}

// Columns of places: numbers, then the role.
const PLACE_ROW = 0;
const PLACE_ORDINAL = 1;
const PLACE_COUNT = 2;
const PLACE_INPUTS = 3;
const PLACE_IS_CALL = 4;
const PLACE_WORD = 5;
const PLACE_SAID = 6;
const PLACE_OCCURRENCE = 7;
const PLACE_HAS_CALLS = 8;
const PLACE_ROLE = 9;

/** How often a span has said the same up to now. */
function timesOf(said: i32, span: i32): i32 {
  const word = wordOf(said);
  const times = load<i32>(word, W_SPAN) == span ? load<i32>(word, W_TIMES) + 1 : 1;
  store<i32>(word, span, W_SPAN);
  store<i32>(word, times, W_TIMES);
  return times;
}

function numberOfPlace(speaker: usize, i: i32, what: i32): i32 {
  const index = load<i32>(PLACES + <usize>(load<i32>(speaker, S_FIRST) + i) * PLACE_SIZE);
  switch (what) {
    case PLACE_ROW: return load<i32>(speaker, S_ROW);
    case PLACE_ORDINAL: return i;
    case PLACE_COUNT: return load<i32>(speaker, S_COUNT);
    case PLACE_INPUTS: return load<i32>(speaker, S_INPUTS);
    case PLACE_IS_CALL: return <i32>(load<u32>(speaker, S_HOW) & IS_CALL);
    case PLACE_WORD: return index + 1;
    case PLACE_SAID: return load<i32>(wordOf(index), W_SAID) + 1;
    case PLACE_OCCURRENCE: return timesOf(load<i32>(wordOf(index), W_SAID), load<i32>(speaker, S_ROW));
  }
  return load<u32>(wordOf(index), W_NAME) == 0 ? 0 : 1;
}

/** The same for a column of the places where messages stand, all of them; of messages that are not told no role. */
export function placeColumn(what: i32): i32 {
  let out = OUT;
  for (let i = 0; i < speakers; i++) {
    const speaker = SPEAKERS + <usize>i * S_SIZE;
    const count = load<i32>(speaker, S_COUNT);
    for (let j = 0; j < count; j++) {
      if (what < PLACE_ROLE) {
        store<i32>(out, numberOfPlace(speaker, j, what));
        out += 4;
        continue;
      }
      const word = wordOf(load<i32>(PLACES + <usize>(load<i32>(speaker, S_FIRST) + j) * PLACE_SIZE));
      const end = load<u32>(word, W_STATE) == TOLD ? putRole(out + 4, word) : out + 4;
      store<u32>(out, <u32>(end - out - 4));
      out = end;
    }
  }
  return <i32>(out - OUT);
}
