import { describe, expect, test } from 'vitest';
import { labelled } from '../../../../test/fixtures/redaction/labelled';
import { maskKinds } from './kinds';
import { isIban, passesLuhn } from './numbers';
import { Redactor } from './redact';

const key = new Uint8Array(32).fill(7);
const redactor = (ownTerms: { text: string }[] = []) =>
  new Redactor({ kinds: new Set(maskKinds), ownTerms, key });

const plainOf = (marked: string): string => marked.replace(/\{\{[a-z]+:(.*?)\}\}/gs, '$1');

describe('checks of numbers', () => {
  test('Luhn and mod 97 tell real numbers from slips of the pen', () => {
    expect(passesLuhn('4111111111111111')).toBe(true);
    expect(passesLuhn('4111111111111112')).toBe(false);
    expect(isIban('DE89 3704 0044 0532 0130 00')).toBe(true);
    expect(isIban('DE88 3704 0044 0532 0130 00')).toBe(false);
    expect(isIban('DE89 3704 0044 0532 0130')).toBe(false);
  });
});

describe('redaction', () => {
  test('equal values get equal pseudonyms, of one key alone', () => {
    const text = 'Write to ada@post.example or ADA@post.example, not to bo@post.example.';
    const once = redactor().redact(text);
    expect(once.masked.map((one) => one.pseudonym)[0]).toBe(once.masked.map((one) => one.pseudonym)[1]);
    expect(new Set(once.masked.map((one) => one.pseudonym)).size).toBe(2);
    expect(once.text).not.toMatch(/@/);
    expect(redactor().redact(text)).toEqual(once);
    const other = new Redactor({ kinds: new Set(maskKinds), ownTerms: [], key: new Uint8Array(32) });
    expect(other.redact(text).masked[0]?.pseudonym).not.toBe(once.masked[0]?.pseudonym);
  });

  test('a name that one text introduces is masked in the next ones, by surname too, under one pseudonym', () => {
    const one = redactor();
    const first = one.redact('my name is Mirela Vandenberg');
    const second = one.redact('Vandenberg asked twice; tell Mirela Vandenberg.');
    expect(second.text).not.toMatch(/Vandenberg/);
    expect(new Set([...first.masked, ...second.masked].map((mask) => mask.pseudonym)).size).toBe(1);
  });

  test('the analyst’s own terms are plain text, whatever characters they hold', () => {
    const { text } = redactor([{ text: 'Project (Zebra)+' }, { text: '' }]).redact(
      'about project (zebra)+ and zebras',
    );
    expect(text).toMatch(/^about \[custom [0-9a-f]{8}\] and zebras$/);
  });

  test('kinds that are switched off stay', () => {
    const only = new Redactor({ kinds: new Set(['card']), ownTerms: [], key });
    expect(only.redact('ada@post.example paid with 4111 1111 1111 1111').text).toMatch(
      /^ada@post\.example paid with \[card /,
    );
  });

  test('what was masked is said with its place in the text as it was', () => {
    const text = 'A: ada@post.example';
    const { masked } = redactor().redact(text);
    expect(text.slice(masked[0]?.start, (masked[0]?.start ?? 0) + (masked[0]?.length ?? 0))).toBe(
      'ada@post.example',
    );
  });

  test('texts far longer than a piece are redacted to their end', () => {
    const filler = 'lorem ipsum dolor '.repeat(20_000);
    const { masked, text } = redactor().redact(`${filler}ada@post.example ${filler}ada@post.example`);
    expect(masked).toHaveLength(2);
    expect(text).not.toMatch(/post\.example/);
  });

  test.each([
    ['a'.repeat(200_000)],
    ['1 '.repeat(100_000)],
    ['A'.repeat(100_000)],
    ['Aa '.repeat(60_000)],
    ['a@'.repeat(100_000)],
    ['password='.repeat(20_000)],
    ['::'.repeat(100_000)],
    ['my name is '.repeat(20_000)],
    ['-'.repeat(200_000)],
    ['DE89 '.repeat(40_000)],
  ])(
    'hostile text costs no more than its length (%#)',
    (text) => {
      expect(redactor().redact(text).text.length).toBeGreaterThan(0);
    },
    20_000,
  );

  test('the labelled texts: most is masked, little else is', () => {
    let hidden = 0;
    let leaked = 0;
    let needless = 0;
    for (const marked of labelled) {
      const wanted = [...marked.matchAll(/\{\{[a-z]+:(.*?)\}\}/gs)].map((match) => match[1] ?? '');
      const { text, masked } = redactor().redact(plainOf(marked));
      for (const value of wanted) {
        if (text.includes(value)) leaked += 1;
        else hidden += 1;
      }
      needless += Math.max(0, masked.length - wanted.length);
    }
    expect(hidden / (hidden + leaked)).toBeGreaterThan(0.9);
    expect(hidden / (hidden + needless)).toBeGreaterThan(0.9);
  });
});
