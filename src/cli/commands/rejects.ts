/** `faultline rejects`: the lines that could not be used, each with its file, number and reason. */
import type { Reject, Source } from '../../shared/model/source';
import { namesApart } from '../../shared/names-apart';
import { pageOf, pageOptions, workspaceOption, type Command } from '../command';
import { UsageError } from '../failure';
import { count, cut, safe } from '../output';

const EXCERPT_WIDTH = 120;

/** A rejected line as compilers write theirs, so that editors find the place. */
export function rejectLine({ sourceName, line, reason }: Reject): string {
  return `${safe(sourceName)}:${String(line)}: ${safe(reason)}`;
}

/** What files are called here, by their ids: a name, and so many of its folders as tell it from others of that name. */
export function namesOf(sources: readonly Source[]): ReadonlyMap<string, string> {
  const names = namesApart(sources.map(({ path }) => path));
  return new Map(sources.map(({ sourceId, name }, i) => [sourceId, names[i] ?? name]));
}

export const rejects: Command = {
  name: 'rejects',
  summary: 'the lines that could not be used, with file, number and reason',
  operands: '',
  options: {
    ...workspaceOption,
    ...pageOptions,
    import: { type: 'string', value: 'ID', help: 'Only of this import.' },
    source: { type: 'string', value: 'NAME', help: 'Only of the file of this name, path or id.' },
  },
  examples: [
    'faultline rejects -w audit.faultline',
    'faultline rejects -w audit.faultline --source chats.jsonl --json',
  ],
  run: async ({ workspace, options, print, signal }) => {
    const page = pageOf(options);
    const [importId, name] = [options.text('import'), options.text('source')];
    const { client } = await workspace();
    const sources = (await client.imports.list()).flatMap((one) => one.sources);
    const names = namesOf(sources);
    const found = await client.imports.rejects(
      {
        ...page,
        ...(importId === null ? {} : { importId }),
        ...(name === null ? {} : { sourceId: sourceCalled(name, sources).sourceId }),
      },
      { signal },
    );
    print(found, () =>
      [
        ...found.items.map((one) => {
          const said = rejectLine({ ...one, sourceName: names.get(one.sourceId) ?? one.sourceName });
          return one.excerpt === '' ? said : `${said}\n    ${cut(safe(one.excerpt), EXCERPT_WIDTH)}`;
        }),
        `${count(found.items.length)} of ${count(found.total)} rejected lines.`,
      ].join('\n'),
    );
    return 0;
  },
};

/** The file of this name, path or id. Throws UsageError where there is none, or several. */
function sourceCalled(name: string, sources: readonly Source[]): Source {
  const called = sources.filter((one) => [one.sourceId, one.path, one.name].includes(name));
  const [first, second] = called;
  if (!first)
    throw new UsageError(
      `There is no file ${JSON.stringify(name)} in this workspace; see faultline summary.`,
    );
  if (second && called.some(({ sourceId }) => sourceId !== first.sourceId))
    throw new UsageError(
      `Several files are called ${JSON.stringify(name)}: give the path of one, such as ${first.path}.`,
    );
  return first;
}
