export const SPAN_LINES: readonly string[];
export function compileKernels(...files: readonly string[]): Promise<Uint8Array>;
