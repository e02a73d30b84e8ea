// Records as the values of Parquet's columns, and the loop over lines. After flat.as.

/**
 * Reads lines, each with its end, and has their spans written down a group at a time. Gives how many lines are for others: their
 * places, counted from 1, stand at BAD as far as there is room. Lines that do not begin with a brace are passed over.
 */
export function scan(from: usize, to: usize, areFlat: i32): i32 {
  at = from;
  lastAround = -1;
  record = RECORDS;
  rows = 0;
  groupBytes = 0;
  rowsBefore = 0;
  badCount = 0;
  forgetMessages();
  for (let ord = 1; at < to; ord++) {
    const begun = at;
    const spacedEnd = load<u8>(at) == 0x7b && isSpaced(at) ? squeeze(at) : 0;
    if (load<u8>(at) != 0x7b || !(areFlat != 0 ? flatLine(ord) : line(ord))) {
      if (load<u8>(begun) == 0x7b) {
        if (BAD + <usize>badCount * 4 < RECORDS) store<u32>(BAD + <usize>badCount * 4, ord);
        badCount += 1;
      }
      while (load<u8>(at) != 0x0a) at += 1;
    }
    if (spacedEnd != 0) at = spacedEnd;
    at += 1;
  }
  flush();
  return badCount;
}

// @ts-ignore: decorator
@inline
function next(r: usize): usize {
  return r + ((R_SIZE + <usize>load<u32>(r, R_COUNT) * A_SIZE + 7) & ~7);
}

// @ts-ignore: decorator
@inline
function mark(row: i32): void {
  const place = PRESENT + <usize>(row >> 3);
  store<u8>(place, <u8>(<i32>load<u8>(place) | (1 << (row & 7))));
  present += 1;
}

/** Writes a stretch of a span as it is written, but for times that are numbers. */
function putStretch(out: usize, r: usize, from: usize, to: usize, how: u32): usize {
  const start = <usize>load<u32>(r, R_START_AT);
  const finish = <usize>load<u32>(r, R_FINISH_AT);
  for (let i = 0; i < 2; i++) {
    const time = i == 0 ? min(start, finish) : max(start, finish);
    if (time < from || time >= to) continue;
    out = putJson(out, from, time, how);
    store<u8>(out, 0x22);
    out = copied(out + 1, time, TIME_DIGITS);
    store<u8>(out, 0x22);
    out += 1;
    from = time + TIME_DIGITS;
  }
  return putJson(out, from, to, how);
}

function putRaw(out: usize, r: usize): usize {
  const how = load<u32>(r, R_RAW_FORM);
  let from = <usize>load<u32>(r, R_RAW);
  const to = <usize>load<u32>(r, R_RAW_END);
  if (how & 8) {
    const n = load<u32>(r, R_COUNT);
    for (let i: u32 = 0; i < n; i++) {
      const entry = r + R_SIZE + <usize>i * A_SIZE;
      if (load<u32>(entry, A_FORM) != WHOLE) continue;
      const end = <usize>load<u32>(entry, A_TO);
      out = putStretch(out, r, from, end - 2, how & 7);
      from = end;
    }
  }
  return putStretch(out, r, from, to, how & 7);
}

function putAttributes(out: usize, r: usize): usize {
  const layout = <usize>load<u32>(r, R_LAYOUT);
  const kept = layout + L_FIELDS + FIELD_COUNT * 4;
  const n = load<u32>(r, R_COUNT);
  store<u8>(out, 0x7b);
  out += 1;
  const begun = out;
  for (let i: u32 = 0; i < n; i++) {
    if (load<u8>(kept + <usize>i) == 0) continue;
    const entry = r + R_SIZE + <usize>i * A_SIZE;
    if (out > begun) {
      store<u8>(out, 0x2c);
      out += 1;
    }
    const key = <usize>load<u32>(entry, A_KEY);
    const size = <usize>load<u32>(entry, A_KEY_END) - key;
    out = copied(out, key, size);
    store<u8>(out, 0x3a);
    out = putLiteral(out + 1, entry);
  }
  const tail = <usize>load<u32>(layout, L_TAIL_SIZE);
  if (tail > 0) {
    if (out > begun) {
      store<u8>(out, 0x2c);
      out += 1;
    }
    out = copied(out, <usize>load<u32>(layout, L_TAIL), tail);
  }
  store<u8>(out, 0x7d);
  return out + 1;
}

// Columns of whole numbers, of times, and of texts.
const C_ROW = 0;
const C_ORD = 1;
const C_SHAPE = 2;
const C_RAW_SIZE = 3;
const C_FAILED = 4;
const C_HEARD = 5;
const C_ANSWERS = 6;
const C_LAST_ANSWER = 7;
const C_START = 8;
const C_END = 9;
const C_TRACE = 10;
const C_SPAN = 11;
const C_PARENT = 12;
const C_NAME = 13;
const C_MESSAGE = 14;
const C_HEAD = 15;
const C_HASH = 16;
const C_FIELDS = 17;
// Columns of the file of texts.
const C_WIDE = 64;
const C_TEXT = 64;
const C_INPUT = 65;
const C_OUTPUT = 66;
const C_ATTRIBUTES = 67;
const C_RAW = 68;
/** Room in front of their values for what says which rows have one. */
const LEVELS: usize = 1024;

/** The model call that a record is, among those who speak; 0 where it is none. */
function callerOf(r: usize): usize {
  const speaker = load<i32>(r, R_SPEAKER);
  if (speaker == 0) return 0;
  const entry = SPEAKERS + <usize>(speaker - 1) * S_SIZE;
  return load<u32>(entry, S_HOW) & IS_CALL ? entry : 0;
}

// @ts-ignore: decorator
@inline
function wordAt(speaker: usize, i: i32): usize {
  return wordOf(load<i32>(PLACES + <usize>(load<i32>(speaker, S_FIRST) + i) * PLACE_SIZE));
}

/** What a model call heard and said, a bit each: anything, a user's words, two of them at the beginning, calls of its own; and that it is one. */
function heardBy(r: usize): u32 {
  const isCall = (load<u32>(<usize>load<u32>(r, R_LAYOUT), L_HOW) & IS_CALL) << 4;
  const speaker = callerOf(r);
  if (speaker == 0) return isCall;
  const count = load<i32>(speaker, S_COUNT);
  const inputs = load<i32>(speaker, S_INPUTS);
  let heard: u32 = isCall | (count > 0 ? 1 : 0);
  let begun = 0;
  for (let i = 0; i < count; i++) {
    const word = wordAt(speaker, i);
    if (i >= inputs) {
      if (load<u32>(word, W_NAME) != 0) heard |= 8;
    } else if (load<i32>(word, W_ROLE) == ROLE_USER) {
      heard |= 2;
      if (i < 2) begun += 1;
    }
  }
  return begun == 2 ? heard | 4 : heard;
}

/** How many answers of its model a call was given, or the place of the last one, -1 for none. */
function answersTo(r: usize, isLast: bool): u32 {
  const speaker = callerOf(r);
  let answers = 0;
  let last = -1;
  const inputs = speaker == 0 ? 0 : load<i32>(speaker, S_INPUTS);
  for (let i = 0; i < inputs; i++) {
    if (load<i32>(wordAt(speaker, i), W_ROLE) != ROLE_ASSISTANT) continue;
    answers += 1;
    last = i;
  }
  return isLast ? last : answers;
}

/** What a model call said: the texts of its answers, an empty line between them. */
function putWords(out: usize, r: usize): usize {
  const speaker = callerOf(r);
  if (speaker == 0) return 0;
  const begun = out;
  const count = load<i32>(speaker, S_COUNT);
  for (let i = load<i32>(speaker, S_INPUTS); i < count; i++) {
    const word = wordAt(speaker, i);
    const size = <usize>load<u32>(word, W_TEXT + 4);
    if (size == 0 || load<i32>(word, W_ROLE) != ROLE_ASSISTANT) continue;
    if (out > begun) {
      store<u16>(out, 0x0a0a);
      out += 2;
    }
    out = copied(out, <usize>load<u32>(word, W_TEXT), size);
  }
  return out == begun ? 0 : out;
}

function putKept(out: usize, place: usize): usize {
  const from = <usize>load<u32>(place);
  return from == 0 ? 0 : copied(out, from, <usize>load<u32>(place, 4));
}

function putAttribute(out: usize, r: usize, index: i32): usize {
  return index < 0 ? 0 : putValue(out, r + R_SIZE + <usize>index * A_SIZE);
}

/** The input, with the method in front of it where there is one. */
function putInput(out: usize, r: usize): usize {
  const layout = <usize>load<u32>(r, R_LAYOUT);
  const index = load<i32>(layout, L_INPUT);
  const method = load<i32>(layout, L_METHOD);
  if (index < 0) return 0;
  if (method >= 0) {
    out = putAttribute(out, r, method);
    store<u8>(out, 0x20);
    out += 1;
  }
  return putAttribute(out, r, index);
}

/** What a model said, or what a tool returned. */
function putTextOf(out: usize, r: usize): usize {
  const layout = <usize>load<u32>(r, R_LAYOUT);
  const how = load<u32>(layout, L_HOW);
  if (how & HAS_SPOKEN) return putWords(out, r);
  if ((how & HAS_RESULT) == 0) return 0;
  if (load<u32>(r, R_RESULT) != 0) return putKept(out, r + R_RESULT);
  const end = putAttribute(out, r, load<i32>(layout, L_OUTPUT));
  if (end == 0) return 0;
  settleText(out, end);
  memory.copy(out, messageFrom, messageEnd - messageFrom);
  return out + messageEnd - messageFrom;
}

function numberIn(r: usize, what: i32): u32 {
  switch (what) {
    case C_ORD: return load<u32>(r, R_ORD);
    case C_SHAPE: return load<u32>(<usize>load<u32>(r, R_LAYOUT), L_SHAPE);
    case C_RAW_SIZE: return load<u32>(r, R_RAW_END) - load<u32>(r, R_RAW);
    case C_FAILED: return load<u32>(r, R_WHAT) & R_FAILED;
    case C_HEARD: return heardBy(r);
    case C_ANSWERS: return answersTo(r, false);
  }
  return answersTo(r, true);
}

function putColumn(out: usize, r: usize, what: i32): usize {
  switch (what) {
    case C_TRACE:
    case C_SPAN:
    case C_PARENT: {
      const place = r + R_TRACE + <usize>(what - C_TRACE) * 8;
      const size = <usize>load<u32>(place, 4);
      if (size == 0) return 0;
      return copied(out, <usize>load<u32>(place), size);
    }
    case C_NAME:
    case C_MESSAGE: {
      const place = r + (what == C_NAME ? R_NAME : R_MESSAGE);
      const from = <usize>load<u32>(place);
      const size = <usize>load<u32>(place, 4);
      if (size == 0) return what == C_NAME ? out : 0;
      return putText(out, from, from + size, load<u32>(place, 8));
    }
    case C_HEAD: return putKept(out, r + R_HEAD);
    case C_HASH: return load<u32>(r, R_WHAT) & R_HASHED ? putHex(out, r + R_HASH, 16) : 0;
    case C_TEXT: return putTextOf(out, r);
    case C_INPUT: return putInput(out, r);
    case C_OUTPUT: return putAttribute(out, r, load<i32>(<usize>load<u32>(r, R_LAYOUT), L_OUTPUT));
    case C_ATTRIBUTES: return putAttributes(out, r);
    case C_RAW: return putRaw(out, r);
  }
  const index = load<i32>(<usize>load<u32>(r, R_LAYOUT) + L_FIELDS + <usize>(what - C_FIELDS) * 4);
  return putAttribute(out, r, index);
}

/** Writes the values of a column of the group at hand, as Parquet's PLAIN has them, to OUT, texts LEVELS behind it; gives how many bytes they are. */
export function column(what: i32): i32 {
  memory.fill(PRESENT, 0, 264);
  present = 0;
  const begun = what < C_WIDE ? OUT : OUT + LEVELS;
  let out = begun;
  let r = RECORDS;
  for (let row = 0; row < rows; row++, r = next(r)) {
    if (what <= C_LAST_ANSWER) {
      store<u32>(out, what == C_ROW ? rowsBefore + row + 1 : numberIn(r, what));
      out += 4;
      mark(row);
    } else if (what <= C_END) {
      store<u64>(out, load<u64>(r + (what == C_START ? R_START : R_FINISH)));
      out += 8;
      mark(row);
    } else {
      const end = putColumn(out + 4, r, what);
      if (end == 0) continue;
      store<u32>(out, <u32>(end - out - 4));
      out = end;
      mark(row);
    }
  }
  return <i32>(out - begun);
}

/** Compresses the values of a column of texts, with what stands right in front of them; gives how many bytes it is, 64 behind them. */
export function pack(levels: i32, size: i32): i32 {
  const end = OUT + LEVELS + <usize>size;
  return <i32>(snappy(end + 64, OUT + LEVELS - <usize>levels, end) - end - 64);
}

/** How many rows have a value in the column written last; which ones, a bit each at PRESENT. */
export function presentCount(): i32 {
  return present;
}
