// Messages of model calls out of the lists they stand in: which span has which, and each different one once. Calls repeat the list
// of the ones before them, of which only what is new is looked at. A line with a span whose messages are not known for sure is left to
// others as a whole (left-lines.as). After records.as; what a message says is told by words.as.

let words: i32 = 0;
let places: i32 = 0;
let speakers: i32 = 0;
let heap: usize = HEAP;
let unsureLines: i32 = 0;
let spanRow: i32 = 0;

function forgetMessages(): void {
  words = places = speakers = unsureLines = spanRow = 0;
  heap = HEAP;
  memory.fill(WORD_SLOTS, 0, WORDS - WORD_SLOTS);
  memory.fill(LAST_LISTS, 0, MOST_LISTS * 4);
}

// @ts-ignore: decorator
@inline
function wordOf(index: i32): usize {
  return WORDS + <usize>index * W_SIZE;
}

function hashOf(p: usize, end: usize, seed: u32): u32 {
  let hash: u64 = 0x9e3779b97f4a7c15 ^ seed;
  for (; p + 8 <= end; p += 8) hash = rotl<u64>(hash ^ load<u64>(p), 29) * 0xbf58476d1ce4e5b9;
  const left = end - p;
  if (left > 0) hash = rotl<u64>(hash ^ (load<u64>(p) & ((<u64>1 << (left * 8)) - 1)), 29) * 0xbf58476d1ce4e5b9;
  hash ^= hash >> 32;
  return <u32>(hash * 0x94d049bb133111eb >> 32);
}

/** Whether a message may stand for a span; adds it to its places. `upTo`: how far its list goes up to its end. */
function addMessage(kind: u32, from: usize, end: usize, upTo: usize): bool {
  const hash = hashOf(from, end, kind);
  const size = end - from;
  let slot = hash & (SLOTS - 1);
  let index: i32;
  while (true) {
    const place = WORD_SLOTS + <usize>slot * 4;
    index = load<i32>(place) - 1;
    if (index < 0) {
      if (words == MOST_WORDS) return false;
      index = words++;
      store<i32>(place, words);
      const word = wordOf(index);
      memory.fill(word, 0, W_SIZE);
      store<u32>(word, <u32>from, W_FROM);
      store<u32>(word, <u32>size, W_BYTES);
      store<u32>(word, hash, W_HASH);
      store<u32>(word, kind, W_KIND);
      tell(index, kind, from, end);
      break;
    }
    const word = wordOf(index);
    if (load<u32>(word, W_HASH) == hash && <usize>load<u32>(word, W_BYTES) == size && load<u32>(word, W_KIND) == kind && memory.compare(<usize>load<u32>(word, W_FROM), from, size) == 0) break;
    slot = (slot + 1) & (SLOTS - 1);
  }
  return addPlace(index, upTo);
}

function addPlace(index: i32, upTo: usize): bool {
  const word = wordOf(index);
  const state = load<u32>(word, W_STATE);
  if (state == SEVERAL) {
    const list = <usize>load<u32>(word, W_MORE);
    for (let i = 0; i < load<i32>(word, W_SAID); i++) if (!addPlace(load<i32>(list + <usize>i * 4), upTo)) return false;
    return true;
  }
  if (places == MOST_PLACES || state == ODD) return false;
  const place = PLACES + <usize>places * PLACE_SIZE;
  store<i32>(place, index);
  store<u32>(place, <u32>upTo, 4);
  places += 1;
  return true;
}

/** The end of a string within a string behind its first quotation mark, or 0. */
function endOfInner(p: usize, end: usize): usize {
  const slash = i8x16.splat(0x5c);
  while (p < end) {
    const mask = i8x16.bitmask(i8x16.eq(v128.load(p), slash));
    if (mask == 0) {
      p += 16;
      continue;
    }
    p += <usize>ctz(mask);
    if (p >= end) return 0;
    const next = load<u8>(p, 1);
    if (next == 0x22) return p + 2;
    if (next == 0x5c) {
      // An escape of its own; what is behind its backslash may be written with one too.
      p += 2;
      if (load<u8>(p) != 0x5c) p += 1;
      else if (load<u8>(p, 1) == 0x75) return 0;
      else p += 2;
    } else if (next == 0x2f) p += 2;
    else if (next == 0x75) {
      const unit = unitAt(p);
      if (unit < 0x20 || unit == 0x22 || unit == 0x5c) return 0;
      p += 6;
    } else return 0;
  }
  return 0;
}

/** Where an element of a list in a string ends: at the comma or bracket behind it; 0 where it is not sure. */
function endOfElement(p: usize, end: usize): usize {
  let depth = 0;
  while (p < end) {
    const byte: u32 = load<u8>(p);
    if (byte == 0x5c) {
      const next: u32 = load<u8>(p, 1);
      if (next == 0x22) {
        p = endOfInner(p + 2, end);
        if (p == 0) return 0;
      } else if (next == 0x6e || next == 0x72 || next == 0x74) p += 2;
      else return 0;
      continue;
    }
    if (byte == 0x7b || byte == 0x5b) depth += 1;
    else if (byte == 0x7d || byte == 0x5d) {
      if (depth == 0) return byte == 0x5d ? p : 0;
      depth -= 1;
    } else if (byte == 0x2c && depth == 0) return p;
    p += 1;
  }
  return 0;
}

/** How many bytes two stretches begin with alike, at most `most`. */
function alike(a: usize, b: usize, most: usize): usize {
  let i: usize = 0;
  for (; i + 16 <= most; i += 16) {
    const mask = i8x16.bitmask(i8x16.eq(v128.load(a + i), v128.load(b + i)));
    if (mask != 0xffff) return i + <usize>ctz(~mask);
  }
  while (i < most && load<u8>(a + i) == load<u8>(b + i)) i += 1;
  return i;
}

/** Adds the messages that a list has in common with the one before it in its trace; gives how far they go, 0 for none. */
function sharedPart(from: usize, end: usize, before: i32): usize {
  if (before == 0) return 0;
  const speaker = SPEAKERS + <usize>(before - 1) * S_SIZE;
  const other = <usize>load<u32>(speaker, S_LIST);
  const size = min(end - from, <usize>load<u32>(speaker, S_LIST_END) - other);
  const same = alike(from, other, size);
  const first = load<i32>(speaker, S_LIST_FIRST);
  const count = load<i32>(speaker, S_LIST_COUNT);
  let upTo: usize = 0;
  for (let i = first; i < first + count; i++) {
    const place = PLACES + <usize>i * PLACE_SIZE;
    const ends = <usize>load<u32>(place, 4);
    // Nothing but a brace ends an element whatever is behind it.
    if (ends > same || (ends == same && load<u8>(from + ends - 1) != 0x7d) || !addPlace(load<i32>(place), ends)) break;
    upTo = ends;
  }
  return upTo;
}

/** The messages of a list in a string, between its quotation marks; gives what is behind it, 0 where they are not sure, or there are none. */
function addList(from: usize, end: usize, before: i32): usize {
  let p = from + 1;
  const begun = places;
  const upTo = sharedPart(from, end, before);
  if (upTo > 0) {
    p = from + upTo;
    if (load<u8>(p) == 0x5d) return p + 1;
    if (load<u8>(p) != 0x2c) return 0;
    p += 1;
  }
  while (true) {
    p = passSpaces(p);
    const ends = endOfElement(p, end);
    if (ends == 0 || !addMessage(LISTED, p, ends, ends - from)) return 0;
    if (load<u8>(ends) == 0x5d) return places > begun ? ends + 1 : 0;
    p = ends + 1;
  }
}

// The list that was read last.
let listFrom: usize = 0;
let listEnd: usize = 0;

/** The messages of an attribute, by its place among those of the span: a list, or the words of who has a role. */
function addSide(index: i32, role: u32, before: i32): bool {
  if (index < 0) return true;
  const entry = record + R_SIZE + <usize>index * A_SIZE;
  const from = <usize>load<u32>(entry, A_FROM);
  const to = <usize>load<u32>(entry, A_TO);
  if (load<u32>(entry, A_FORM) > FOREIGN) return false;
  const tag = load<u8>(tags + <usize>index);
  if (tag == 0x73) return addMessage(SAID_BY + role, from, to, 0);
  if (tag != 0x6a) return false;
  if (load<u8>(from, 1) == 0x7b) return addObject(from + 1, to - 1, role, before);
  if (load<u8>(from, 1) != 0x5b) return false;
  listFrom = from + 1;
  listEnd = to - 1;
  return addList(listFrom, listEnd, before) == listEnd;
}

/** The messages of an object in a string: a request with a list of them, a message, or what has one. */
function addObject(from: usize, end: usize, role: u32, before: i32): bool {
  // {\"role\":\"
  if (load<u64>(from) == 0x5c656c6f72225c7b && load<u32>(from, 8) == 0x225c3a22) return addMessage(LISTED, from, end, 0);
  const list = role == 0 ? listOfRequest(from) : 0;
  if (list != 0) {
    const begun = places;
    const behind = addList(list, end, before);
    if (behind != 0 && endsRequest(behind, end)) {
      listFrom = list;
      listEnd = behind;
      return true;
    }
    places = begun;
  }
  return addMessage(WHOLE_OF + role, from, end, 0);
}

/** Where the list of messages begins in a request that begins with it; 0 for anything else. */
function listOfRequest(from: usize): usize {
  let p = passSpaces(from + 1);
  // \"messages\"
  if (load<u64>(p) != 0x67617373656d225c || load<u32>(p, 8) != 0x225c7365) return 0;
  p = passSpaces(p + 12);
  if (load<u8>(p) != 0x3a) return 0;
  p = passSpaces(p + 1);
  return load<u8>(p) == 0x5b ? p : 0;
}

function passSpaces(p: usize): usize {
  while (load<u8>(p) == 0x20) p += 1;
  return p;
}

/** Whether nothing but settings stand behind the list of messages in a request. */
function endsRequest(p: usize, end: usize): bool {
  if (load<u8>(p) == 0x7d) return p + 1 == end;
  if (load<u8>(p) != 0x2c || end - p > (ARENA - OUT) / 2) return false;
  return areSettings(OUT, <i32>(putText(OUT, p + 1, end, FOREIGN) - OUT)) != 0;
}

/** Instructions, which come before all other messages. */
function addInstructions(index: i32): bool {
  const entry = record + R_SIZE + <usize>index * A_SIZE;
  const from = <usize>load<u32>(entry, A_FROM);
  const to = <usize>load<u32>(entry, A_TO);
  if (load<u32>(entry, A_FORM) > FOREIGN) return false;
  if (load<u8>(tags + <usize>index) == 0x73) return addMessage(SAID_BY + 2, from, to, 0);
  return load<u8>(from, 1) == 0x5b && addMessage(PARTS_OF_SYSTEM, from + 1, to - 1, 0);
}

/** Whether any of the messages that were added from one on instructs. */
function hasSystem(first: i32): bool {
  for (let i = first; i < places; i++) if (load<i32>(wordOf(load<i32>(PLACES + <usize>i * PLACE_SIZE)), W_ROLE) == ROLE_SYSTEM) return true;
  return false;
}

function addMessages(speaker: usize, layout: usize): bool {
  const instructions = load<i32>(layout, L_INSTRUCTIONS);
  if (instructions >= 0 && !addInstructions(instructions)) return false;
  const first = places;
  store<i32>(speaker, first, S_LIST_FIRST);
  const trace = <usize>load<u32>(record, R_TRACE);
  const last = LAST_LISTS + <usize>(hashOf(trace, trace + <usize>load<u32>(record, R_TRACE + 4), 0) & (MOST_LISTS - 1)) * 4;
  listFrom = listEnd = 0;
  if (!addSide(load<i32>(layout, L_INPUT), 0, load<i32>(last))) return false;
  const count = places - first;
  store<i32>(speaker, count, S_LIST_COUNT);
  if (instructions >= 0 && hasSystem(first)) {
    // What a list says of its own stands for what is said beside it.
    memory.copy(PLACES + <usize>(first - 1) * PLACE_SIZE, PLACES + <usize>first * PLACE_SIZE, <usize>count * PLACE_SIZE);
    places -= 1;
    store<i32>(speaker, first - 1, S_LIST_FIRST);
  }
  store<u32>(speaker, <u32>listFrom, S_LIST);
  store<u32>(speaker, <u32>listEnd, S_LIST_END);
  store<i32>(speaker, places - load<i32>(speaker, S_FIRST), S_INPUTS);
  if (!addSide(load<i32>(layout, L_OUTPUT), 1, 0)) return false;
  if (load<u32>(speaker, S_LIST) != 0) store<i32>(last, speakers + 1);
  return true;
}

function noteUnsure(line: u32): void {
  const last = UNSURE_LINES + <usize>(unsureLines - 1) * 4;
  if (unsureLines > 0 && (unsureLines > MOST_UNSURE || load<u32>(last) == line)) return;
  unsureLines += 1;
  if (unsureLines <= MOST_UNSURE) store<u32>(last + 4, line);
}

/** Adds the messages of the span at hand, where its shape has any. */
function messagesOf(layout: usize): void {
  const how = load<u32>(layout, L_HOW);
  spanRow += 1;
  if ((how & (IS_CALL | LISTS_MESSAGES)) == 0) return;
  const begun = places;
  const behind = at;
  const speaker = SPEAKERS + <usize>speakers * S_SIZE;
  store<i32>(speaker, spanRow, S_ROW);
  store<i32>(speaker, begun, S_FIRST);
  store<u32>(speaker, how, S_HOW);
  store<u32>(speaker, load<u32>(record, R_ORD), S_ORD);
  store<u64>(speaker, load<u64>(record, R_TRACE), S_TRACE);
  store<u64>(speaker, load<u64>(record, R_PARENT), S_PARENT);
  store<u64>(speaker, load<u64>(record, R_START), S_START);
  if (speakers < MOST_SPEAKERS && addMessages(speaker, layout)) {
    store<i32>(speaker, places - begun, S_COUNT);
    speakers += 1;
    store<i32>(record, speakers, R_SPEAKER);
  } else {
    places = begun;
    noteUnsure(load<u32>(record, R_ORD));
  }
  at = behind;
}

// @ts-ignore: decorator
@inline
function isSame(a: usize, b: usize): bool {
  const size = load<u32>(a, 4);
  return size == load<u32>(b, 4) && memory.compare(<usize>load<u32>(a), <usize>load<u32>(b), size) == 0;
}
