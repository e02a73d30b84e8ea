/** Finds lines inside the record at hand, whose index is made only when a format asks, and tells records apart that share a line. */
import { indexLines } from './line-index';

export class Places {
  private text: string | null = null;
  private base = 0;
  private onLine = 1;
  private lines: Map<string, number> | null = null;
  private latest = 0;
  private isEntered = false;
  private root = '';
  private isText = false;

  /** A record of the file is at hand; its text where it may go over lines. */
  enter(text: string | null, line: number): void {
    this.onLine = line === this.latest ? this.onLine + 1 : 1;
    this.latest = line;
    this.text = text;
    this.base = line;
    this.lines = null;
    this.root = '';
    this.isText = false;
    this.isEntered = true;
  }

  /** A record inside the one entered is at hand, at this pointer or in the text there; gives its line. */
  within(pointer: string, isText: boolean): number {
    this.root = '';
    this.isText = false;
    const line = this.lineOf(pointer);
    if (!this.isEntered || line !== this.latest) this.onLine = line === this.latest ? this.onLine + 1 : 1;
    this.isEntered = false;
    this.latest = line;
    this.root = pointer;
    this.isText = isText;
    return line;
  }

  /** Ids are made of this and the line, so it differs between records of one line. */
  prefix(shortHash: string): string {
    return this.onLine === 1 ? shortHash : `${shortHash}~${String(this.onLine)}`;
  }

  /** No record is at hand any more. */
  leave(): void {
    this.onLine = 1;
    this.text = null;
  }

  /** The line of a pointer inside the record at hand, or of the record. */
  lineOf(pointer: string): number {
    if (this.text === null) return this.base;
    this.lines ??= indexLines(this.text);
    let inside = this.isText ? this.root : this.root + pointer;
    // Objects and elements of lists have a line; what is inside them has theirs.
    while (inside !== '' && !this.lines.has(inside)) inside = inside.slice(0, inside.lastIndexOf('/'));
    return this.base + (this.lines.get(inside) ?? 0);
  }
}
