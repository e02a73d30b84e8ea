// The JSON of a message as JSON.stringify writes it, from the list in a string that it stands in. After messages.as.

/** JSON at `p`, ended by a zero, as JSON.stringify writes it but for numbers, to `out`; where it ends and what was written of it. */
let jsonAt: usize = 0;
let jsonOut: usize = 0;

// @ts-ignore: decorator
@inline
function skipSpace(): void {
  while (load<u8>(jsonAt) == 0x20 || load<u8>(jsonAt) == 0x0a || load<u8>(jsonAt) == 0x0d || load<u8>(jsonAt) == 0x09) jsonAt += 1;
}

// @ts-ignore: decorator
@inline
function pass(byte: u32): void {
  store<u8>(jsonOut, byte);
  jsonOut += 1;
  jsonAt += 1;
}

function passString(): bool {
  if (load<u8>(jsonAt) != 0x22) return false;
  const end = endOfString(jsonAt + 1);
  if (end == 0) return false;
  jsonOut = putJson(jsonOut, jsonAt, end, form);
  jsonAt = end;
  return true;
}

function passDigits(): bool {
  const from = jsonAt;
  while (isDigit(load<u8>(jsonAt))) pass(load<u8>(jsonAt));
  return jsonAt > from;
}

function passNumber(): bool {
  if (load<u8>(jsonAt) == 0x2d) pass(0x2d);
  if (load<u8>(jsonAt) == 0x30) pass(0x30);
  else if (!passDigits()) return false;
  if (load<u8>(jsonAt) == 0x2e) {
    pass(0x2e);
    if (!passDigits()) return false;
  }
  if ((load<u8>(jsonAt) | 0x20) != 0x65) return true;
  pass(load<u8>(jsonAt));
  if (load<u8>(jsonAt) == 0x2b || load<u8>(jsonAt) == 0x2d) pass(load<u8>(jsonAt));
  return passDigits();
}

const MOST_DEEP = 200;

function passValue(depth: i32): bool {
  skipSpace();
  const byte: u32 = load<u8>(jsonAt);
  if (byte == 0x22) return passString();
  if (byte != 0x7b && byte != 0x5b) {
    const four = load<u32>(jsonAt);
    // true, null; false
    let size = four == 0x65757274 || four == 0x6c6c756e ? 4 : byte == 0x66 && load<u32>(jsonAt, 1) == 0x65736c61 ? 5 : 0;
    if (size == 0) return passNumber();
    for (; size > 0; size--) pass(load<u8>(jsonAt));
    return true;
  }
  if (depth == MOST_DEEP) return false;
  const close = byte + 2;
  pass(byte);
  skipSpace();
  if (load<u8>(jsonAt) == close) {
    pass(close);
    return true;
  }
  while (true) {
    if (byte == 0x7b) {
      skipSpace();
      if (!passString()) return false;
      skipSpace();
      if (load<u8>(jsonAt) != 0x3a) return false;
      pass(0x3a);
    }
    if (!passValue(depth + 1)) return false;
    skipSpace();
    const next: u32 = load<u8>(jsonAt);
    if (next != 0x2c && next != close) return false;
    pass(next);
    if (next == close) return true;
  }
}

/** Writes the name of a member or a value by its number, between quotation marks. */
function putName(out: usize, name: i32): usize {
  const entry = NAMES + <usize>name * NAME_SIZE;
  const size = <usize>load<u8>(entry);
  store<u8>(out, 0x22);
  memory.copy(out + 1, entry + 1, size);
  store<u8>(out + 1 + size, 0x22);
  return out + 2 + size;
}

// The JSON that was written last, as it stood there.
let elementFrom: usize = 0;
let elementEnd: usize = 0;

/** The JSON of a message to `out`, ended by a zero; gives its end, or 0 where it is none for sure. */
function putElement(out: usize, kind: u32, from: usize, end: usize): usize {
  const text = OUT + ((ARENA - OUT) >> 1);
  if (end - from > (ARENA - OUT) / 4) return 0;
  let textEnd: usize;
  if (kind == LISTED || kind >= PARTS_OF_SYSTEM) textEnd = putText(text, from, end, ESCAPED);
  else textEnd = copied(text, from, end - from);
  store<u64>(textEnd, 0);
  elementFrom = text;
  elementEnd = textEnd;
  jsonAt = text;
  jsonOut = out;
  const isWrapped = kind != LISTED && kind < WHOLE_OF;
  if (isWrapped) {
    store<u8>(jsonOut, 0x7b);
    jsonOut = putName(jsonOut + 1, M_ROLE);
    store<u8>(jsonOut, 0x3a);
    jsonOut = putName(jsonOut + 1, kind == PARTS_OF_SYSTEM ? ROLE_SYSTEM : ROLE_USER + <i32>(kind - SAID_BY));
    store<u8>(jsonOut, 0x2c);
    jsonOut = putName(jsonOut + 1, kind == PARTS_OF_SYSTEM ? M_PARTS : M_CONTENT);
    store<u8>(jsonOut, 0x3a);
    jsonOut += 1;
  }
  if (!passValue(0)) return 0;
  skipSpace();
  if (jsonAt != textEnd) return 0;
  if (isWrapped) {
    store<u8>(jsonOut, 0x7d);
    jsonOut += 1;
  }
  store<u64>(jsonOut, 0);
  return jsonOut;
}
