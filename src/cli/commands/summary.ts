/** `faultline summary`: what is in a workspace, in figures. */
import type { Summary } from '../../shared/contract/overview';
import { workspaceOption, type Command } from '../command';
import { count, figures, table } from '../output';

export const summary: Command = {
  name: 'summary',
  summary: 'what is in a workspace, in figures',
  operands: '',
  options: workspaceOption,
  examples: ['faultline summary -w audit.faultline', 'faultline summary -w audit.faultline --json'],
  run: async ({ workspace, print, signal }) => {
    const { client } = await workspace();
    const figured = await client.overview.summary(undefined, { signal });
    print(figured, () => summaryText(figured));
    return 0;
  },
};

/** The figures of a summary under one another, the findings by signal last. */
export function summaryText(of: Summary): string {
  const main = figures([
    ['sources', count(of.sources.length)],
    ['sessions', count(of.sessions)],
    ['turns', count(of.turns)],
    ['user turns', count(of.userTurns)],
    ['spans', count(of.spans)],
    ['model calls', count(of.llmCalls)],
    ['tool calls', count(of.toolCalls)],
    ['tool errors', count(of.toolErrors)],
    ['interruptions', count(of.interruptions)],
    ['rejections', count(of.rejections)],
    ['corrections proposed', count(of.corrections.proposed)],
    ['corrections confirmed', count(of.corrections.confirmed)],
    ['corrections rejected', count(of.corrections.rejected)],
    ['clusters', count(of.clusters)],
    ['annotations', count(of.annotations)],
    ['labels from exports', count(of.labels)],
    [`failure modes (codebook ${of.codebookVersion})`, count(of.failureModes)],
  ]);
  const findings = Object.entries(of.findings).sort(([, left], [, right]) => right - left);
  if (findings.length === 0) return main;
  const rows = findings.map(([signal, found]) => [signal, count(found)]);
  return `${main}\n\n${table([{ title: 'signal' }, { title: 'findings', align: 'right' }], rows)}`;
}
