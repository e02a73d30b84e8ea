/** `faultline session ID`: one session turn by turn, with its findings and corrections, and with --spans all of it. */
import type { SpanRow } from '../../shared/model/span';
import { workspaceOption, type Client, type Command } from '../command';
import { UsageError } from '../failure';
import { count, cut, duration, figures, safe, table } from '../output';

const PAGE = 1000;

export const session: Command = {
  name: 'session',
  summary: 'one session, turn by turn',
  operands: 'ID',
  options: {
    ...workspaceOption,
    spans: { type: 'boolean', help: 'Print every span as well.' },
  },
  examples: [
    'faultline session sup-0042 -w audit.faultline',
    'faultline session sup-0042 -w audit.faultline --spans --json',
  ],
  run: async ({ operands, options, workspace, print, signal }) => {
    const [sessionId, ...more] = operands;
    if (sessionId === undefined || more.length > 0) throw new UsageError('Give the id of one session.');
    const { client } = await workspace();
    const outline = await client.session.outline({ sessionId }, { signal });
    const spans = options.isSet('spans') ? await allSpans(client, sessionId, signal) : null;
    print(spans === null ? outline : { ...outline, spans }, () =>
      [outlineText(outline), ...(spans === null ? [] : [spansText(spans)])].join('\n\n'),
    );
    return 0;
  },
};

async function allSpans(client: Client, sessionId: string, signal: AbortSignal): Promise<SpanRow[]> {
  const spans: SpanRow[] = [];
  for (;;) {
    const page = await client.session.spans({ sessionId, offset: spans.length, limit: PAGE }, { signal });
    spans.push(...page.items);
    if (page.items.length === 0 || spans.length >= page.total) return spans;
  }
}

type Outline = Awaited<ReturnType<Client['session']['outline']>>;

function outlineText({ session: row, turns, findings, corrections }: Outline): string {
  const head = figures([
    ['session', row.sessionId],
    ['source', `${safe(row.sourceName)} (${row.format})`],
    ['model', safe(row.model ?? 'not said')],
    ['lasted', row.durationMs === null ? 'not known' : duration(row.durationMs)],
    ['spans', count(row.spanCount)],
    ['tool calls', count(row.toolCallCount)],
    ['tool errors', count(row.toolErrorCount)],
    ...(row.flags.length > 0 ? [['record', row.flags.join(', ')] as const] : []),
  ]);
  const body = turns.map((turn) => {
    const lines = [
      `${turn.turnNo}  ${cut(safe(turn.userText === '' ? '(no user text)' : turn.userText), 200)}`,
    ];
    lines.push(`   ${count(turn.toolCallCount)} tool calls, ${count(turn.toolErrorCount)} errors`);
    for (const finding of findings.filter(({ turnNo }) => turnNo === turn.turnNo))
      lines.push(`   ! ${finding.signal}: ${safe(finding.reason)}`);
    for (const correction of corrections.filter(({ turnNo }) => turnNo === turn.turnNo))
      lines.push(
        `   < correction (${correction.state}, ${correction.score.toFixed(2)}): ${correction.reasons.map(safe).join('; ')}`,
      );
    return lines.join('\n');
  });
  return [head, ...body].join('\n\n');
}

function spansText(spans: readonly SpanRow[]): string {
  const columns = [
    { title: 'line', align: 'right' },
    { title: 'kind' },
    { title: 'pillar' },
    { title: 'name', width: 32 },
    { title: 'status' },
    { title: 'text', width: 80 },
  ] as const;
  return table(
    columns,
    spans.map((span) => [
      String(span.line),
      span.kind,
      span.pillar,
      span.toolName ?? span.name,
      span.status,
      span.text,
    ]),
  );
}
