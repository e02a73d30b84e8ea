import { describe, expect, it } from 'vitest';
import { findMarks, markPieces, visible, visiblePieces } from './visible-text';

function badges(text: string): string[] {
  return visiblePieces(text)
    .filter((piece) => piece.type === 'badge')
    .map((piece) => piece.text);
}

describe('visible pieces', () => {
  it('leaves plain text in one piece', () => {
    const text = 'Größe: 5\n\tpreço – 日本語 עברית <img src=x onerror=alert(1)>';
    expect(visiblePieces(text)).toEqual([{ type: 'text', text, meaning: '', start: 0, length: text.length }]);
    expect(visiblePieces('')).toEqual([]);
  });

  it.each([
    ['a\u202eb', ['RLO']],
    ['a\u200bb', ['ZWSP']],
    ['a\u0000b', ['NUL']],
    ['a\rb', ['CR']],
    ['\ufeffa', ['BOM']],
    ['\u001b[31mred\u001b[0m', ['ESC', 'ESC']],
    ['\u001b', ['ESC']],
    ['a\u{e0041}b', ['TAG A']],
    ['a\u{e0101}b', ['VS']],
    ['a\ud800b', ['\ufffd']],
    ['a\udc00b', ['\ufffd']],
    ['a\u0085b', ['0085']],
  ])('%j shows %j', (text, expected) => expect(badges(text)).toEqual(expected));

  it('keeps joiners that are spelling or make an emoji', () => {
    expect(badges('👩\u200d💻 and 👩🏽\u200d🚀')).toEqual([]);
    expect(badges('می\u200cخواهم')).toEqual([]);
    expect(badges('क्\u200dष')).toEqual([]);
    expect(badges('pass\u200dword')).toEqual(['ZWJ']);
  });

  it('folds a line end of two characters into one', () => {
    expect(visiblePieces('a\r\nb').map((piece) => piece.text)).toEqual(['a', '\n', 'b']);
  });

  it('covers every character of the text exactly once', () => {
    const text = 'x\u202ey\r\nz\u001b[1mq\ud800';
    let at = 0;
    for (const piece of visiblePieces(text)) {
      expect(piece.start).toBe(at);
      at += piece.length;
    }
    expect(at).toBe(text.length);
  });
});

describe('marks', () => {
  it('cuts text at the borders', () => {
    const marked = markPieces(visiblePieces('No. I said nothing'), [{ start: 4, end: 10, kind: 'cue' }]);
    expect(marked.map((piece) => [piece.text, piece.mark])).toEqual([
      ['No. ', null],
      ['I said', 'cue'],
      [' nothing', null],
    ]);
  });

  it('runs across badges and lets the later mark win', () => {
    const marked = markPieces(visiblePieces('ab\u200bcd'), [
      { start: 1, end: 5, kind: 'match' },
      { start: 3, end: 4, kind: 'current' },
    ]);
    expect(marked.map((piece) => [piece.text, piece.mark])).toEqual([
      ['a', null],
      ['b', 'match'],
      ['ZWSP', 'match'],
      ['c', 'current'],
      ['d', 'match'],
    ]);
  });

  it('finds without regard to case, and stays in place where case changes the length', () => {
    expect(findMarks('Fee, fee, FEE', 'fee').map((mark) => mark.start)).toEqual([0, 5, 10]);
    expect(findMarks('\u0130\u0130 x', 'x')).toEqual([{ start: 3, end: 4, kind: 'match' }]);
    expect(findMarks('aaa', '')).toEqual([]);
    expect(findMarks('aaaaaa', 'a', 2)).toHaveLength(2);
  });
});

describe('visible text without badges', () => {
  it('names what would be obeyed or hidden, and keeps to its length', () => {
    expect(visible('invoice\u202efdp.exe')).toBe('invoice⟨RLO⟩fdp.exe');
    expect(visible('\u001b[31mred\u0007 ok\u200b\u0000')).toBe('⟨ESC⟩red⟨BEL⟩ ok⟨ZWSP⟩⟨NUL⟩');
    expect(visible('a\ud800b')).toBe('a⟨\ufffd⟩b');
    expect(visible('x'.repeat(50), 10)).toBe('xxxxxxxxxx');
    expect(visible('plain “words”, 平易')).toBe('plain “words”, 平易');
  });
});
