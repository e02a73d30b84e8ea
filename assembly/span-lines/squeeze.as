// White space between the tokens of a line, which json.dumps of Python and other writers put there, taken away before the line is
// read, so that what follows knows one way of writing only. After text.as.

// @ts-ignore: decorator
@inline
function isGap(byte: u32): bool {
  return byte == 0x20 || byte == 0x09;
}

/** A brace, a bracket, a colon, a comma, or a quotation mark: white space beside it means nothing. */
// @ts-ignore: decorator
@inline
function isMark(byte: u32): bool {
  return byte == 0x22 || byte == 0x2c || byte == 0x3a || (byte | 0x20) == 0x7b || (byte | 0x20) == 0x7d;
}

/** Whether a line that begins at this brace has white space before or behind its first colon: then it is likely everywhere. */
function isSpaced(p: usize): bool {
  const first: u32 = load<u8>(p, 1);
  if (isGap(first)) return true;
  if (first != 0x22) return false;
  const end = endOfString(p + 2);
  return end != 0 && (isGap(load<u8>(end)) || (load<u8>(end) == 0x3a && isGap(load<u8>(end, 1))));
}

/**
 * Takes the white space out of a line where it stands; gives where the line ended, before which a line feed ends it now. What parts
 * two words or numbers stays, and all that is behind a string without an end: such a line is for others, who read it as it was.
 */
function squeeze(from: usize): usize {
  let p = from;
  let out = from;
  let kept = from;
  while (true) {
    const byte: u32 = load<u8>(p);
    if (byte == 0x22) {
      const end = endOfString(p + 1);
      if (end == 0) break;
      p = end;
    } else if (isGap(byte)) {
      let behind = p + 1;
      while (isGap(load<u8>(behind))) behind += 1;
      if (isMark(load<u8>(p - 1)) || isMark(load<u8>(behind))) {
        memory.copy(out, kept, p - kept);
        out += p - kept;
        kept = behind;
      }
      p = behind;
    } else if (byte == 0x0a) break;
    else p += 1;
  }
  while (load<u8>(p) != 0x0a) p += 1;
  memory.copy(out, kept, p - kept);
  store<u8>(out + (p - kept), 0x0a);
  return p;
}
