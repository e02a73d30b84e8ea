import { describe, expect, it } from 'vitest';
import type { SpanRow } from '../../../../shared/model/span';
import type { Agent } from '../session-data';
import { spanRow, tool, user } from '../timeline/span-rows.test-data';
import { conversationRows, revealSpan, type ConversationView } from './rows';

const unfolded: ConversationView = { toggled: new Map(), foldTools: false };
const folded: ConversationView = { toggled: new Map(), foldTools: true };

function indexOf(spans: readonly SpanRow[]): Map<string, number> {
  return new Map(spans.map((span, index) => [span.spanId, index]));
}

/** `s0` for a span, `+agent:a(2)` for an open fold of two, `-…` for a closed one; dots for the level. */
function shape(spans: readonly SpanRow[], view: ConversationView, agents: Agent[] = []): string[] {
  return conversationRows(spans, agents, indexOf(spans), view).map((row) => {
    const dots = '.'.repeat(row.level);
    if (row.type === 'span') return `${dots}${row.key}${row.turnNo === null ? '' : `#${row.turnNo}`}`;
    return `${dots}${row.isOpen ? '+' : '-'}${row.key}(${row.members.join()})`;
  });
}

const said = (position: number, values: Partial<SpanRow> = {}) =>
  spanRow(position, { text: 'yes', textLength: 3, ...values });
const agent = (agentId: string, parentSpanId: string | null): Agent => ({
  agentId,
  name: agentId,
  parentSpanId,
  spanCount: 1,
});

describe('conversation rows', () => {
  const spans = [
    spanRow(0, { kind: 'system', turnNo: 0 }),
    user(1, { turnNo: 1 }),
    spanRow(2),
    tool(3),
    tool(4),
    said(5),
    tool(6),
    user(7, { turnNo: 2, origin: 'simulated' }),
    user(8, { turnNo: 2, origin: 'harness' }),
  ];

  it('numbers the turns that people open, and no others', () => {
    expect(shape(spans, unfolded)).toEqual(['s0', 's1#1', 's2', 's3', 's4', 's5', 's6', 's7#2', 's8']);
  });

  it('folds runs of tool work between what is said', () => {
    expect(shape(spans, folded)).toEqual(['s0', 's1#1', '-tools:s2(2,3,4)', 's5', 's6', 's7#2', 's8']);
    expect(shape(spans, { ...folded, toggled: new Map([['tools:s2', true]]) })).toContain('.s3');
  });

  it('nests sub-agents below the call that started them', () => {
    const nested = [
      user(0),
      tool(1),
      said(2, { agentId: 'a', depth: 1 }),
      tool(3, { agentId: 'a', depth: 1 }),
      said(4, { agentId: 'b', depth: 2 }),
      said(5),
    ];
    const agents = [agent('a', 's1'), agent('b', 's3')];
    expect(shape(nested, unfolded, agents)).toEqual(['s0#1', 's1', '-agent:a(2,3)', 's5']);
    const open = {
      ...unfolded,
      toggled: new Map([
        ['agent:a', true],
        ['agent:b', true],
      ]),
    };
    expect(shape(nested, open, agents)).toEqual([
      's0#1',
      's1',
      '+agent:a(2,3)',
      '.s2',
      '.s3',
      '.+agent:b(4)',
      '..s4',
      's5',
    ]);
  });

  it('shows a sub-agent whose call is not known before what follows it, and one that names itself only once', () => {
    const nested = [user(0), said(1, { agentId: 'a', depth: 1 }), said(2)];
    expect(shape(nested, unfolded, [agent('a', null)])).toEqual(['s0#1', '-agent:a(1)', 's2']);
    expect(shape(nested, unfolded)).toEqual(['s0#1', '-agent:a(1)', 's2']);
    const circle = { ...unfolded, toggled: new Map([['agent:a', true]]) };
    expect(shape(nested, circle, [agent('a', 's1')])).toEqual(['s0#1', '+agent:a(1)', '.s1', 's2']);
    expect(shape([said(0, { agentId: 'a', depth: 1 }), user(1)], unfolded)).toEqual(['-agent:a(0)', 's1#1']);
  });

  it('folds a branch that was left', () => {
    const branches = [
      user(0),
      said(1, { isRewound: true }),
      tool(2, { isRewound: true }),
      user(3, { turnNo: 2 }),
    ];
    expect(shape(branches, unfolded)).toEqual(['s0#1', '-branch:s1(1,2)', 's3#2']);
    expect(shape(branches, { ...folded, toggled: new Map([['branch:s1', true]]) })).toEqual([
      's0#1',
      '+branch:s1(1,2)',
      '.s1',
      '.s2',
      's3#2',
    ]);
  });
});

describe('revealing a span', () => {
  const spans = [
    user(0),
    tool(1),
    tool(2),
    tool(3, { agentId: 'a', depth: 1 }),
    tool(4, { agentId: 'a', depth: 1 }),
    said(5, { agentId: 'b', depth: 2 }),
    said(6, { isRewound: true }),
  ];
  const agents = [agent('a', 's2'), agent('b', 's4')];

  it.each([0, 1, 3, 5, 6])('opens just what hides span %i', (index) => {
    const view = revealSpan(spans, agents, indexOf(spans), folded, index);
    expect(shape(spans, view, agents).some((row) => row.replace(/^\.*|#.*$/gu, '') === `s${index}`)).toBe(
      true,
    );
    expect(view.toggled.size).toBeLessThan(5);
  });

  it('leaves the view alone when there is nothing to open', () => {
    expect(revealSpan(spans, agents, indexOf(spans), folded, 0)).toBe(folded);
  });
});
