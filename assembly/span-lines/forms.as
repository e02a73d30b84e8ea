// Forms of messages that are known: a text, a call, what a call returned, as the conventions or OpenAI write them. After elements.as.

// What is read of a message: strings with their quotation marks, 0 where there is none; of arguments all of their JSON.
let role = 0;
let contentFrom: usize = 0;
let contentTo: usize = 0;
let idFrom: usize = 0;
let idTo: usize = 0;
let nameFrom: usize = 0;
let nameTo: usize = 0;
let argumentsFrom: usize = 0;
let argumentsTo: usize = 0;
let seenMembers: u32 = 0;
// Calls that were read: where these three begin and end.
const FOUND_CALLS: usize = 0x19a000;
const FOUND_SIZE: usize = 24;
const MOST_FOUND = 256;
let textCount = 0;
let callCount = 0;
let answerCount = 0;

/** A string at `at` that is not empty. */
function someString(): bool {
  const from = at;
  return string() && at - from > 2;
}

/** Arguments: an object, or a string. */
function callArguments(): bool {
  argumentsFrom = at;
  if (load<u8>(at) == 0x22 ? !string() : !nested(0x7b)) return false;
  argumentsTo = at;
  return true;
}

/** Keeps the call that was read; false where there are too many. */
function addCall(): bool {
  if (callCount == MOST_FOUND) return false;
  const entry = FOUND_CALLS + <usize>callCount * FOUND_SIZE;
  store<u32>(entry, <u32>idFrom);
  store<u32>(entry, <u32>idTo, 4);
  store<u32>(entry, <u32>nameFrom, 8);
  store<u32>(entry, <u32>nameTo, 12);
  store<u32>(entry, <u32>argumentsFrom, 16);
  store<u32>(entry, <u32>argumentsTo, 20);
  callCount += 1;
  return true;
}

/** One part: a text, a call, or what one returned; with nothing else in it. */
function part(): bool {
  if (!takes(0x7b)) return false;
  let seen: u32 = 0;
  let type = -1;
  while (true) {
    const name = member(P_TYPE, P_RESPONSE + 1);
    const from = at;
    if (name < 0 || seen & (1 << (name - P_TYPE))) return false;
    seen |= 1 << (name - P_TYPE);
    if (name == P_ARGUMENTS) {
      if (!callArguments()) return false;
    } else if (!string()) return false;
    if (name == P_TYPE) type = nameAt(from + 1, at - from - 2, TYPE_TEXT, TYPE_RESPONSE + 1);
    else if (name == P_CONTENT || name == P_RESPONSE) {
      if (contentFrom != 0) return false;
      contentFrom = from;
      contentTo = at;
    } else if (name == P_ID) {
      idFrom = from;
      idTo = at;
    } else if (name == P_NAME) {
      nameFrom = from;
      nameTo = at;
    }
    if (takes(0x2c)) continue;
    if (!takes(0x7d)) return false;
    break;
  }
  if (type == TYPE_TEXT) {
    textCount += 1;
    return seen == (1 | (1 << (P_CONTENT - P_TYPE)));
  }
  if (type == TYPE_CALL) {
    return addCall() && seen == (1 | (1 << (P_ID - P_TYPE)) | (1 << (P_NAME - P_TYPE)) | (1 << (P_ARGUMENTS - P_TYPE)));
  }
  answerCount += 1;
  return type == TYPE_RESPONSE && seen == (1 | (1 << (P_ID - P_TYPE)) | (1 << (P_RESPONSE - P_TYPE)));
}

function parts(): bool {
  if (!takes(0x5b)) return false;
  while (true) {
    if (!part()) return false;
    if (takes(0x2c)) continue;
    return takes(0x5d);
  }
}

/** A list of calls. */
function listedCalls(): bool {
  if (!takes(0x5b)) return false;
  while (true) {
    if (!listedCall()) return false;
    if (takes(0x2c)) continue;
    return takes(0x5d);
  }
}

/** A call in its function's name and arguments. */
function listedCall(): bool {
  if (!takes(0x7b)) return false;
  let seen: u32 = 0;
  while (true) {
    const name = member(P_TYPE, P_FUNCTION + 1);
    const from = at;
    if (name < 0 || seen & (1 << (name - P_TYPE))) return false;
    seen |= 1 << (name - P_TYPE);
    if (name == P_FUNCTION) {
      if (!takes(0x7b)) return false;
      while (true) {
        const inner = member(P_NAME, P_ARGUMENTS + 1);
        if (inner < 0 || seen & (1 << (inner - P_TYPE))) return false;
        seen |= 1 << (inner - P_TYPE);
        if (inner == P_ARGUMENTS) {
          if (!callArguments()) return false;
        } else {
          nameFrom = at;
          if (!string()) return false;
          nameTo = at;
        }
        if (takes(0x2c)) continue;
        if (!takes(0x7d)) return false;
        break;
      }
    } else if (name != P_ID && name != P_TYPE) return false;
    else if (!string()) return false;
    if (name == P_ID) {
      idFrom = from;
      idTo = at;
    }
    if (takes(0x2c)) continue;
    if (!takes(0x7d)) return false;
    break;
  }
  // A type is not needed.
  return addCall() && (seen | 1) == (1 | (1 << (P_ID - P_TYPE)) | (1 << (P_FUNCTION - P_TYPE)) | (1 << (P_NAME - P_TYPE)) | (1 << (P_ARGUMENTS - P_TYPE)));
}

/** Takes the message at `at` apart; false where it has anything else. */
function members(): bool {
  role = -1;
  contentFrom = idFrom = nameFrom = argumentsFrom = 0;
  seenMembers = 0;
  textCount = callCount = answerCount = 0;
  if (!takes(0x7b)) return false;
  while (true) {
    const name = member(M_ROLE, M_CALL_ID + 1);
    const from = at;
    if (name < 0 || seenMembers & (1 << (name - M_ROLE))) return false;
    seenMembers |= 1 << (name - M_ROLE);
    if (name == M_PARTS) {
      if (!parts()) return false;
    } else if (name == M_CALLS) {
      if (!listedCalls()) return false;
    } else if (name == M_CONTENT && load<u32>(at) == 0x6c6c756e) {
      at += 4;
      if (takes(0x2c)) continue;
      return takes(0x7d) && load<u8>(at) == 0;
    } else if (!string()) return false;
    if (name == M_ROLE) role = nameAt(from + 1, at - from - 2, ROLE_USER, ROLE_TOOL + 1);
    else if (name == M_CONTENT) {
      if (contentFrom != 0) return false;
      contentFrom = from;
      contentTo = at;
    } else if (name == M_CALL_ID) {
      if (idFrom != 0) return false;
      idFrom = from;
      idTo = at;
    }
    if (takes(0x2c)) continue;
    return takes(0x7d) && load<u8>(at) == 0;
  }
}

/** Whether what was read is of a form that is known. */
function isKnown(): bool {
  if (role < 0) return false;
  const others = seenMembers & ~(1 << (M_FINISH - M_ROLE)) & ~1;
  if (others == 1 << (M_PARTS - M_ROLE)) {
    if (role == ROLE_TOOL) return answerCount == 1 && textCount + callCount == 0 && idTo - idFrom > 2;
    if (answerCount > 0 || textCount > 1) return false;
    return role == ROLE_ASSISTANT || callCount == 0;
  }
  if (role == ROLE_TOOL) return contentFrom != 0 && others == ((1 << (M_CONTENT - M_ROLE)) | (1 << (M_CALL_ID - M_ROLE))) && idTo - idFrom > 2;
  if (others == 1 << (M_CONTENT - M_ROLE)) return true;
  return role == ROLE_ASSISTANT && (others | (1 << (M_CONTENT - M_ROLE))) == ((1 << (M_CONTENT - M_ROLE)) | (1 << (M_CALLS - M_ROLE)));
}

/** Whether numbers in arguments may be written in another way: a fraction or power, sixteen digits, or a zero with a sign. */
function hasOddNumber(p: usize, end: usize): bool {
  let run = 0;
  for (; p < end; p++) {
    const byte: u32 = load<u8>(p);
    if (isDigit(byte)) {
      run += 1;
      if (run == 16) return true;
      continue;
    }
    if (run > 0 && (byte == 0x2e || (byte | 0x20) == 0x65)) return true;
    if (byte == 0x2d && load<u8>(p, 1) == 0x30) return true;
    run = 0;
  }
  return false;
}
