import { expect, test } from 'vitest';
import { compileKernels } from '../../../../scripts/compile-kernels.mjs';
import { otlpKernel } from './otlp-kernel.data';

test('the kernel is what its source compiles to', async () => {
  expect(otlpKernel).toBe(Buffer.from(await compileKernels('otlp-lines.as')).toString('base64'));
}, 60_000);
