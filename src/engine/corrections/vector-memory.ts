// The memory in which the kernels of clustering work, and the kernels themselves. Owns where vectors lie and that what is taken is
// given back; must not know what they mean. One memory belongs to one computation and goes with it.
// WebAssembly SIMD: https://github.com/WebAssembly/simd/blob/main/proposals/simd/SIMD.md
import { vectorKernels } from './vector-kernels.data';

/** A byte address, a multiple of 16. */
export type Address = number;

type Numbers = readonly number[];
type Kernel = (...args: Numbers) => void;
type Sum = (...args: Numbers) => number;

/** The exports of assembly/vector-kernels.as, where each is described. */
export type Kernels = {
  sparseTimesDense: Kernel;
  transposedTimesDense: Kernel;
  gram: Kernel;
  denseTimesDense: Kernel;
  nearestOfDense: Kernel;
  nearestOfSparse: Kernel;
  sumByCluster: Kernel;
  tallyClusters: Sum;
  scaleCentroids: Kernel;
  narrowGaps: Sum;
  dotsWithRow: Kernel;
  nearestRows: Kernel;
  nearestSparseRows: Kernel;
};

const kernelNames = [
  'sparseTimesDense',
  'transposedTimesDense',
  'gram',
  'denseTimesDense',
  'nearestOfDense',
  'nearestOfSparse',
  'sumByCluster',
  'tallyClusters',
  'scaleCentroids',
  'narrowGaps',
  'dotsWithRow',
  'nearestRows',
  'nearestSparseRows',
] as const satisfies readonly (keyof Kernels)[];

const pageBytes = 65_536;
/** 2 GiB: what the kernels were compiled for, and what a clustering may take at most. */
const maxPages = 32_768;

let compiled: WebAssembly.Module | null = null;

function instantiate(memory: WebAssembly.Memory): Kernels {
  compiled ??= new WebAssembly.Module(Buffer.from(vectorKernels, 'base64'));
  const { exports } = new WebAssembly.Instance(compiled, { env: { memory } });
  const entries = kernelNames.map((name) => {
    const kernel = exports[name];
    if (typeof kernel !== 'function') throw new Error(`the kernel ${name} is missing`);
    return [name, kernel] as const;
  });
  return Object.fromEntries(entries) as Kernels;
}

/** The next multiple of `step`. */
export function padTo(count: number, step: number): number {
  return Math.ceil(count / step) * step;
}

/**
 * A stack of vectors. Views onto it are valid until the next `take`, which may move the memory: ask for them anew.
 */
export class VectorMemory {
  readonly #memory = new WebAssembly.Memory({ initial: 1, maximum: maxPages });
  readonly kernels: Kernels = instantiate(this.#memory);
  #top = 16;

  /** Room for `count` values of four bytes (or `bytesEach`), zeroed. @throws RangeError beyond 2 GiB */
  take(count: number, bytesEach = 4): Address {
    const at = this.#top;
    // What lies behind the end is read by kernels that work four values at a time, and never used.
    this.#top = padTo(at + count * bytesEach, 16) + 16;
    const missing = this.#top - this.#memory.buffer.byteLength;
    if (missing > 0) this.#memory.grow(Math.ceil(missing / pageBytes));
    new Uint8Array(this.#memory.buffer, at, this.#top - at).fill(0);
    return at;
  }

  /** Copies the values in and says where they lie. */
  put(values: Float32Array | Int32Array): Address {
    const at = this.take(values.length);
    if (values instanceof Float32Array) this.floats(at, values.length).set(values);
    else this.integers(at, values.length).set(values);
    return at;
  }

  floats(at: Address, count: number): Float32Array {
    return new Float32Array(this.#memory.buffer, at, count);
  }

  doubles(at: Address, count: number): Float64Array {
    return new Float64Array(this.#memory.buffer, at, count);
  }

  integers(at: Address, count: number): Int32Array {
    return new Int32Array(this.#memory.buffer, at, count);
  }

  /** Runs `work` and gives back all it took. */
  async scoped<T>(work: () => Promise<T>): Promise<T> {
    const mark = this.#top;
    try {
      return await work();
    } finally {
      this.#top = mark;
    }
  }
}
