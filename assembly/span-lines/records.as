// The record of a span, and the layout that its shape has. After values.as.

let tags: usize = 0;
let count: i32 = 0;
let rawForm: u32 = PLAIN;
let cuts: i32 = 0;
let status: i32 = 0;
// Which of the attributes are those of the exception that was thrown, if one was.
let thrownFrom: i32 = 0;
let thrownTo: i32 = 0;

/** An id of digits; `most` is not asked of an empty one. */
function id(field: usize, mayBeEmpty: bool): bool {
  if (!takes(0x22)) return false;
  const from = at;
  let isZero = true;
  while (true) {
    const byte: u32 = load<u8>(at);
    if (!isDigit(byte) && byte - 0x61 >= 6) break;
    if (byte != 0x30) isZero = false;
    at += 1;
  }
  const size = at - from;
  store<u32>(record + field, <u32>from);
  store<u32>(record + field, <u32>size, 4);
  if (!takes(0x22)) return false;
  return size == 0 ? mayBeEmpty : size <= 64 && !isZero;
}

/** A text of the span itself: where it stands, and how it is written. */
function textOf(field: usize): bool {
  const from = at + 1;
  if (!string()) return false;
  store<u32>(record + field, <u32>from);
  store<u32>(record + field, <u32>(at - 1 - from), 4);
  store<u32>(record + field, form, 8);
  return true;
}

/** 0, 1 or 2, or the names of them: unset, ok, error; `mayBeShort`: without what the protocol has in front. */
function statusCode(mayBeShort: bool): bool {
  const byte: u32 = load<u8>(at);
  if (byte - 0x30 < 3) {
    status = byte - 0x30;
    at += 1;
    return true;
  }
  let from = at + 1;
  if (!string()) return false;
  // STATUS_CODE_
  if (load<u64>(from) == 0x435f535554415453 && load<u32>(from, 8) == 0x5f45444f) from += 12;
  else if (!mayBeShort) return false;
  const size = at - 1 - from;
  // OK, ERROR, UNSET
  if (size == 2 && load<u16>(from) == 0x4b4f) status = 1;
  else if (size == 5 && load<u32>(from) == 0x4f525245 && load<u8>(from, 4) == 0x52) status = 2;
  else if (size == 5 && load<u32>(from) == 0x45534e55 && load<u8>(from, 4) == 0x54) status = 0;
  else return false;
  return true;
}

/** A kind as a number or as a name in capitals; `mayBeLoose`: in any letters, with dots. */
function kindOf(mayBeLoose: bool): bool {
  if (!takes(0x22)) {
    const from = at;
    while (isDigit(load<u8>(at))) at += 1;
    return at > from && at - from <= 3 && (at - from == 1 || load<u8>(from) != 0x30);
  }
  while (true) {
    const byte: u32 = load<u8>(at);
    if (byte - 0x41 >= 26 && byte != 0x5f && !(mayBeLoose && (byte - 0x61 < 26 || byte == 0x2e))) break;
    at += 1;
  }
  return takes(0x22);
}

function statusOf(mayBeShort: bool): bool {
  if (!takes(0x7b)) return false;
  if (takes(0x7d)) return true;
  let seen = 0;
  while (true) {
    const name = member(CODE, MESSAGE + 1);
    if (name < 0 || seen & (1 << name)) return false;
    seen |= 1 << name;
    if (name == CODE) {
      if (!statusCode(mayBeShort)) return false;
    } else {
      if (!textOf(R_MESSAGE)) return false;
      if (form == FOREIGN) rawForm = FOREIGN;
    }
    if (takes(0x2c)) continue;
    return takes(0x7d);
  }
}

/** The events of a span, where there is none but one exception: what it says stands among the attributes. */
function events(areFlat: bool): bool {
  if (!takes(0x5b)) return false;
  if (takes(0x5d)) return true;
  if (thrownTo > 0 || !takes(0x7b)) return false;
  let seen: u32 = 0;
  while (true) {
    const name = member(EVENT_NAME, EXCEPTION);
    if (name < 0 || seen & (1 << (name - EVENT_NAME)) || !eventMember(name, areFlat)) return false;
    seen |= 1 << (name - EVENT_NAME);
    if (takes(0x2c)) continue;
    // Of one that says nothing its shape says nothing.
    return takes(0x7d) && takes(0x5d) && thrownTo > thrownFrom && (seen & 1) != 0;
  }
}

function eventMember(name: i32, areFlat: bool): bool {
  const from = at;
  switch (name) {
    case EVENT_NAME: return string() && nameAt(from + 1, at - from - 2, EXCEPTION, EXCEPTION + 1) == EXCEPTION;
    case EVENT_TIME: return !areFlat && string() && form == PLAIN;
    case FLAT_EVENT_TIME: return areFlat && string() && form == PLAIN;
    case DROPPED_IN_EVENT:
    case FLAT_DROPPED_IN_EVENT: return digits(15);
  }
  thrownFrom = count;
  if (areFlat ? !flatAttributes() : !attributes()) return false;
  thrownTo = count;
  return true;
}

/** Makes room for a record. */
function beginSpan(): void {
  memory.fill(record, 0, R_SIZE);
  count = 0;
  rawForm = PLAIN;
  cuts = 0;
  status = 0;
  thrownFrom = thrownTo = 0;
  // The tags stand in the second half of what is aside for keys.
  tags = SCRATCH + ((SCRATCH_END - SCRATCH) >> 1);
}

/** Adds the record of the span that began at `from`, where its shape is one that is known for sure. */
function endSpan(ord: i32, from: usize): bool {
  const layout = layoutOf();
  if (layout == 0 || !isSound(layout)) return false;
  store<u32>(record, <u32>layout, R_LAYOUT);
  store<u32>(record, ord, R_ORD);
  store<u32>(record, count, R_COUNT);
  store<u32>(record, <u32>from, R_RAW);
  store<u32>(record, <u32>at, R_RAW_END);
  store<u32>(record, rawForm | (cuts > 0 ? 8 : 0), R_RAW_FORM);
  messagesOf(layout);
  record += (R_SIZE + <usize>count * A_SIZE + 7) & ~7;
  rows += 1;
  groupBytes += at - from + <usize>load<u32>(layout, L_TAIL_SIZE) + 256;
  return true;
}

/** Writes a number in digits. */
function putNumber(out: usize, n: i32): usize {
  if (n >= 10) out = putNumber(out, n / 10);
  store<u8>(out, 0x30 + (n % 10));
  return out + 1;
}

/** Writes what shape-table.ts reads of a shape, and finds its layout; 0 where the span is for others. */
function layoutOf(): usize {
  const limit = SCRATCH + ((SCRATCH_END - SCRATCH) >> 1);
  const nameSize = <usize>load<u32>(record, R_NAME + 4);
  // Much room for numbers and letters.
  if (nameSize + 256 > limit - SCRATCH) return 0;
  let out = putNumber(SCRATCH, around);
  store<u8>(out, 0x1e);
  store<u8>(out, 0x30 + status, 1);
  store<u8>(out, 0x1e, 2);
  store<u8>(out, load<u32>(record, R_MESSAGE + 4) > 0 ? 0x31 : 0x30, 3);
  store<u8>(out, 0x1e, 4);
  store<u8>(out, load<u32>(record, R_PARENT + 4) > 0 ? 0x31 : 0x30, 5);
  store<u8>(out, 0x1e, 6);
  out = putText(out + 7, <usize>load<u32>(record, R_NAME), <usize>load<u32>(record, R_NAME) + nameSize, load<u32>(record, R_NAME + 8));
  store<u8>(out, 0x1e);
  out += 1;
  const first = record + R_SIZE;
  for (let i: i32 = 0; i < count; i++) {
    const entry = first + <usize>i * A_SIZE;
    const key = <usize>load<u32>(entry, A_KEY) + 1;
    const size = <usize>load<u32>(entry, A_KEY_END) - 1 - key;
    if (out + size + 16 > limit) return 0;
    if (i > 0) {
      store<u8>(out, 0x1f);
      out += 1;
    }
    if (i >= thrownFrom && i < thrownTo) {
      store<u8>(out, 0x1d);
      out += 1;
    }
    out = copied(out, key, size);
  }
  store<u8>(out, 0x1e);
  out += 1;
  if (out + <usize>count + 16 > limit) return 0;
  memory.copy(out, tags, count);
  out += <usize>count;
  store<u8>(out, 0x1e);
  out += 1;
  for (let i: i32 = 0; i < count; i++) {
    const entry = first + <usize>i * A_SIZE;
    const key = <usize>load<u32>(entry, A_KEY) + 1;
    if (nameAt(key, <usize>load<u32>(entry, A_KEY_END) - 1 - key, FIRST_DECIDING, names) < 0) continue;
    if (out + <usize>(load<u32>(entry, A_TO) - load<u32>(entry, A_FROM)) + 32 > limit) return 0;
    out = putLiteral(out, entry);
    store<u8>(out, 0x1f);
    out += 1;
  }
  return found(SCRATCH, out - SCRATCH);
}

/** The layout of a shape by what is written of it, asked for where it is new. */
function found(key: usize, size: usize): usize {
  let hash: u32 = 0x811c9dc5;
  let p = key;
  const end = key + size;
  store<u32>(end, 0);
  for (; p < end; p += 4) hash = rotl<u32>((hash ^ load<u32>(p)) * 0x85ebca6b, 13) * 5 + 0xe6546b64;
  hash ^= hash >> 15;
  let slot = hash & (TABLE_SLOTS - 1);
  while (true) {
    const place = TABLE + <usize>slot * 8;
    const known = <usize>load<u32>(place, 4);
    if (known == 0) {
      if (shapes >= <i32>(TABLE_SLOTS >> 1)) return 0;
      const layout = shapeOf(key, <i32>size);
      const kept = allocate(<i32>size + 8);
      if (kept == 0) return 0;
      shapes += 1;
      store<u32>(kept, <u32>size);
      store<u32>(kept, <u32>layout, 4);
      memory.copy(kept + 8, key, size);
      store<u32>(place, hash);
      store<u32>(place, <u32>kept, 4);
      return layout;
    }
    if (load<u32>(place) == hash && <usize>load<u32>(known) == size && memory.compare(known + 8, key, size) == 0) return <usize>load<u32>(known, 4);
    slot = (slot + 1) & (TABLE_SLOTS - 1);
  }
}

/** Whether the group at hand is to be written before more comes. */
function isFull(): bool {
  return rows == GROUP_ROWS || groupBytes > GROUP_BYTES || record + (RECORDS_END - RECORDS) / 2 > RECORDS_END;
}

function flush(): void {
  if (rows > 0) groupIsFull(rows);
  rowsBefore += rows;
  record = RECORDS;
  rows = 0;
  groupBytes = 0;
}
