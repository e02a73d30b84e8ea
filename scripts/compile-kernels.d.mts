export function compileKernels(
  source: 'vector-kernels.as' | 'xxh64.as' | 'otlp-lines.as',
): Promise<Uint8Array>;
