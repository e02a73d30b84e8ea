/** A place in a text that is read from left to right by sticky patterns. */

export class TextCursor {
  at = 0;

  constructor(readonly text: string) {}

  /** What `pattern` (with the flag `y`) finds here, and goes behind it; null where it finds nothing. */
  take(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text);
    if (found) this.at += found[0].length;
    return found;
  }

  skipSpace(): void {
    this.take(/\s*/y);
  }

  /** Goes over white space, and behind `mark` where it stands there. */
  isNext(mark: string): boolean {
    this.skipSpace();
    if (!this.text.startsWith(mark, this.at)) return false;
    this.at += mark.length;
    return true;
  }
}
