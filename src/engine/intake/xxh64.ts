/** XXH64 of a stream of bytes, of which zstd keeps the low half. https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md */
import { xxh64Kernel } from './xxh64-kernel.data';

interface Kernel {
  begin(): void;
  stripes(from: number, count: number): void;
  finish(from: number, count: number, total: number): number;
}

const STRIPE = 32;
const PAGE = 65_536;
/** The first page is the kernel's own. */
const WINDOW = PAGE;

let compiled: WebAssembly.Module | null = null;

export class Xxh64 {
  readonly #bytes: Uint8Array;
  readonly #kernel: Kernel;
  /** Bytes that wait for a whole stripe. */
  #held = 0;
  #total = 0;

  constructor() {
    const memory = new WebAssembly.Memory({ initial: 2, maximum: 32_768 });
    compiled ??= new WebAssembly.Module(Buffer.from(xxh64Kernel, 'base64'));
    this.#kernel = new WebAssembly.Instance(compiled, { env: { memory } }).exports as unknown as Kernel;
    this.#bytes = new Uint8Array(memory.buffer, WINDOW, PAGE);
    this.begin();
  }

  /** Begins anew. */
  begin(): void {
    this.#kernel.begin();
    this.#held = 0;
    this.#total = 0;
  }

  add(bytes: Uint8Array): void {
    this.#total += bytes.length;
    for (let at = 0; at < bytes.length;) {
      const piece = bytes.subarray(at, at + PAGE - this.#held);
      this.#bytes.set(piece, this.#held);
      at += piece.length;
      const there = this.#held + piece.length;
      const stripes = Math.floor(there / STRIPE);
      this.#kernel.stripes(WINDOW, stripes);
      this.#held = there - stripes * STRIPE;
      this.#bytes.copyWithin(0, stripes * STRIPE, there);
    }
  }

  /** The low 32 bits of the hash of all bytes since it began. */
  low(): number {
    return this.#kernel.finish(WINDOW, this.#held, this.#total) >>> 0;
  }
}
