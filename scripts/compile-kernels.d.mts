export function compileKernels(source: 'vector-kernels.as' | 'xxh64.as'): Promise<Uint8Array>;
