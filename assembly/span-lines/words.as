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

/** What a message says, with room from `out` on; false where others are to tell. */
function tellMessage(word: usize, from: usize, out: usize): bool {
  at = from;
  if (!members() || !isKnown()) return false;
  store<i32>(word, role, W_ROLE);
  if (contentFrom != 0) keepText(word, contentFrom, contentTo);
  const size = <usize>load<u32>(word, W_TEXT + 4);
  if (isMore(<usize>load<u32>(word, W_TEXT), size, role == ROLE_TOOL)) return false;
  if (callCount == 0) {
    if (idFrom != 0) keepString(word, W_ID, idFrom, idTo);
    return size > 0 || role == ROLE_TOOL;
  }
  if (callCount > 1) addMore(word, callCount);
  for (let i = 0; i < callCount; i++) if (!keepCall(callAt(word, i), hashAt(word, i), FOUND_CALLS + <usize>i * FOUND_SIZE, out)) return false;
  return true;
}

/** Has a message say nothing, as before it was read. */
function forgetSaid(word: usize): void {
  memory.fill(word + W_ROLE, 0, W_MD5 - W_ROLE);
  store<u32>(word, 0, W_MORE);
}

/** Room for what few messages have, all of it empty. */
function addMore(word: usize, calls: i32): usize {
  const more = heap;
  const size = O_SIZE + <usize>max(calls - 1, 0) * CALL_SIZE;
  memory.fill(more, 0, size);
  store<i32>(more, calls, O_CALLS);
  store<u32>(word, <u32>more, W_MORE);
  heap += size;
  return more;
}

// @ts-ignore: decorator
@inline
function callsOf(word: usize): i32 {
  if (load<u32>(word, W_NAME) == 0) return 0;
  const more = <usize>load<u32>(word, W_MORE);
  return more == 0 ? 1 : load<i32>(more, O_CALLS);
}

// @ts-ignore: decorator
@inline
function callAt(word: usize, i: i32): usize {
  return i == 0 ? word + W_ID : <usize>load<u32>(word, W_MORE) + O_SIZE + <usize>(i - 1) * CALL_SIZE;
}

// @ts-ignore: decorator
@inline
function hashAt(word: usize, i: i32): usize {
  return i == 0 ? word + W_CALL_HASH : callAt(word, i) + CALL_HASH;
}

/** Whether the id and the name of a call are what they seem: an id is no name, and a name no role. */
function isSoundCall(call: usize): bool {
  const name = <usize>load<u32>(call, CALL_NAME);
  const size = <usize>load<u32>(call, CALL_NAME + 4);
  return size > 0 && load<u32>(call, CALL_ID + 4) > 0 && !isSame(call + CALL_ID, call + CALL_NAME) && nameAt(name, size, ROLE_USER, ROLE_TOOL + 1) < 0;
}

/** Writes a call that was read and its hash, with room from `out` on; false where others are to tell. */
function keepCall(call: usize, hash: usize, found: usize, out: usize): bool {
  const idFrom = <usize>load<u32>(found);
  const nameFrom = <usize>load<u32>(found, 8);
  const from = <usize>load<u32>(found, 16);
  const to = <usize>load<u32>(found, 20);
  if (idFrom == 0 || nameFrom == 0 || from == 0) return false;
  keepString(call, CALL_ID, idFrom, <usize>load<u32>(found, 4));
  keepString(call, CALL_NAME, nameFrom, <usize>load<u32>(found, 12));
  if (!isSoundCall(call)) return false;
  if (load<u8>(from) == 0x22) keepString(call, CALL_ARGUMENTS, from, to);
  else {
    if (hasOddNumber(from, to)) return false;
    const end = copied(heap, from, to - from);
    keep(call, CALL_ARGUMENTS, heap, end);
    heap = end;
  }
  hashCall(hash, call + CALL_NAME, call + CALL_ARGUMENTS, out);
  return true;
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
  const calls = callsOf(word);
  store<u8>(end, 0);
  end += 1;
  for (let i = 0; i < calls; i++) {
    if (i > 0) {
      store<u8>(end, 0x0a);
      end += 1;
    }
    end = putKept(end, callAt(word, i) + CALL_ID);
  }
  store<u8>(end, 0);
  end += 1;
  if (calls == 0) end = copied(end, <usize>load<u32>(word, W_ID), <usize>load<u32>(word, W_ID + 4));
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
      if (known >= 0 && !callSame(wordOf(known), word)) store<u32>(word, DOUBTFUL, W_STATE);
      return;
    }
    slot = (slot + 1) & (SLOTS - 1);
  }
}

function callSame(a: usize, b: usize): bool {
  const calls = callsOf(a);
  if (calls != callsOf(b)) return false;
  for (let i = 0; i < calls; i++) if (!isSame(callAt(a, i) + CALL_NAME, callAt(b, i) + CALL_NAME)) return false;
  return true;
}

/** Takes up a message as JavaScript tells it, with room from `out` on. */
function keepTold(word: usize, told: usize, out: usize): void {
  const calls = load<i32>(told, T_MORE + O_CALLS);
  store<i32>(word, ROLE_USER + load<i32>(told, T_ROLE), W_ROLE);
  store<u64>(word, load<u64>(told, T_TEXT), W_TEXT);
  store<u64>(word, load<u64>(told, T_ID), W_ID);
  memory.copy(addMore(word, calls), told + T_MORE, O_SIZE);
  for (let i = 0; i < calls; i++) {
    memory.copy(callAt(word, i), told + T_SIZE + <usize>i * T_CALL_SIZE, T_CALL_SIZE);
    hashCall(hashAt(word, i), callAt(word, i) + CALL_NAME, callAt(word, i) + CALL_ARGUMENTS, out);
  }
  store<u32>(word, TOLD, W_STATE);
}

/** Has JavaScript tell a message, or the several that one stands for, with room from `out` on; false where it is no message for sure. */
function tellOther(index: i32, kind: u32, from: usize, end: usize, out: usize): bool {
  const told = heap;
  const size = readElement(kind < WHOLE_OF ? 0 : kind - WHOLE_OF + 1, from, <i32>(end - from), told, <i32>(HEAP_END - told));
  if (size == 0) return false;
  heap += <usize>size;
  const count = load<i32>(told);
  const word = wordOf(index);
  let next = told + 4;
  // Nothing, or several, are parts of a list.
  if (count != 1 && kind != LISTED) return false;
  // Room for the numbers of all of them, and for what each has more.
  if (words + count > MOST_WORDS || heap + <usize>size * 2 + <usize>count * 64 > HEAP_END) return false;
  const list = heap;
  heap += <usize>count * 4;
  for (let i = 0; i < count; i++) {
    const other = count == 1 ? index : words++;
    const its = wordOf(other);
    if (other != index) memory.fill(its, 0, W_SIZE);
    store<i32>(list + <usize>i * 4, other);
    keepTold(its, next, out);
    hashWord(other, out);
    next += T_SIZE + <usize>load<i32>(next, T_MORE + O_CALLS) * T_CALL_SIZE;
  }
  if (count == 1) return true;
  store<u32>(word, SEVERAL, W_STATE);
  store<i32>(word, count, W_SAID);
  store<u32>(word, <u32>list, W_MORE);
  return true;
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
    if (kind < WHOLE_OF && tellMessage(word, out, outEnd + 16)) {
      store<u32>(word, TOLD, W_STATE);
      hashWord(index, outEnd + 16);
    } else {
      heap = begun;
      forgetSaid(word);
      const isTold = kind < WHOLE_OF ? tellOther(index, kind, out, outEnd, outEnd + 16) : tellOther(index, kind, elementFrom, elementEnd, outEnd + 16);
      if (!isTold) {
        heap = begun;
        store<u32>(word, UNTOLD, W_STATE);
      }
    }
  }
  at = behind;
}
