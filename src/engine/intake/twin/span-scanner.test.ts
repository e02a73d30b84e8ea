import { expect, test } from 'vitest';
import { compileKernels, SPAN_LINES } from '../../../../scripts/compile-kernels.mjs';
import { spanKernel } from './span-kernel.data';

test('the kernel is what its sources compile to', async () => {
  expect(spanKernel).toBe(Buffer.from(await compileKernels(...SPAN_LINES)).toString('base64'));
}, 60_000);
