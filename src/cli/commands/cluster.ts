/** `faultline cluster`: groups the corrections by wording, and prints the groups. */
import { workspaceOption, type Command } from '../command';
import { CommandError } from '../failure';
import { count, Progress, safe, table } from '../output';
import { findPaths } from '../paths';

export const cluster: Command = {
  name: 'cluster',
  summary: 'group the corrections by wording',
  operands: '',
  options: {
    ...workspaceOption,
    count: {
      type: 'string',
      value: 'N',
      help: 'This many clusters; otherwise the stated criterion chooses.',
    },
    seed: {
      type: 'string',
      value: 'N',
      help: 'Seed of the random start (1); the same seed gives the same clusters.',
    },
    answered: {
      type: 'boolean',
      help: 'Compare also what the agent had said just before.',
    },
    model: {
      type: 'string',
      value: 'FOLDER',
      help: 'Compare by the sentence model (ONNX, with its tokenizer.json) in this folder, which is remembered.',
    },
  },
  examples: [
    'faultline cluster -w audit.faultline',
    'faultline cluster -w audit.faultline --count 12 --json',
    'faultline cluster -w audit.faultline --model ~/models/all-MiniLM-L6-v2',
  ],
  run: async ({ workspace, options, print, signal, streams, cwd }) => {
    const wanted = {
      count: options.count('count', 1),
      seed: options.count('seed', 0) ?? 1,
      withAnswered: options.isSet('answered'),
      basis: options.text('model') === null ? ('wording' as const) : ('model' as const),
    };
    const folder = options.text('model');
    const { client, grant } = await workspace();
    if (folder !== null) {
      const [path = ''] = await findPaths([folder], cwd);
      await client.cluster.chooseModel({ handle: grant(path) }, { signal });
    }
    const progress = new Progress(streams.stderr);
    let run = null;
    for await (const event of await client.cluster.run(wanted, { signal })) {
      if (event.type === 'done') run = event.run;
      else progress.show(`${event.step}  ${Math.floor(event.share * 100)} %`);
    }
    progress.clear();
    if (run === null) throw new CommandError('The clustering ended without a result.');
    const { criterion, features } = run;
    const clusters = await client.cluster.list(undefined, { signal });
    print({ run, clusters }, () => {
      const columns = [
        { title: 'cluster', width: 40 },
        { title: 'size', align: 'right' },
        { title: 'cohesion', align: 'right' },
        { title: 'keywords', width: 90 },
      ] as const;
      const rows = clusters.map(({ clusterId, name, size, cohesion, keywords, isOutliers }) => [
        name ?? (isOutliers ? `${clusterId} (outliers)` : clusterId),
        count(size),
        cohesion.toFixed(2),
        keywords.join(', '),
      ]);
      return `${table(columns, rows)}\n\n${safe(criterion)}\ncompared by ${safe(features)}`;
    });
    return 0;
  },
};
