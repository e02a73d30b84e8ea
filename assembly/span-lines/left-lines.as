// Lines that are left to others for what their messages may mean, once a chunk is scanned. After columns.as.

let isTooMuch = false;

/** Writes which lines are left, counted from 1, to OUT, some of them twice; gives how many, -1 where there is no telling. */
export function leaveLines(): i32 {
  isTooMuch = unsureLines > MOST_UNSURE;
  findNamed();
  if (isTooMuch) return -1;
  memory.copy(OUT, UNSURE_LINES, <usize>unsureLines * 4);
  let out = OUT + <usize>unsureLines * 4;
  let last: u32 = 0;
  let rows = 0;
  for (let i = 0; i < speakers; i++) {
    const speaker = SPEAKERS + <usize>i * S_SIZE;
    const line = load<u32>(speaker, S_ORD);
    rows += load<i32>(speaker, S_COUNT);
    if (!isLeft(speaker)) continue;
    // What it says is told by others.
    store<u32>(speaker, 0, S_HOW);
    if (line == last) continue;
    last = line;
    store<u32>(out, line);
    out += 4;
  }
  // As many may be written down as there is room to mark.
  return rows + furtherCalls() > MOST_ROWS ? -1 : <i32>((out - OUT) >> 2);
}

const MOST_ROWS = 262144;

/** How many calls there are at most in messages beside their first. */
function furtherCalls(): i32 {
  let total = 0;
  for (let i = 0; i < places; i++) total += max(callsOf(wordOf(load<i32>(PLACES + <usize>i * PLACE_SIZE))) - 1, 0);
  return total;
}

function isLeft(speaker: usize): bool {
  const first = load<i32>(speaker, S_FIRST);
  const end = first + load<i32>(speaker, S_COUNT);
  for (let i = first; i < end; i++) if (load<u32>(wordOf(load<i32>(PLACES + <usize>i * PLACE_SIZE)), W_STATE) != TOLD) return true;
  if ((load<u32>(speaker, S_HOW) & IS_CALL) == 0) return false;
  const inputs = first + load<i32>(speaker, S_INPUTS);
  return isMisnamed(first, inputs) || isMisnamed(inputs, end);
}

/** Whether calls may be given other ids, as genai-message.ts aligns them: answers in a row none of which is to a call right before them. */
function isMisnamed(first: i32, end: i32): bool {
  let begun = first;
  let asked: usize = 0;
  let before = ROLE_TOOL;
  let isOpen = false;
  let isAnswered = false;
  for (let i = first; i < end; i++) {
    const word = wordOf(load<i32>(PLACES + <usize>i * PLACE_SIZE));
    const its = load<i32>(word, W_ROLE);
    if (its == ROLE_TOOL) {
      isOpen = true;
      if (!isAnswered && asked != 0) isAnswered = answers(word, asked);
    } else {
      if (its != ROLE_ASSISTANT || before == ROLE_TOOL) {
        if (isOpen && !isAnswered && areOthers(begun, i)) return true;
        begun = i;
        isOpen = isAnswered = false;
      }
      asked = word;
    }
    before = its;
  }
  return isOpen && !isAnswered && areOthers(begun, end);
}

/** Whether there are calls among messages, and none of their answers is to one of them. */
function areOthers(first: i32, end: i32): bool {
  let calls = 0;
  for (let i = first; i < end; i++) {
    const asked = wordOf(load<i32>(PLACES + <usize>i * PLACE_SIZE));
    calls += callsOf(asked);
    for (let j = first; j < end; j++) {
      const word = wordOf(load<i32>(PLACES + <usize>j * PLACE_SIZE));
      if (load<i32>(word, W_ROLE) == ROLE_TOOL && answers(word, asked)) return false;
    }
  }
  return calls > 0;
}

/** Whether a message answers a call of another. */
function answers(word: usize, asked: usize): bool {
  for (let i = 0; i < callsOf(asked); i++) if (isSame(callAt(asked, i) + CALL_ID, word + W_ID)) return true;
  return false;
}

/** Finds answers of tools to the name of a call rather than to its id: they may be given the id of the call. */
function findNamed(): void {
  memory.fill(CALLED_SLOTS, 0, MOST_CALLED * 4);
  let names: u32 = 0;
  for (let i = 0; i < words; i++) {
    const word = wordOf(i);
    for (let j = 0; j < callsOf(word); j++) {
      const name = callAt(word, j) + CALL_NAME;
      const place = calledAt(name);
      if (load<u32>(place) == 0) names += 1;
      store<u32>(place, <u32>name);
      if (names == MOST_CALLED >> 1) {
        isTooMuch = true;
        return;
      }
    }
  }
  if (names == 0) return;
  for (let i = 0; i < words; i++) {
    const word = wordOf(i);
    if (load<u32>(word, W_STATE) == TOLD && load<i32>(word, W_ROLE) == ROLE_TOOL && load<u32>(calledAt(word + W_ID)) != 0) store<u32>(word, DOUBTFUL, W_STATE);
  }
}

/** The slot of a tool of this name that is called, or the one that is free for it. */
function calledAt(name: usize): usize {
  const from = <usize>load<u32>(name);
  let slot = hashOf(from, from + <usize>load<u32>(name, 4), 0) & (MOST_CALLED - 1);
  while (true) {
    const place = CALLED_SLOTS + <usize>slot * 4;
    const known = <usize>load<u32>(place);
    if (known == 0 || isSame(known, name)) return place;
    slot = (slot + 1) & (MOST_CALLED - 1);
  }
}
