// Spans with flat attributes, one a line, as SDKs dump them: what is taken means what src/engine/intake/formats/otel-flat.sql makes
// of it. After otlp.as.

let lastResource: usize = 0;
let lastResourceSize: usize = 0;
let lastScope: usize = 0;
let lastScopeSize: usize = 0;
let lastAround: i32 = -1;

/** Two digits as a number up to `most`; -1 for none. */
function twoDigits(p: usize, least: i32, most: i32): i32 {
  const a: i32 = <i32>load<u8>(p) - 0x30;
  const b: i32 = <i32>load<u8>(p, 1) - 0x30;
  if (a < 0 || a > 9 || b < 0 || b > 9) return -1;
  const n = a * 10 + b;
  return n < least || n > most ? -1 : n;
}

function daysOf(year: i32, month: i32): i32 {
  if (month == 2) return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 29 : 28;
  return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

/** Days since 1970 of a day in the Gregorian calendar. http://howardhinnant.github.io/date_algorithms.html#days_from_civil */
function dayNumber(year: i32, month: i32, day: i32): i64 {
  const y = month <= 2 ? year - 1 : year;
  const era = y / 400;
  const ofEra = y - era * 400;
  const ofYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
  return <i64>era * 146097 + ofEra * 365 + ofEra / 4 - ofEra / 100 + ofYear - 719468;
}

/** An ISO time in UTC. */
function isoTime(field: usize): bool {
  if (!takes(0x22)) return false;
  const p = at;
  const century = twoDigits(p, 19, 22);
  const ofCentury = twoDigits(p + 2, 0, 99);
  const month = twoDigits(p + 5, 1, 12);
  if (century < 0 || ofCentury < 0 || month < 0) return false;
  const year = century * 100 + ofCentury;
  // The last year that nanoseconds reach is 2262.
  if (year < 1970 || year > 2261) return false;
  const day = twoDigits(p + 8, 1, daysOf(year, month));
  const hour = twoDigits(p + 11, 0, 23);
  const minute = twoDigits(p + 14, 0, 59);
  const second = twoDigits(p + 17, 0, 59);
  if (day < 0 || hour < 0 || minute < 0 || second < 0) return false;
  if (load<u8>(p, 4) != 0x2d || load<u8>(p, 7) != 0x2d || load<u8>(p, 10) != 0x54 || load<u8>(p, 13) != 0x3a || load<u8>(p, 16) != 0x3a) return false;
  at = p + 19;
  let nanos: i64 = 0;
  if (takes(0x2e)) {
    const from = at;
    while (isDigit(load<u8>(at)) && at - from < 9) {
      nanos = nanos * 10 + (load<u8>(at) - 0x30);
      at += 1;
    }
    const size = at - from;
    if (size == 0) return false;
    for (let i = size; i < 9; i++) nanos *= 10;
  }
  if (load<u8>(at) == 0x5a) at += 1;
  // +00:00
  else if (load<u8>(at) == 0x2b && load<u32>(at, 1) == 0x303a3030 && load<u8>(at, 5) == 0x30) at += 6;
  const total = ((dayNumber(year, month, day) * 24 + hour) * 60 + minute) * 60 + second;
  const all = total * 1000000000 + nanos;
  if (all <= 0) return false;
  store<i64>(record + field, all);
  return takes(0x22);
}

const TIME_DIGITS: usize = 19;

/** A time as text, or as a whole number of nanoseconds, which has more digits than a double holds; says at `begun` where that begins. */
function flatTime(field: usize, begun: usize): bool {
  if (load<u8>(at) == 0x22) return isoTime(field);
  const from = at;
  if (load<u8>(at) == 0x30) return false;
  let total: u64 = 0;
  while (isDigit(load<u8>(at)) && at - from < TIME_DIGITS) {
    total = total * 10 + (load<u8>(at) - 0x30);
    at += 1;
  }
  if (at - from != TIME_DIGITS || total > 0x7fffffffffffffff) return false;
  store<u64>(record + field, total);
  store<u32>(record + begun, <u32>from);
  return true;
}

/** A list of strings as it stands there. */
function plainList(): bool {
  arrayForm = PLAIN;
  if (!takes(0x5b)) return false;
  if (takes(0x5d)) return true;
  while (true) {
    if (!string()) return false;
    if (form == FOREIGN) arrayForm = FOREIGN;
    if (takes(0x2c)) continue;
    return takes(0x5d);
  }
}

/** An attribute's value; its letter, or 0. Writes where it stands into the attribute's record. */
function flatValue(entry: usize): u32 {
  const from = at;
  const byte: u32 = load<u8>(at);
  let tag: u32 = 0;
  store<u32>(entry, BARE, A_FORM);
  if (byte == 0x22) {
    if (!string()) return 0;
    store<u32>(entry, form, A_FORM);
    tag = tagOfText(from + 1, at - 1);
  } else if (byte == 0x74 && load<u32>(at) == 0x65757274) {
    at += 4;
    tag = 0x62; // b
  } else if (byte == 0x66 && load<u32>(at, 1) == 0x65736c61) {
    at += 5;
    tag = 0x62;
  } else if (byte == 0x5b) {
    if (!plainList()) return 0;
    if (arrayForm == FOREIGN) store<u32>(entry, LIST, A_FORM);
    tag = 0x61; // a
  } else {
    tag = double(15);
    store<u32>(entry, numberForm, A_FORM);
  }
  store<u32>(entry, <u32>from, A_FROM);
  store<u32>(entry, <u32>at, A_TO);
  return tag;
}

/** Whether a key is also that of one of the attributes at hand. */
function isThere(key: usize, size: usize): bool {
  for (let i: i32 = 0; i < count; i++) {
    const entry = record + R_SIZE + <usize>i * A_SIZE;
    const other = <usize>load<u32>(entry, A_KEY);
    if (<usize>load<u32>(entry, A_KEY_END) - other == size && memory.compare(other, key, size) == 0) return true;
  }
  return false;
}

const MOST_NULLS = 64;

/** Attributes; those that are null say nothing, but for a key that is there twice. */
function flatAttributes(): bool {
  if (!takes(0x7b)) return false;
  if (takes(0x7d)) return true;
  const nulls = tags - MOST_NULLS * 8 - 64;
  let nullCount = 0;
  while (true) {
    const entry = record + R_SIZE + <usize>count * A_SIZE;
    if (entry + A_SIZE * 2 > RECORDS_END || tags + <usize>count + 1 > SCRATCH_END) return false;
    const key = at;
    if (!string() || form != PLAIN || load<u8>(at) != 0x3a) return false;
    const end = at;
    at += 1;
    if (load<u32>(at) == 0x6c6c756e) {
      at += 4;
      if (nullCount == MOST_NULLS) return false;
      store<u32>(nulls + <usize>nullCount * 8, <u32>key);
      store<u32>(nulls + <usize>nullCount * 8, <u32>(end - key), 4);
      nullCount += 1;
    } else {
      const tag = flatValue(entry);
      if (tag == 0) return false;
      store<u32>(entry, <u32>key, A_KEY);
      store<u32>(entry, <u32>end, A_KEY_END);
      const how = load<u32>(entry, A_FORM);
      if (how == FOREIGN || how == LIST) rawForm = FOREIGN;
      if (how == WHOLE) cuts += 1;
      store<u8>(tags + <usize>count, tag);
      count += 1;
    }
    if (takes(0x2c)) continue;
    if (!takes(0x7d)) return false;
    break;
  }
  for (let i = 0; i < nullCount; i++) {
    const key = <usize>load<u32>(nulls + <usize>i * 8);
    const size = <usize>load<u32>(nulls + <usize>i * 8, 4);
    if (isThere(key, size)) return false;
    for (let j = 0; j < i; j++)
      if (<usize>load<u32>(nulls + <usize>j * 8, 4) == size && memory.compare(<usize>load<u32>(nulls + <usize>j * 8), key, size) == 0) return false;
  }
  return true;
}

let resourceFrom: usize = 0;
let resourceTo: usize = 0;
let scopeFrom: usize = 0;
let scopeTo: usize = 0;

function flatMember(name: i32): bool {
  switch (name) {
    case FLAT_TRACE_ID: return id(R_TRACE, false);
    case FLAT_SPAN_ID: return id(R_SPAN, false);
    case FLAT_PARENT:
      if (load<u32>(at) != 0x6c6c756e) return id(R_PARENT, true);
      at += 4;
      return true;
    case FLAT_NAME:
      if (!textOf(R_NAME)) return false;
      if (form == FOREIGN) rawForm = FOREIGN;
      return true;
    case FLAT_KIND: return kindOf(true);
    case FLAT_START: return flatTime(R_START, R_START_AT);
    case FLAT_END: return flatTime(R_FINISH, R_FINISH_AT);
    case FLAT_STATUS: return statusOf(true);
    case FLAT_STATUS_CODE: return statusCode(true);
    case FLAT_STATUS_MESSAGE:
      // Which of two counts is for others to say.
      if (load<u32>(record, R_MESSAGE) != 0 || !textOf(R_MESSAGE)) return false;
      if (form == FOREIGN) rawForm = FOREIGN;
      return true;
    case FLAT_ATTRIBUTES: return flatAttributes();
    case FLAT_RESOURCE:
      resourceFrom = at;
      if (!nested(0x7b) || isForeign) return false;
      resourceTo = at;
      return true;
    case FLAT_SCOPE:
      scopeFrom = at;
      if (!nested(0x7b) || isForeign) return false;
      scopeTo = at;
      return true;
    case FLAT_EVENTS:
    case FLAT_SPAN_EVENTS: return events(true);
    case FLAT_LINKS: return takes(0x5b) && takes(0x5d);
  }
  return false;
}

/** What is around the span, asked for only where it differs from what was around the one before. */
function flatAround(): i32 {
  const resourceSize = resourceTo - resourceFrom;
  const scopeSize = scopeTo - scopeFrom;
  if (lastAround >= 0 && resourceSize == lastResourceSize && scopeSize == lastScopeSize && memory.compare(resourceFrom, lastResource, resourceSize) == 0 && memory.compare(scopeFrom, lastScope, scopeSize) == 0) return lastAround;
  lastResource = resourceFrom;
  lastResourceSize = resourceSize;
  lastScope = scopeFrom;
  lastScopeSize = scopeSize;
  lastAround = aroundOf(resourceFrom, <i32>resourceSize, scopeFrom, <i32>scopeSize);
  return lastAround;
}

// The members a line must have.
const FLAT_NEEDED: u32 = (1 << (FLAT_TRACE_ID - FLAT)) | (1 << (FLAT_SPAN_ID - FLAT)) | (1 << (FLAT_START - FLAT)) | (1 << (FLAT_END - FLAT)) | (1 << (FLAT_ATTRIBUTES - FLAT));
// Which of two counts is for others to say.
const FLAT_BOTH_EVENTS: u32 = (1 << (FLAT_EVENTS - FLAT)) | (1 << (FLAT_SPAN_EVENTS - FLAT));
const FLAT_STATUSES: u32 = (1 << (FLAT_STATUS - FLAT)) | (1 << (FLAT_STATUS_CODE - FLAT));

function flatLine(ord: i32): bool {
  if (isFull()) flush();
  const from = at;
  beginSpan();
  resourceFrom = resourceTo = scopeFrom = scopeTo = 0;
  if (!takes(0x7b)) return false;
  let seen: u32 = 0;
  while (true) {
    const name = member(FLAT, FIRST_DECIDING);
    if (name < 0 || seen & (1 << (name - FLAT))) return false;
    seen |= 1 << (name - FLAT);
    // A message of the status may come before or after the one beside it.
    if (name == FLAT_STATUS && load<u32>(record, R_MESSAGE) != 0) return false;
    if (!flatMember(name)) return false;
    if (takes(0x2c)) continue;
    if (!takes(0x7d)) return false;
    break;
  }
  if ((seen & FLAT_NEEDED) != FLAT_NEEDED || (seen & FLAT_STATUSES) == FLAT_STATUSES || (seen & FLAT_BOTH_EVENTS) == FLAT_BOTH_EVENTS) return false;
  const end = at;
  takes(0x0d);
  if (load<u8>(at) != 0x0a) return false;
  at = end;
  around = flatAround();
  if (around < 0 || !endSpan(ord, from)) return false;
  takes(0x0d);
  return true;
}
