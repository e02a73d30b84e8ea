import { describe, expect, it } from 'vitest';
import { checksObstacle, EMPTY_DRAFT, isSameDraft, saveObstacle, type Draft } from './draft';

const whole: Draft = {
  ...EMPTY_DRAFT,
  name: 'Quick',
  statement: 'It is done in few turns.',
  checks: [{ kind: 'number', of: 'turnCount', least: null, most: 6 }],
};

describe('the draft of an objective', () => {
  it('says what is still lacking, one thing after the other', () => {
    expect(saveObstacle(EMPTY_DRAFT)).toMatch(/name/u);
    expect(saveObstacle({ ...EMPTY_DRAFT, name: 'Quick' })).toMatch(/what success is/u);
    expect(saveObstacle({ ...whole, checks: [] })).toMatch(/first check/u);
    expect(checksObstacle({ ...whole, checks: [...whole.checks, { kind: 'sql', query: ' ' }] })).toMatch(
      /^Check 2: /u,
    );
    expect(saveObstacle(whole)).toBeNull();
  });

  it('is the same with an empty part of the filter, and other with another bound', () => {
    expect(isSameDraft(whole, { ...whole, appliesTo: { models: [] } })).toBe(true);
    expect(isSameDraft(whole, { ...whole, appliesTo: { models: ['m'] } })).toBe(false);
    expect(
      isSameDraft(whole, { ...whole, checks: [{ kind: 'number', of: 'turnCount', least: null, most: 7 }] }),
    ).toBe(false);
  });
});
