/** What calls of the contract answer, where the contract gives the shape no name. */
import type { client } from '../../lib/client';

type Output<K extends keyof typeof client.review> = Awaited<ReturnType<(typeof client.review)[K]>>;

export type Preview = Output<'preview'>;
export type SeenReviews = Output<'get'>;
export type Disagreement = Output<'disagreements'>['items'][number];
