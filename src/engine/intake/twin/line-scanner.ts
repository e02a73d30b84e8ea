/**
 * Finds the ends of lines, how deep each nests, and whether anything in them has to be looked at, with a kernel
 * (assembly/json-lines.as): a byte is looked at once. Owns the kernel's memory; must not judge lines (chunk-lines.ts).
 */
import { lineKernel } from './line-kernel.data';

interface Kernel {
  begin(): void;
  scan(from: number, size: number): number;
  hintAt(isLast: number): number;
}

const PAGE = 65_536;
/** Where ends of lines lie, as the kernel has them: two numbers each. */
const ENDS = 0x1000;
/** Bytes scanned at a time, all of which may be ends of lines. */
const WINDOW_BYTES = 1 << 17;
const WINDOW = ENDS + WINDOW_BYTES * 8 + 16;
/** What the kernel reads before and behind a window. */
const AROUND = 4;
const BEHIND = 16;

let compiled: WebAssembly.Module | null = null;

export class LineScanner {
  readonly #bytes: Uint8Array;
  readonly #numbers: Uint32Array;
  readonly #kernel: Kernel;

  constructor() {
    const pages = Math.ceil((WINDOW + WINDOW_BYTES + BEHIND) / PAGE);
    const memory = new WebAssembly.Memory({ initial: pages, maximum: 32_768 });
    compiled ??= new WebAssembly.Module(Buffer.from(lineKernel, 'base64'));
    this.#kernel = new WebAssembly.Instance(compiled, { env: { memory } }).exports as unknown as Kernel;
    this.#bytes = new Uint8Array(memory.buffer);
    this.#numbers = new Uint32Array(memory.buffer);
    this.#kernel.begin();
  }

  /**
   * Goes on with the bytes of `held` from `from` to before `to`; those before them were the last ones. `onLine` hears of each line where its line feed
   * stands and the most that was open in it at a time, over strings too; `onHint` between which places `\u00`, `NaN` or `Infi` ended.
   */
  scan(
    held: Uint8Array,
    from: number,
    to: number,
    onLine: (end: number, deepest: number) => void,
    onHint: (first: number, last: number) => void,
  ): void {
    for (let at = from; at < to; at += WINDOW_BYTES) {
      const before = Math.min(AROUND, at);
      const until = Math.min(to, at + WINDOW_BYTES);
      this.#bytes.fill(0, WINDOW - AROUND, WINDOW);
      this.#bytes.set(held.subarray(at - before, until), WINDOW - before);
      const lines = this.#kernel.scan(WINDOW, until - at);
      for (let i = 0; i < lines; i++) {
        const place = ENDS / 4 + i * 2;
        onLine(at + (this.#numbers[place] ?? 0), this.#numbers[place + 1] ?? 0);
      }
      const first = this.#kernel.hintAt(0);
      if (first >= 0) onHint(at + first, at + this.#kernel.hintAt(1));
    }
  }
}
