import { describe, expect, it } from 'vitest';
import { clusterKeywords } from './cluster-keywords';
import { labelWords, wordGap } from './label-words';

const said = (text: string): string =>
  labelWords(text)
    .filter((word) => word !== wordGap)
    .join(' ');

describe('labelWords', () => {
  it.each([
    ['please look at src/parser/token-stream.ts again', 'at token-stream.ts again'],
    ['I meant C:\\work\\notes\\Plan.md', 'i plan.md'],
    ['see https://example.org/a/b?c=d for the colours', 'for the colours'],
    ['order W7741-22 and user jo_smith_4410 are wrong', 'order and user are wrong'],
    ['the E-mail of my check-in', 'the e-mail of my check-in'],
    ['python3 is wrong, the year 2024 is not', 'python3 is wrong the year is not'],
  ])('%s', (text, expected) => {
    expect(said(text)).toBe(expected);
  });

  it('leaves out what was pasted, unless that is all there is', () => {
    const log =
      'Traceback (most recent call last):\n  File "run.py", line 3, in main\n12:04:11 worker-3 exit=1 {"k": [1, 2, 3]}';
    expect(said(`the import breaks\n${log}`)).toBe('the import breaks');
    expect(said(`use this\n\`\`\`\nconst service = build();\n\`\`\`\nfor the import`)).toBe(
      'use this for the import',
    );
    expect(said(log)).toMatch(/traceback/u);
  });

  it('keeps words apart that were not said one after the other', () => {
    const words = labelWords('wrong file. Tests fail');
    expect(words.indexOf(wordGap)).toBeGreaterThan(words.indexOf('file'));
    expect(words.indexOf(wordGap)).toBeLessThan(words.indexOf('tests'));
  });
});

describe('clusterKeywords', () => {
  const keywords = (...clusters: string[][]): string[][] =>
    clusterKeywords(
      clusters.map((texts) => texts.map(labelWords)),
      4,
    );

  it('names clusters by pairs that hold together and by what others do not say', () => {
    const [dates, folders] = keywords(
      [
        'wrong delivery date in the service',
        'the delivery date is a day off',
        'delivery date missing',
        'service shows no delivery date',
      ],
      [
        'the service writes to another folder',
        'wrong output folder',
        'output folder of the service is empty',
        'output folder again',
      ],
    );
    expect(dates?.[0]).toBe('delivery date');
    expect(folders?.[0]).toBe('output folder');
    expect([...(dates ?? []), ...(folders ?? [])]).not.toContain('service');
  });

  it('keeps a negation with what it negates', () => {
    const [first] = keywords(
      ["don't delete tests", "please don't delete anything", "I said don't delete my branch"],
      ['prices in euros', 'euros please', 'show euros'],
    );
    expect(first).toContain("don't delete");
  });

  it('takes no word of a single text, no plural beside its singular, and function words where there is nothing else', () => {
    const [flights, none] = keywords(
      ['change the flight', 'other flights', 'a flight with Zephyrine', 'the flights are late'],
      ['no', 'no not that', 'not that'],
    );
    expect(flights).toHaveLength(1);
    expect(flights?.[0]).toMatch(/^flights?$/u);
    expect(none).toContain('no');
  });
});
