import { ORPCError } from '@orpc/client';
import { describe, expect, it } from 'vitest';
import { explainError } from './errors';

const refused = (message: string, detail: string) =>
  explainError(new ORPCError('BAD_INPUT', { message, data: { detail } }));

describe('what is said of an error', () => {
  it('is said once, though the engine sends it as message and as detail', () => {
    const words = 'This workspace was made by a newer Faultline. Open it with that version.';
    expect(refused(words, words)).toMatchObject({ title: words, detail: '', advice: '' });
  });

  it('has advice where the message has none', () => {
    expect(refused('The name is empty.', 'The name is empty.')).toMatchObject({
      title: 'The name is empty.',
      detail: '',
      advice: 'Change the input and try again.',
    });
    expect(
      explainError(new ORPCError('LOCKED', { message: 'It is open.', data: { holder: 'pid 7' } })),
    ).toMatchObject({ detail: 'Held by pid 7.', advice: 'Close it there, then try again.' });
  });

  it('of a workspace that is open elsewhere names the holder and what to do once', () => {
    const title = 'This workspace is open in Faultline on this machine (process 7). Close it there first.';
    const data = { holder: 'Faultline on this machine (process 7)' };
    expect(explainError(new ORPCError('LOCKED', { message: title, data }))).toMatchObject({
      title,
      detail: '',
      advice: '',
    });
  });
});
