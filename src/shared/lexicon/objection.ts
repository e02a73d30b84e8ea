/** Whether a message turns against what was said or done before it, by the words of objection.data.ts. No score. */
import { negators } from './negators.data';
import { objectionWords } from './objection.data';

const words = [...Object.values(negators), ...Object.values(objectionWords)].flatMap((list) => [...list]);
const OBJECTS = new RegExp(`(?<![\\p{L}'])(?:${words.join('|')})(?![\\p{L}])`, 'iu');

/** Looks at the first 1,000 characters: an objection comes early or the message is about something else. */
export function objects(text: string): boolean {
  return OBJECTS.test(text.slice(0, 1000).replaceAll('’', "'"));
}
