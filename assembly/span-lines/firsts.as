// Which messages may be the first of their words for who they are told, and which texts are new, once a chunk is scanned; both as the
// values of Parquet's columns. After left-lines.as.

let firsts: i32 = 0;
let newTexts: i32 = 0;

const IS_FIRST: u32 = 0x80000000;

/** The model calls that work for the same agent as one does, by the first of them: those of one trace with the same span above them. */
function groupOf(index: i32): i32 {
  const speaker = SPEAKERS + <usize>index * S_SIZE;
  const trace = <usize>load<u32>(speaker, S_TRACE);
  const parent = <usize>load<u32>(speaker, S_PARENT);
  const seed = hashOf(trace, trace + <usize>load<u32>(speaker, S_TRACE + 4), 0);
  let slot = hashOf(parent, parent + <usize>load<u32>(speaker, S_PARENT + 4), seed) & (SLOTS - 1);
  while (true) {
    const place = GROUP_SLOTS + <usize>slot * 4;
    const known = load<i32>(place) - 1;
    if (known < 0) {
      store<i32>(place, index + 1);
      return index;
    }
    const other = SPEAKERS + <usize>known * S_SIZE;
    if (isSame(speaker + S_TRACE, other + S_TRACE) && isSame(speaker + S_PARENT, other + S_PARENT)) return known;
    slot = (slot + 1) & (SLOTS - 1);
  }
}

/** How often a span has said the same up to now. */
function timesOf(said: i32, span: i32): i32 {
  const word = wordOf(said);
  const times = load<i32>(word, W_SPAN) == span ? load<i32>(word, W_TIMES) + 1 : 1;
  store<i32>(word, span, W_SPAN);
  store<i32>(word, times, W_TIMES);
  return times;
}


/** Notes a message that was told to a model call, where it is the earliest of its words for its group. */
function noteFirst(speaker: usize, index: i32, place: usize, mask: u32): void {
  const word = wordOf(load<i32>(place));
  const said = load<i32>(word, W_SAID);
  const group = load<i32>(speaker, S_GROUP);
  const occurrence = load<u32>(place, 4);
  let hash: u32 = (<u32>group * 0x9e3779b1) ^ (<u32>said * 0x85ebca6b) ^ (occurrence * 0xc2b2ae35) ^ (load<u32>(word, W_ROLE) * 0x27d4eb2f);
  hash ^= hash >> 15;
  let slot = (hash * 0x2c1b3c6d) & mask;
  while (true) {
    const at = FIRST_SLOTS + <usize>slot * 8;
    const known = load<u32>(at);
    if (known == 0) break;
    const other = SPEAKERS + <usize>load<u32>(at, 4) * S_SIZE;
    const otherWord = wordOf(load<i32>(known));
    if (load<i32>(other, S_GROUP) == group && load<u32>(known, 4) == occurrence && load<i32>(otherWord, W_SAID) == said && load<i32>(otherWord, W_ROLE) == load<i32>(word, W_ROLE)) {
      if (load<u64>(other, S_START) <= load<u64>(speaker, S_START)) return;
      break;
    }
    slot = (slot + 1) & mask;
  }
  store<u32>(FIRST_SLOTS + <usize>slot * 8, <u32>place);
  store<u32>(FIRST_SLOTS + <usize>slot * 8, <u32>index, 4);
}

/** Finds the messages that may be first, and the texts that are new; gives how many messages there are. */
export function findFirsts(): i32 {
  let slots: u32 = 1024;
  while (slots < <u32>places * 2) slots <<= 1;
  memory.fill(FIRST_SLOTS, 0, slots * 8);
  memory.fill(GROUP_SLOTS, 0, SLOTS * 4);
  for (let i = 0; i < speakers; i++) {
    const speaker = SPEAKERS + <usize>i * S_SIZE;
    if ((load<u32>(speaker, S_HOW) & IS_CALL) == 0) continue;
    store<i32>(speaker, groupOf(i), S_GROUP);
    const first = load<i32>(speaker, S_FIRST);
    const count = load<i32>(speaker, S_COUNT);
    for (let j = 0; j < count; j++) {
      const place = PLACES + <usize>(first + j) * PLACE_SIZE;
      store<i32>(place, timesOf(load<i32>(wordOf(load<i32>(place)), W_SAID), load<i32>(speaker, S_ROW)), 4);
      if (j < load<i32>(speaker, S_INPUTS)) noteFirst(speaker, i, place, slots - 1);
    }
  }
  for (let slot: u32 = 0; slot < slots; slot++) {
    const place = <usize>load<u32>(FIRST_SLOTS + <usize>slot * 8);
    if (place != 0) store<u32>(place, load<u32>(place, 4) | IS_FIRST, 4);
  }
  firsts = newTexts = 0;
  for (let i = 0; i < speakers; i++) {
    const speaker = SPEAKERS + <usize>i * S_SIZE;
    if ((load<u32>(speaker, S_HOW) & IS_CALL) == 0) continue;
    const first = load<i32>(speaker, S_FIRST);
    const count = load<i32>(speaker, S_COUNT);
    for (let j = 0; j < count; j++) {
      const place = PLACES + <usize>(first + j) * PLACE_SIZE;
      if (j >= load<i32>(speaker, S_INPUTS)) store<u32>(place, load<u32>(place, 4) | IS_FIRST, 4);
      if ((load<u32>(place, 4) & IS_FIRST) == 0) continue;
      firsts += max(callsOf(wordOf(load<i32>(place))), 1);
      noteText(load<i32>(place), load<i32>(speaker, S_ROW));
    }
  }
  return firsts;
}

/** Notes the text of a message for its span, where none before had it. */
function noteText(index: i32, span: i32): void {
  const said = wordOf(load<i32>(wordOf(index), W_SAID));
  if (load<u32>(said, W_IS_NEW) != 0) return;
  store<u32>(said, 1, W_IS_NEW);
  const seen = SEEN_TEXTS + <usize>(load<u32>(said, W_MD5) & (MOST_SEEN - 1)) * 16;
  if (load<u64>(seen) == load<u64>(said, W_MD5) && load<u64>(seen, 8) == load<u64>(said, W_MD5 + 8)) return;
  memory.copy(seen, said + W_MD5, 16);
  const entry = NEW_TEXTS + <usize>newTexts * 8;
  store<i32>(entry, index);
  store<i32>(entry, span, 4);
  newTexts += 1;
}

// Columns of messages: numbers, then texts.
const FIRST_ROW = 0;
const FIRST_ORD = 1;
const FIRST_ORDINAL = 2;
const FIRST_COUNT = 3;
const FIRST_OCCURRENCE = 4;
const FIRST_IS_OUTPUT = 5;
const FIRST_FAILED = 6;
const FIRST_ROLE = 7;
const FIRST_HASH = 8;
const FIRST_ANSWERED = 9;
const FIRST_ORIGIN = 10;
const FIRST_TOOL_NAME = 11;
const FIRST_CALL_ID = 12;
const FIRST_CALLED = 13;
const FIRST_ARGUMENTS = 14;
const FIRST_CALL_HASH = 15;

function numberOfFirst(speaker: usize, place: usize, ordinal: i32, what: i32): i32 {
  switch (what) {
    case FIRST_ROW: return load<i32>(speaker, S_ROW);
    case FIRST_ORD: return load<i32>(speaker, S_ORD);
    case FIRST_ORDINAL: return ordinal;
    case FIRST_COUNT: return load<i32>(speaker, S_COUNT);
    case FIRST_OCCURRENCE: return <i32>(load<u32>(place, 4) & ~IS_FIRST);
    case FIRST_FAILED: {
      const more = <usize>load<u32>(wordOf(load<i32>(place)), W_MORE);
      return more == 0 ? 0 : load<i32>(more, O_FAILED);
    }
  }
  return ordinal >= load<i32>(speaker, S_INPUTS) ? 1 : 0;
}

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

/** What stands of a message with one of its calls; of all but the first call nothing of the message. */
function putOfFirst(out: usize, word: usize, call: i32, what: i32): usize {
  if (what < FIRST_CALL_ID) {
    if (call > 0) return 0;
    if (what == FIRST_ROLE) return putRole(out, word);
    if (what == FIRST_HASH) return putHex(out, word + W_MD5, 16);
    if (what == FIRST_ANSWERED) return callsOf(word) > 0 ? 0 : putKept(out, word + W_ID);
    return putMore(out, word, what == FIRST_ORIGIN ? O_ORIGIN : O_TOOL_NAME);
  }
  if (callsOf(word) == 0) return 0;
  if (what == FIRST_CALL_HASH) return putHex(out, hashAt(word, call), 16);
  return putKept(out, callAt(word, call) + (what == FIRST_CALLED ? CALL_NAME : what == FIRST_ARGUMENTS ? CALL_ARGUMENTS : CALL_ID));
}

/** What few messages have. */
function putMore(out: usize, word: usize, field: usize): usize {
  const more = <usize>load<u32>(word, W_MORE);
  return more == 0 ? 0 : putKept(out, more + field);
}

/** The same as `column` for a column of the messages that may be first, all of them, with a row for each call of a message. */
export function firstColumn(what: i32): i32 {
  memory.fill(PRESENT, 0, <usize>((firsts + 7) >> 3));
  present = 0;
  let out = OUT;
  let row = 0;
  for (let i = 0; i < speakers; i++) {
    const speaker = SPEAKERS + <usize>i * S_SIZE;
    if ((load<u32>(speaker, S_HOW) & IS_CALL) == 0) continue;
    const first = load<i32>(speaker, S_FIRST);
    const count = load<i32>(speaker, S_COUNT);
    for (let j = 0; j < count; j++) {
      const place = PLACES + <usize>(first + j) * PLACE_SIZE;
      if ((load<u32>(place, 4) & IS_FIRST) == 0) continue;
      const word = wordOf(load<i32>(place));
      const count = max(callsOf(word), 1);
      for (let call = 0; call < count; call++) {
        row += 1;
        if (what < FIRST_ROLE) {
          store<i32>(out, numberOfFirst(speaker, place, j, what));
          out += 4;
        } else {
          const end = putOfFirst(out + 4, word, call, what);
          if (end == 0) continue;
          store<u32>(out, <u32>(end - out - 4));
          out = end;
        }
        mark(row - 1);
      }
    }
  }
  return <i32>(out - OUT);
}

/** How many texts are new. */
export function newTextCount(): i32 {
  return newTexts;
}

/** Up to which text those from `from` on are a group. */
export function textGroup(from: i32): i32 {
  let bytes: usize = 0;
  let i = from;
  for (; i < newTexts && bytes < GROUP_BYTES; i++) bytes += <usize>load<u32>(wordOf(load<i32>(NEW_TEXTS + <usize>i * 8)), W_TEXT + 4) + 64;
  return i;
}

/** The same for a column of texts that are new: 0 the first span, 1 the hash, 2 the text, 3 what was thought. */
export function textColumn(what: i32, from: i32, to: i32): i32 {
  memory.fill(PRESENT, 0, <usize>((to - from + 7) >> 3));
  present = 0;
  let out = OUT;
  for (let i = from; i < to; i++) {
    const entry = NEW_TEXTS + <usize>i * 8;
    if (what == 0) {
      store<i32>(out, load<i32>(entry, 4));
      out += 4;
      mark(i - from);
      continue;
    }
    const word = wordOf(load<i32>(entry));
    let end: usize;
    if (what == 1) end = putHex(out + 4, word + W_MD5, 16);
    else if (what == 2) end = copied(out + 4, <usize>load<u32>(word, W_TEXT), <usize>load<u32>(word, W_TEXT + 4));
    else end = putMore(out + 4, word, O_REASONING);
    if (end == 0) continue;
    mark(i - from);
    store<u32>(out, <u32>(end - out - 4));
    out = end;
  }
  return <i32>(out - OUT);
}
