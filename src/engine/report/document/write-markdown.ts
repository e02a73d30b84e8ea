/** A report as Markdown (GitHub's dialect, for the tables). Texts out of traces stand in code, where they mean nothing. */
import type {
  Evidence,
  ReportBlock,
  ReportCell,
  ReportDocument,
  ReportFigure,
  ReportPlace,
  ReportTable,
} from '../../../shared/model/report';
import { figureWords, placeWords } from '../../../shared/report/figure-words';
import { plural } from './context';
import { markdownBlock, markdownCode, markdownText } from '../../workspace/shown-text';

export function writeMarkdown(document: ReportDocument): string {
  const { title, workspace, madeAt, program, facts, isRedacted, sections, evidence } = document;
  const lines = [
    `# ${markdownText(title)}`,
    '',
    `- Investigation: ${markdownText(workspace)}`,
    `- Based on: ${markdownText(facts.join('; '))}`,
    `- Made: ${madeAt.slice(0, 16).replace('T', ' ')} UTC by ${markdownText(program)}`,
    `- Masked: ${isRedacted ? 'people, accounts, keys and places, equal values by equal pseudonyms; finding nothing more is no proof that nothing is there' : 'nothing'}`,
    '',
    'A figure is followed by its 95% interval where it has one, its n, and the reference of its evidence at the end.',
  ];
  for (const section of sections)
    lines.push('', `## ${markdownText(section.title)}`, ...section.blocks.flatMap(blockLines));
  if (evidence.length > 0)
    lines.push(
      '',
      '## Evidence',
      '',
      'What each figure was counted from. The SQL console of the workspace runs the queries as they stand.',
      ...evidence.flatMap(evidenceLines),
    );
  return `${lines.join('\n')}\n`;
}

function blockLines(block: ReportBlock): string[] {
  switch (block.type) {
    case 'paragraph':
      return ['', markdownText(block.text)];
    case 'heading':
      return ['', `### ${markdownText(block.text)}`];
    case 'list':
      return ['', ...block.items.map((item) => `- ${markdownText(item)}`)];
    case 'figures':
      return [
        '',
        ...block.items.map(
          ({ label, figure, note }) =>
            `- **${markdownText(label)}**: ${figureText(figure)}${note === '' ? '' : `; ${markdownText(note)}`}`,
        ),
      ];
    case 'table':
      return tableLines(block);
    case 'trend':
      return [
        '',
        `### ${markdownText(block.title)} (${block.evidence})`,
        '',
        '| from | share | n |',
        '| --- | ---: | ---: |',
        ...block.points.map(({ label, share }) => {
          const words = figureWords({ kind: 'share', share, counts: 'rows', evidence: '' });
          return `| ${markdownText(label, true)} | ${`${words.value} ${words.interval}`.trim()} | ${words.n} |`;
        }),
        '',
        markdownText(block.note),
      ];
    case 'examples':
      return [
        '',
        `### Examples: ${markdownText(block.title)}`,
        ...block.items.flatMap(({ speeches, place }) => [
          '',
          `From ${placeText(place)}`,
          ...speeches.flatMap(({ who, text }) => ['', `${markdownText(who)}:`, '', markdownBlock(text)]),
        ]),
      ];
  }
}

function figureText(figure: ReportFigure): string {
  const { value, interval, n } = figureWords(figure);
  const rest = [interval, n].filter((one) => one !== '').join(', ');
  return `${value}${rest === '' ? '' : ` ${rest}`} (${figure.evidence})`;
}

function placeText(place: ReportPlace, isCell = false): string {
  const { file, where } = placeWords(place);
  return [file, where]
    .filter((one) => one !== '')
    .map((one) => markdownCode(one, isCell))
    .join(', ');
}

function cellText(one: ReportCell): string {
  if ('text' in one) return markdownText(one.text, true);
  if ('place' in one) return placeText(one.place, true);
  return figureText(one.figure);
}

function tableLines({ title, note, columns, rows }: ReportTable): string[] {
  return [
    '',
    `### ${markdownText(title)}`,
    '',
    `| ${columns.map((column) => markdownText(column.title, true)).join(' | ')} |`,
    `| ${columns.map((column) => (column.isNumber ? '---:' : '---')).join(' | ')} |`,
    ...rows.map((row) => `| ${row.map(cellText).join(' | ')} |`),
    ...(note === '' ? [] : ['', markdownText(note)]),
  ];
}

function evidenceLines({ id, title, sql, rows, sessions, places }: Evidence): string[] {
  const more = rows > places.length ? [`- and ${String(rows - places.length)} more`] : [];
  return [
    '',
    `### ${id}: ${markdownText(title)}`,
    '',
    `${plural(rows, 'row')} in ${plural(sessions, 'session')}.`,
    '',
    markdownBlock(sql).replace('text\n', 'sql\n'),
    '',
    ...places.map((place) => `- ${placeText(place)}`),
    ...more,
  ];
}
