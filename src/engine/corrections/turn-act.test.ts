import { describe, expect, it } from 'vitest';
import type { UserAct } from '../../shared/model/user-turn';
import { scoreUserTurn } from './propose-correction';
import { correctedSpan } from './turn-act';
import type { UserTurnContext } from './turn-features';

function turn(text: string, rest: Partial<UserTurnContext> = {}): UserTurnContext {
  return {
    text,
    turnNo: 3,
    previousUserText: 'Write the release notes for the billing service',
    agentText: 'I wrote the release notes for the payment service into notes.txt.',
    interruptedBefore: false,
    toolRejectedBefore: false,
    toolErrorBefore: false,
    ...rest,
  };
}

describe('what a user turn does', () => {
  it.each<[string, UserAct, Partial<UserTurnContext>?]>([
    ['Write the release notes', 'new-request', { turnNo: 1 }],
    ["No, that's wrong. It should be the billing service instead", 'correction-with-fix'],
    ["That's wrong", 'correction-without-fix'],
    ['It still does not work', 'correction-without-fix'],
    ['Please revert that', 'revert-request'],
    ['What are you talking about?', 'clarification'],
    ['This is useless, what terrible garbage', 'complaint'],
    ['I want to speak to a human', 'escalation'],
    ['Ich möchte mit einem Mitarbeiter sprechen', 'escalation'],
    ['Thank you so much!', 'positive-feedback'],
    ['The second one, please', 'answer', { agentText: 'Which of the two services do you mean?' }],
  ])('“%s” is a %s', (text, act, rest) => {
    expect(scoreUserTurn(turn(text, rest)).act).toBe(act);
  });

  it('points at the span that was refused, failed or written last', () => {
    const spans = {
      rejectedSpanId: null,
      interruptedSpanId: null,
      failedSpanId: 'failed',
      lastToolSpanId: 'tool',
      agentSpanId: 'said',
    };
    expect(correctedSpan('complaint', 'unknown', 'complaint', spans)).toBe('said');
    expect(correctedSpan('revert-request', 'action', 'revert', spans)).toBe('tool');
    expect(correctedSpan('correction-without-fix', 'incomplete', 'malfunction', spans)).toBe('failed');
    expect(correctedSpan('complaint', 'unknown', 'complaint', { ...spans, rejectedSpanId: 'no' })).toBe('no');
  });
});
