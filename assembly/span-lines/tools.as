// What is judged of a span before it is taken: its times, and what tools were given and gave. Who calls it and what it returned as
// JSON is for JavaScript to say where this does not know. After md5.as.

/** A text of the span that its shape knows the place of, to `out`; gives its end, or 0 where there is none. */
function putKnown(out: usize, layout: usize, field: usize): usize {
  const index = load<i32>(layout + field);
  if (index >= 0) return putValue(out, record + R_SIZE + <usize>index * A_SIZE);
  const size = load<i32>(layout + field, 8);
  return size < 0 ? 0 : copied(out, <usize>load<u32>(layout + field, 4), <usize>size);
}

/** Whether arguments may have a callback's wrapping around them; a key may be written with escapes. */
function mayWrap(p: usize, end: usize): bool {
  for (; p + 6 <= end; p++) {
    const byte: u32 = load<u8>(p);
    // \u00 and a digit up to 7
    if (byte == 0x5c && load<u32>(p) == 0x3030755c && <u32>load<u8>(p, 4) - 0x30 < 8) return true;
    // input_str
    if (byte == 0x69 && p + 9 <= end && load<u64>(p) == 0x74735f7475706e69 && load<u8>(p, 8) == 0x72) return true;
  }
  return p + 5 <= end && load<u32>(p) == 0x3030755c && <u32>load<u8>(p, 4) - 0x30 < 8;
}

/** Whether a span is one that is known for sure, now that its shape is; notes what its tool was called with and gave. */
function isSound(layout: usize): bool {
  // It says so of a line.
  if (load<u64>(record, R_FINISH) < load<u64>(record, R_START)) return false;
  const how = load<u32>(layout, L_HOW);
  if (how & IS_TOOL) return isSoundTool(layout, how);
  const index = load<i32>(layout, L_OUTPUT);
  if (index < 0 || how & IS_CALL) return true;
  // Text in quotation marks of its own: \"
  const entry = record + R_SIZE + <usize>index * A_SIZE;
  return load<u32>(entry, A_FORM) > FOREIGN || load<u16>(<usize>load<u32>(entry, A_FROM), 1) != 0x225c;
}

// A text by its place and size, as hashCall takes them.
const PAIRS: usize = 0x198100;

function isSoundTool(layout: usize, how: u32): bool {
  const nameEnd = putKnown(OUT, layout, L_TOOL);
  const args = (nameEnd == 0 ? OUT : nameEnd) + 64;
  const input = load<i32>(layout, L_INPUT);
  let argsEnd = args;
  if (input >= 0) {
    argsEnd = putValue(args, record + R_SIZE + <usize>input * A_SIZE);
    const tag = load<u8>(tags + <usize>input);
    // Text that begins as JSON does, or that is odd.
    if ((tag == 0x6a || tag == 0x75) && mayWrap(args, argsEnd)) return false;
  }
  const id = argsEnd + 64;
  const idEnd = putKnown(id, layout, L_CALL_ID);
  if (nameEnd != 0) {
    if (idEnd != 0 && idEnd - id == nameEnd - OUT && memory.compare(id, OUT, idEnd - id) == 0) return false;
    store<u32>(PAIRS, <u32>OUT);
    store<u32>(PAIRS, <u32>(nameEnd - OUT), 4);
    store<u32>(PAIRS, <u32>args, 8);
    store<u32>(PAIRS, <u32>(argsEnd - args), 12);
    hashCall(record + R_HASH, PAIRS, PAIRS + 8, id);
    store<u32>(record, R_HASHED, R_WHAT);
  }
  return (how & MAY_RESULT) == 0 || hasResult(load<i32>(layout, L_OUTPUT));
}

/** Has what a tool gave told as a result; false where it is more than that. */
function hasResult(index: i32): bool {
  const end = putValue(OUT, record + R_SIZE + <usize>index * A_SIZE);
  if (resultOf(OUT, <i32>(end - OUT), heap, <i32>(HEAP_END - heap)) == 0) return false;
  const size = load<u32>(RESULT);
  const headSize = load<u32>(RESULT, 8);
  store<u32>(record, <u32>heap, R_RESULT);
  store<u32>(record, size, R_RESULT + 4);
  heap += <usize>size;
  if (load<u32>(RESULT, 4) != 0) {
    store<u32>(record, load<u32>(record, R_WHAT) | R_FAILED, R_WHAT);
    store<u32>(record, <u32>heap, R_HEAD);
    store<u32>(record, headSize, R_HEAD + 4);
    heap += <usize>headSize;
  }
  return true;
}

// Members of arguments: their keys, and all that is written of them.
const MOST_MEMBERS: i32 = 64;
const MEMBERS: usize = 0x199000;
const MEMBER_SIZE: usize = 16;

/** The hash of a tool and its arguments (texts by their place and size, of arguments with room behind them), as src/engine/intake/collect.ts has it; writes to `out`. */
function hashCall(target: usize, name: usize, args: usize, out: usize): void {
  const nameSize = <usize>load<u32>(name, 4);
  const argsSize = <usize>load<u32>(args, 4);
  const begun = copied(out, <usize>load<u32>(name), nameSize);
  store<u8>(begun, 0);
  const end = putCanonical(begun + 1, <usize>load<u32>(args), argsSize);
  if (end == 0) callHashOf(<usize>load<u32>(name), <i32>nameSize, <usize>load<u32>(args), <i32>argsSize, target);
  else md5(target, out, end);
}

/** Writes arguments with their members sorted; 0 where they are not an object of texts, whole numbers and the like. */
function putCanonical(out: usize, p: usize, size: usize): usize {
  if (size == 0) {
    store<u16>(out, 0x2222);
    return out + 2;
  }
  const end = p + size;
  if (load<u8>(p) != 0x7b) return 0;
  store<u64>(end, 0);
  // What is written of the members, before they are put in order behind it.
  const count = membersOf(p + 1, end, out + size + 64);
  if (count < 0) return 0;
  store<u8>(out, 0x7b);
  out += 1;
  for (let i = 0; i < count; i++) {
    const entry = MEMBERS + <usize>i * MEMBER_SIZE;
    if (i > 0) {
      store<u8>(out, 0x2c);
      out += 1;
    }
    const from = <usize>load<u32>(entry, 8);
    memory.copy(out, from, <usize>load<u32>(entry, 12));
    out += <usize>load<u32>(entry, 12);
  }
  store<u8>(out, 0x7d);
  return out + 1;
}

/** How keys are ordered: below zero where the first comes first. */
function compareKeys(a: usize, b: usize): i32 {
  const aSize = <usize>load<u32>(a, 4);
  const bSize = <usize>load<u32>(b, 4);
  const order = memory.compare(<usize>load<u32>(a), <usize>load<u32>(b), min(aSize, bSize));
  return order != 0 ? order : <i32>aSize - <i32>bSize;
}

/** Notes the members of an object behind its brace in their order; -1 where that is not sure. */
function membersOf(p: usize, end: usize, out: usize): i32 {
  let count = 0;
  jsonAt = p;
  skipSpace();
  if (load<u8>(jsonAt) == 0x7d) return jsonAt + 1 == end ? 0 : -1;
  while (count < MOST_MEMBERS) {
    const entry = MEMBERS + <usize>count * MEMBER_SIZE;
    jsonOut = out;
    skipSpace();
    const key = jsonAt + 1;
    if (!passPlain(true)) return -1;
    store<u32>(entry, <u32>key);
    store<u32>(entry, <u32>(jsonAt - 1 - key), 4);
    skipSpace();
    if (load<u8>(jsonAt) != 0x3a) return -1;
    pass(0x3a);
    skipSpace();
    if (!passSimple()) return -1;
    store<u32>(entry, <u32>out, 8);
    store<u32>(entry, <u32>(jsonOut - out), 12);
    out = jsonOut;
    if (!putInOrder(count)) return -1;
    count += 1;
    skipSpace();
    const next: u32 = load<u8>(jsonAt);
    jsonAt += 1;
    if (next == 0x7d) return jsonAt == end ? count : -1;
    if (next != 0x2c) return -1;
  }
  return -1;
}

/** Moves the last of the members to its place; false where its key is there already. */
function putInOrder(last: i32): bool {
  const held = MEMBERS + <usize>MOST_MEMBERS * MEMBER_SIZE;
  memory.copy(held, MEMBERS + <usize>last * MEMBER_SIZE, MEMBER_SIZE);
  let i = last;
  for (; i > 0; i--) {
    const before = MEMBERS + <usize>(i - 1) * MEMBER_SIZE;
    const order = compareKeys(before, held);
    if (order == 0) return false;
    if (order < 0) break;
    memory.copy(before + MEMBER_SIZE, before, MEMBER_SIZE);
  }
  memory.copy(MEMBERS + <usize>i * MEMBER_SIZE, held, MEMBER_SIZE);
  return true;
}

/** Passes a string that is written as JSON.stringify writes it; a key has no escapes and nothing but ASCII. */
function passPlain(isKey: bool): bool {
  if (load<u8>(jsonAt) != 0x22) return false;
  const end = endOfString(jsonAt + 1);
  if (end == 0 || form > (isKey ? PLAIN : ESCAPED)) return false;
  if (isKey) {
    for (let p = jsonAt; p < end; p++) if (load<u8>(p) >= 0x80) return false;
  }
  jsonOut = copied(jsonOut, jsonAt, end - jsonAt);
  jsonAt = end;
  return true;
}

/** Passes a text, a whole number, true, false or null. */
function passSimple(): bool {
  const byte: u32 = load<u8>(jsonAt);
  if (byte == 0x22) return passPlain(false);
  if (byte == 0x7b || byte == 0x5b) return false;
  const from = jsonAt;
  if (!passValue(0)) return false;
  const size = jsonAt - from;
  if (byte != 0x2d && !isDigit(byte)) return true;
  const digits = byte == 0x2d ? size - 1 : size;
  // No zero with a sign, no more digits than a double holds.
  if (digits > 15 || (byte == 0x2d && load<u8>(from, 1) == 0x30)) return false;
  for (let p = from + 1; p < jsonAt; p++) if (!isDigit(load<u8>(p))) return false;
  return true;
}
