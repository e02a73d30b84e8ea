// What a message says, where that is easily told: a text, a call, or what a call returned, as src/engine/intake/twin/wording.sql and
// calls.sql tell it too; and the hash by which src/engine/intake/collect.ts knows it again. After forms.as.

// @ts-ignore: decorator
@inline
function keep(word: usize, field: usize, from: usize, end: usize): void {
  store<u32>(word + field, <u32>from);
  store<u32>(word + field, <u32>(end - from), 4);
}

/** Writes what a string says, to the heap. */
function keepString(word: usize, field: usize, from: usize, to: usize): void {
  const end = putText(heap, from + 1, to - 1, ESCAPED);
  keep(word, field, heap, end);
  heap = end;
}

function isWhite(byte: u32): bool {
  return byte == 0x20 || byte - 9 < 5;
}

// Where the text of a message begins and ends.
let messageFrom: usize = 0;
let messageEnd: usize = 0;

/** Has line feeds in a text for carriage returns, and no white space at its ends, as the text of a message has. */
function settleText(begun: usize, written: usize): void {
  let end = begun;
  for (let p = begun; p < written; p++) {
    let byte: u32 = load<u8>(p);
    if (byte == 0x0d) {
      byte = 0x0a;
      if (p + 1 < written && load<u8>(p, 1) == 0x0a) p += 1;
    }
    store<u8>(end, byte);
    end += 1;
  }
  while (begun < end) {
    const byte: u32 = load<u8>(begun);
    if (byte < 0x80 ? !isWhite(byte) : !isSpace(decoded(begun))) break;
    begun += sizeOfPoint(byte);
  }
  while (end > begun) {
    let p = end - 1;
    while (p > begun && (load<u8>(p) & 0xc0) == 0x80) p -= 1;
    const byte: u32 = load<u8>(p);
    if (byte < 0x80 ? !isWhite(byte) : !isSpace(decoded(p))) break;
    end = p;
  }
  messageFrom = begun;
  messageEnd = end;
}

/** Writes the text of a message. */
function keepText(word: usize, from: usize, to: usize): void {
  const written = putText(heap, from + 1, to - 1, ESCAPED);
  settleText(heap, written);
  keep(word, W_TEXT, messageFrom, messageEnd);
  heap = written;
}

// @ts-ignore: decorator
@inline
function sizeOfPoint(byte: u32): usize {
  return byte < 0x80 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
}

/** Whether a text may be more than what it says: calls as text, words of programs, JSON. */
function isMore(p: usize, size: usize, isAnswer: bool): bool {
  if (size == 0) return false;
  const byte: u32 = load<u8>(p);
  if (byte == 0x5b || (byte == 0x3c && role == ROLE_USER)) return true;
  if (isAnswer && (byte == 0x7b || byte == 0x22)) return true;
  const eight = load<u64>(p);
  // Response, Caveat:, # AGENTS
  return size > 7 && (eight == 0x65736e6f70736552 || eight == 0x203a746165766143 || eight == 0x53544e4547412023);
}

/** What a message says; false where others are to tell. */
function tellMessage(word: usize, from: usize): bool {
  at = from;
  if (!members() || !isKnown()) return false;
  store<i32>(word, role, W_ROLE);
  if (contentFrom != 0) keepText(word, contentFrom, contentTo);
  const size = <usize>load<u32>(word, W_TEXT + 4);
  if (isMore(<usize>load<u32>(word, W_TEXT), size, role == ROLE_TOOL)) return false;
  if (idFrom != 0) keepString(word, W_ID, idFrom, idTo);
  if (callCount == 0) return size > 0 || role == ROLE_TOOL;
  keepString(word, W_NAME, nameFrom, nameTo);
  const name = <usize>load<u32>(word, W_NAME);
  const nameSize = <usize>load<u32>(word, W_NAME + 4);
  if (idTo - idFrom < 3 || nameSize == 0 || isSame(word + W_ID, word + W_NAME) || nameAt(name, nameSize, ROLE_USER, ROLE_TOOL + 1) >= 0) return false;
  if (load<u8>(argumentsFrom) == 0x22) keepString(word, W_ARGUMENTS, argumentsFrom, argumentsTo);
  else {
    if (hasOddNumber(argumentsFrom, argumentsTo)) return false;
    const end = copied(heap, argumentsFrom, argumentsTo - argumentsFrom);
    keep(word, W_ARGUMENTS, heap, end);
    heap = end;
  }
  return true;
}

/** Whether the role of those who instruct stands anywhere in a message. */
function instructs(p: usize, end: usize): bool {
  for (; p < end; p++) {
    // "role":"
    if (load<u8>(p) != 0x22 || load<u64>(p) != 0x223a22656c6f7222) continue;
    const three = load<u32>(p, 8) & 0xffffff;
    // sys, dev
    if (three == 0x737973 || three == 0x766564) return true;
  }
  return false;
}

/** Writes the words of a text with single spaces between them, to `out`. */
function putFolded(out: usize, p: usize, end: usize): usize {
  let isBehind = false;
  while (p < end) {
    const byte: u32 = load<u8>(p);
    const size = sizeOfPoint(byte);
    if (byte < 0x80 ? isWhite(byte) : isSpace(decoded(p))) {
      isBehind = true;
      p += size;
      continue;
    }
    if (isBehind) {
      store<u8>(out, 0x20);
      out += 1;
      isBehind = false;
    }
    store<u32>(out, load<u32>(p));
    out += size;
    p += size;
  }
  return out;
}

/** The hash of what a message says, and the first message that says the same. */
function hashWord(index: i32, out: usize): void {
  const word = wordOf(index);
  const text = <usize>load<u32>(word, W_TEXT);
  let end = putFolded(out, text, text + <usize>load<u32>(word, W_TEXT + 4));
  const isCall = load<u32>(word, W_NAME) != 0;
  const id = <usize>load<u32>(word, W_ID);
  const idSize = <usize>load<u32>(word, W_ID + 4);
  store<u8>(end, 0);
  end += 1;
  if (isCall) end = copied(end, id, idSize);
  store<u8>(end, 0);
  end += 1;
  if (!isCall) end = copied(end, id, idSize);
  store<u8>(end, 0);
  md5(word + W_MD5, out, end + 1);
  let slot = load<u32>(word, W_MD5) & (SLOTS - 1);
  while (true) {
    const place = SAID_SLOTS + <usize>slot * 4;
    const known = load<i32>(place) - 1;
    if (known < 0) store<i32>(place, index + 1);
    if (known < 0 || (load<u64>(wordOf(known), W_MD5) == load<u64>(word, W_MD5) && load<u64>(wordOf(known), W_MD5 + 8) == load<u64>(word, W_MD5 + 8))) {
      store<i32>(word, known < 0 ? index : known, W_SAID);
      // Which tools a trace's calls name is told by the first of each.
      if (known >= 0 && isCall && !isSame(wordOf(known) + W_NAME, word + W_NAME)) doubtful += 1;
      return;
    }
    slot = (slot + 1) & (SLOTS - 1);
  }
}

/** Reads a message that is new. */
function tell(index: i32, kind: u32, from: usize, end: usize): void {
  const word = wordOf(index);
  // All of it may be written several times.
  if (heap + (end - from) * 3 + 256 > HEAP_END) return;
  const behind = at;
  const begun = heap;
  const out = OUT;
  const outEnd = putElement(out, kind, from, end);
  if (outEnd != 0) {
    store<u32>(word, kind == LISTED && instructs(out, outEnd) ? 1 : 0, W_INSTRUCTS);
    if (tellMessage(word, out)) {
      store<u32>(word, TOLD, W_STATE);
      hashWord(index, outEnd + 16);
      if (load<u32>(word, W_NAME) != 0) hashCall(word + W_CALL_HASH, word + W_NAME, word + W_ARGUMENTS, outEnd + 16);
    } else {
      heap = begun;
      memory.fill(word + W_ROLE, 0, W_ELEM - W_ROLE);
      const elementEnd = copied(heap, out, outEnd - out);
      keep(word, W_ELEM, heap, elementEnd);
      heap = elementEnd;
      store<u32>(word, UNTOLD, W_STATE);
      untold += 1;
    }
  }
  at = behind;
}
