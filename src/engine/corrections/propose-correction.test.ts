import { describe, expect, it } from 'vitest';
import { compileLexicon } from '../../shared/lexicon/cue-lexicon';
import { lexicons } from '../../shared/lexicon/languages';
import { prepareForCues } from '../../shared/lexicon/prepare-text';
import { scoreUserTurn, type UserTurnContext } from './propose-correction';

function turn(text: string, rest: Partial<UserTurnContext> = {}): UserTurnContext {
  return {
    text,
    turnNo: 3,
    previousUserText: 'Book a table for two on Friday evening',
    agentText: 'Done. I booked a table for four on Saturday.',
    interruptedBefore: false,
    toolRejectedBefore: false,
    toolErrorBefore: false,
    ...rest,
  };
}

describe('scoreUserTurn', () => {
  it.each([
    ['No, I said two people', 'reminder'],
    ["that's wrong, it should be Friday", 'wrong'],
    ['What are you talking about?', 'confusion'],
    ['please undo that', 'revert'],
    ['same problem again', 'repeat'],
    ["I didn't ask for four people", 'excess'],
    ['you forgot the date', 'omission'],
    ['Stop changing the date!', 'prohibition'],
    ['Nein, das ist falsch', 'wrong'],
    ['Das funktioniert nicht', 'malfunction'],
    ['Non, ce n’est pas ce que je voulais', 'reminder'],
    ['Tu as oublié la date', 'omission'],
    ['No, eso no es lo que pedí', 'reminder'],
    ['Está mal, deberías usar el otro archivo', 'wrong'],
    ['Não foi isso que eu pedi', 'reminder'],
    ['Você esqueceu a data', 'omission'],
  ])('proposes “%s” for its wording', (text, cueKind) => {
    const found = scoreUserTurn(turn(text));
    expect(found.isProposed).toBe(true);
    expect(found.cueKind).toBe(cueKind);
    expect(found.reasons.length).toBeGreaterThan(0);
    expect(text.slice(found.cue?.start, found.cue?.end)).toBe(found.cue?.text);
  });

  it.each([
    'Thanks, that looks great!',
    'Perfect, now add a note for the waiter',
    'Also reserve a parking space please',
    'actually, also add a note about the allergy',
    'Can you show me the menu?',
    'Vielen Dank, sehr gut',
    'Merci beaucoup, parfait',
    'Gracias, perfecto',
    'Obrigado, perfeito',
    '次は駐車場を予約して',
  ])('leaves “%s” alone', (text) => {
    expect(scoreUserTurn(turn(text)).isProposed).toBe(false);
  });

  it('knows a no that answers a question from one that rejects', () => {
    expect(scoreUserTurn(turn('No', { agentText: 'Anything else I can do?' })).isProposed).toBe(false);
    expect(scoreUserTurn(turn('No, thanks', { agentText: 'Would you like dessert?' })).isProposed).toBe(
      false,
    );
    expect(scoreUserTurn(turn('No')).score).toBeGreaterThan(
      scoreUserTurn(turn('No', { agentText: 'Shall I go on?' })).score,
    );
  });

  it('never proposes the first turn or an empty one', () => {
    expect(scoreUserTurn(turn("no, that's wrong", { turnNo: 1 }))).toMatchObject({
      score: 0,
      isProposed: false,
      cue: null,
    });
    expect(
      scoreUserTurn(turn("no, that's wrong", { previousUserText: null, agentText: null })).isProposed,
    ).toBe(false);
    expect(scoreUserTurn(turn('  '))).toMatchObject({ score: 0, reasons: [] });
  });

  it('hears structure where the words say nothing', () => {
    const plain = scoreUserTurn(turn('the table in the corner'));
    const stopped = scoreUserTurn(turn('the table in the corner', { interruptedBefore: true }));
    const refused = scoreUserTurn(turn('the table in the corner', { toolRejectedBefore: true }));
    expect(plain.isProposed).toBe(false);
    expect(stopped).toMatchObject({ isProposed: true, cue: null, cueKind: 'interruption' });
    expect(refused).toMatchObject({ isProposed: true, cueKind: 'rejection' });
    expect(refused.reasons[0]).toMatch(/refused/u);
  });

  it('raises the score of a repeated request', () => {
    const rephrased = scoreUserTurn(turn('Book the table for two on Friday evening, please'), {
      isExplained: true,
    });
    expect(rephrased.score).toBeGreaterThan(
      scoreUserTurn(turn('Find a cinema near the station, please')).score,
    );
    expect(rephrased.reasons.join(' ')).toMatch(/turn before/u);
  });

  it('does not take a pasted log or code for the words of the user', () => {
    const log =
      'Here is the output:\n```\nError: it does not work, wrong file, undo that\n```\nwhat does line 3 do';
    expect(scoreUserTurn(turn(log)).cue?.text ?? '').not.toMatch(/wrong|undo|work/iu);
  });

  it('says which sort of correction it is', () => {
    expect(scoreUserTurn(turn('That is wrong, the date is incorrect')).kind).toBe('facts');
    expect(scoreUserTurn(turn('No, use a table and make it shorter, the format is wrong')).kind).toBe(
      'format',
    );
    expect(scoreUserTurn(turn("I told you not to touch that file, don't change it")).kind).toBe('constraint');
    expect(scoreUserTurn(turn('You forgot the date, it is missing')).kind).toBe('incomplete');
  });

  it('takes a threshold and stays between 0 and 1 for any text', () => {
    const text = 'maybe not';
    expect(scoreUserTurn(turn(text), { threshold: 0 }).isProposed).toBe(true);
    expect(scoreUserTurn(turn(text), { threshold: 1 }).isProposed).toBe(false);
    for (const odd of [
      '\ud800',
      '🙃'.repeat(500),
      '`'.repeat(3000),
      'no '.repeat(5000),
      '\u0000',
      '<a '.repeat(900),
    ]) {
      const { score } = scoreUserTurn(turn(odd));
      expect(score).toBeGreaterThanOrEqual(0);
      expect(score).toBeLessThanOrEqual(1);
    }
  });
});

describe('lexicons', () => {
  it('cover five languages and compile', () => {
    expect(lexicons.map(({ language }) => language)).toEqual(['en', 'de', 'fr', 'es', 'pt']);
    expect(() =>
      compileLexicon({
        language: 'xx',
        fillers: [],
        cues: [{ kind: 'wrong', strength: 'strong', at: 'anywhere', patterns: ['('] }],
        kinds: {},
        agentTrouble: ['x'],
      }),
    ).toThrow(SyntaxError);
  });

  // A pattern that tries all ways of reading such a text would never end.
  it('come to an end with hostile texts', () => {
    for (const piece of ['you ', 'i ', 'a'.repeat(50), 'not the ', '< ', 'no, ', "it's ", 'ich habe ', 'tu '])
      expect(Number.isFinite(scoreUserTurn(turn(piece.repeat(2000))).score)).toBe(true);
  });
});

describe('prepareForCues', () => {
  it('keeps every offset', () => {
    for (const text of ['don’t `x` > y', '> quoted\nno', '<b>no</b> https://a.b/c', 'a ``` b'])
      expect(prepareForCues(text)).toHaveLength(text.length);
  });
});
