/** `faultline corrections`: the user turns that reject, repair or redirect what the agent did. */
import { correctionStateSchema } from '../../shared/model/correction';
import { incompleteSignals } from '../../shared/model/signal-coverage';
import { mustBeOneOf } from '../arguments';
import { pageOf, pageOptions, workspaceOption, type Command } from '../command';
import { table } from '../output';
import { shown } from './sessions';

const ORDERS = ['score', 'cluster', 'useful', 'session'] as const;

export const corrections: Command = {
  name: 'corrections',
  summary: 'the corrections that users made',
  operands: '',
  options: {
    ...workspaceOption,
    ...pageOptions,
    state: {
      type: 'string',
      multiple: true,
      value: 'STATE',
      help: `Only ${correctionStateSchema.options.join(', ')}; may be repeated.`,
    },
    cluster: { type: 'string', value: 'ID', help: 'Only of this cluster.' },
    session: { type: 'string', value: 'ID', help: 'Only of this session.' },
    text: { type: 'string', value: 'TEXT', help: 'Only those in which TEXT occurs.' },
    order: { type: 'string', value: 'ORDER', help: `Order by ${ORDERS.join(', ')}.` },
  },
  examples: [
    'faultline corrections -w audit.faultline --state proposed',
    'faultline corrections -w audit.faultline --order cluster --json',
  ],
  run: async ({ workspace, options, print, note, signal }) => {
    const page = pageOf(options);
    const states = options
      .list('state')
      .map((state) => mustBeOneOf(state, correctionStateSchema.options, '--state'));
    const [clusterId, sessionId, text] = ['cluster', 'session', 'text'].map(
      (name) => options.text(name) ?? undefined,
    );
    const filter = {
      ...(states.length > 0 && { states }),
      ...(clusterId !== undefined && { clusterId }),
      ...(sessionId !== undefined && { sessionId }),
      ...(text !== undefined && { text }),
    };
    const order = options.oneOf('order', ORDERS) ?? 'score';
    const { client } = await workspace();
    const found = await client.correction.list({ ...page, filter, order }, { signal });
    const incomplete = incompleteSignals(await client.signal.stage(undefined, { signal }));
    if (incomplete !== null) note(incomplete);
    print(found, () => {
      const columns = [
        { title: 'score', align: 'right' },
        { title: 'state' },
        { title: 'session', width: 40 },
        { title: 'turn', align: 'right' },
        { title: 'kind' },
        { title: 'what the user said', width: 90 },
      ] as const;
      const rows = found.items.map((correction) => [
        correction.score.toFixed(2),
        correction.state,
        correction.sessionId,
        String(correction.turnNo),
        correction.kind,
        correction.text,
      ]);
      return `${table(columns, rows)}\n\n${shown(found.items.length, page.offset, found.total)}`;
    });
    return 0;
  },
};
