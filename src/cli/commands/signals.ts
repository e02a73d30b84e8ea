/** `faultline signals`: how often each signal was found, after looking at what is new, or with `--anew` at everything. */
import { workspaceOption, type Command } from '../command';
import { CommandError } from '../failure';
import { count, Progress, table } from '../output';

export const signals: Command = {
  name: 'signals',
  summary: 'run the detectors and say how often each signal was found',
  operands: '',
  options: {
    ...workspaceOption,
    anew: {
      type: 'boolean',
      help: 'Look at every session again; otherwise only at what is new or changed.',
    },
  },
  examples: ['faultline signals -w audit.faultline', 'faultline signals -w audit.faultline --anew --json'],
  run: async ({ workspace, options, print, signal, streams }) => {
    const { client } = await workspace();
    const progress = new Progress(streams.stderr);
    const startedAt = performance.now();
    let sessionsRead: number | null = null;
    const run = client.signal.run({ anew: options.isSet('anew') }, { signal });
    for await (const event of await run) {
      if (event.type === 'done') sessionsRead = event.sessions;
      else progress.show(`${count(event.sessions)} of ${count(event.total)} sessions`);
    }
    progress.clear();
    if (sessionsRead === null) throw new CommandError('The run of the detectors ended without a result.');
    const durationMs = Math.round(performance.now() - startedAt);
    const listed = (await client.signal.list(undefined, { signal })).map(
      ({ id, title, pillar, version, isHint, isEnabled, findingCount, sessionCount, problem }) => ({
        ...{ signal: id, title, pillar, version, isHint, isEnabled },
        ...{ findings: findingCount, sessions: sessionCount, problem },
      }),
    );
    print({ run: { sessions: sessionsRead, durationMs }, signals: listed }, () => {
      const columns = [
        { title: 'signal', width: 40 },
        { title: 'pillar' },
        { title: 'version' },
        { title: 'hint' },
        { title: 'findings', align: 'right' },
        { title: 'sessions', align: 'right' },
      ] as const;
      const rows = listed.map((one) => [
        one.signal,
        one.pillar,
        one.version,
        one.isEnabled ? (one.isHint ? 'hint' : '') : 'off',
        count(one.findings),
        count(one.sessions),
      ]);
      return `${table(columns, rows)}\n\n${count(sessionsRead)} sessions looked at in ${(durationMs / 1000).toFixed(1)} s`;
    });
    return 0;
  },
};
