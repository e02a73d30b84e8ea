/** Written by `npm run eval -- signals --write`: figures on the halves of labelled data that nothing was fitted on. */
import type { Trust } from '../../shared/model/signal';

export const measured: readonly (Trust & { signal: string })[] = [];
