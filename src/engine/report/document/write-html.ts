/**
 * A report as one HTML file: no script, no address of another place, one style sheet allowed by its hash alone, readable
 * offline and on paper. All text is escaped on its way in; charts are SVG with numbers of our own.
 * https://www.w3.org/TR/CSP3/#framework-directive-source-list
 */
import { createHash } from 'node:crypto';
import type {
  Evidence,
  ReportBlock,
  ReportCell,
  ReportDocument,
  ReportFigure,
  ReportPlace,
  ReportSection,
  ReportTable,
} from '../../../shared/model/report';
import { figureBar, figureWords, placeWords } from '../../../shared/report/figure-words';
import { plural } from './context';
import { html } from '../../workspace/shown-text';
import { reportStyle } from './report-style.data';
import { trendChart } from './trend-chart';

/** Lets in this style sheet and nothing else. */
const POLICY = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(reportStyle).digest('base64')}'; base-uri 'none'; form-action 'none'`;

export function writeHtml(document: ReportDocument): string {
  const { title, workspace, madeAt, program, facts, isRedacted } = document;
  const made = `${madeAt.slice(0, 10)} ${madeAt.slice(11, 16)} UTC`;
  const rows = [
    ['Investigation', workspace],
    ['Based on', facts.join('; ')],
    ['Made', `${made} by ${program}`],
    [
      'Masked',
      isRedacted
        ? 'People, accounts, keys and places are replaced by pseudonyms, equal values by equal ones. Finding nothing more is no proof that nothing is there.'
        : 'Nothing: texts of users stand here as they were written.',
    ],
  ] as const;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${html(title)}: ${html(workspace)}</title>
<style>${reportStyle}</style>
</head>
<body>
<header class="cover">
<p class="over">Failure report</p>
<h1>${html(title)}</h1>
<dl>${rows.map(([term, what]) => `<dt>${html(term)}</dt><dd>${html(what)}</dd>`).join('')}</dl>
</header>
<nav class="toc" aria-label="Contents"><ol>${contents(document)}</ol></nav>
<p class="legend">Figures in brackets are 95% intervals, of shares in per cent; bars go from 0 to 100%. Each R leads to what the figure was counted from.</p>
<main>
${document.sections.map(sectionHtml).join('\n')}
${evidenceHtml(document.evidence, document.sections.length + 1)}
</main>
<footer>${html(`${workspace}, ${made}. Every figure leads by its reference (R1, R2 …) to the query and the lines it was counted from.`)}</footer>
</body>
</html>
`;
}

function contents({ sections, evidence }: ReportDocument): string {
  const titles: [string, string][] = sections.map(({ part, title }) => [part, title]);
  if (evidence.length > 0) titles.push(['evidence', 'Evidence']);
  return titles
    .map(
      ([id, title], i) =>
        `<li><a href="#${id}"><span class="no">${String(i + 1)}</span>${html(title)}</a></li>`,
    )
    .join('');
}

function sectionHtml({ part, title, blocks }: ReportSection, place: number): string {
  return `<section id="${part}"${place > 0 ? ' class="starts-page"' : ''}>
<h2><span class="no">${String(place + 1)}</span>${html(title)}</h2>
${blocks.map(blockHtml).join('\n')}
</section>`;
}

function blockHtml(block: ReportBlock): string {
  switch (block.type) {
    case 'paragraph':
      return `<p>${html(block.text)}</p>`;
    case 'heading':
      return `<h3>${html(block.text)}</h3>`;
    case 'list':
      return `<ul>${block.items.map((item) => `<li>${html(item)}</li>`).join('')}</ul>`;
    case 'figures':
      return `<div class="tiles of-${String(block.items.length)}">${block.items
        .map(
          ({ label, figure, note }) =>
            `<div class="tile"><div class="label">${html(label)}</div><div class="big">${html(figureWords(figure).value)}${refLink(figure.evidence)}</div>${fine(figure)}<div class="note">${html(note)}</div></div>`,
        )
        .join('')}</div>`;
    case 'table':
      return tableHtml(block);
    case 'trend':
      return `<figure><figcaption>${html(block.title)}${refLink(block.evidence)}</figcaption>${trendChart(block)}<p class="note">${html(block.note)}</p></figure>`;
    case 'examples':
      return `<h3>Examples: ${html(block.title)}</h3>${block.items.map(exampleHtml).join('')}`;
  }
}

function refLink(evidence: string): string {
  return `<a class="ref" href="#${html(evidence)}">${html(evidence)}</a>`;
}

function fine(figure: ReportFigure): string {
  const { interval, n } = figureWords(figure);
  const text = [interval, n].filter((one) => one !== '').join(' · ');
  return text === '' ? '' : `<span class="fine">${html(text)}</span>`;
}

function tableHtml({ title, note, columns, rows }: ReportTable): string {
  const head = columns
    .map((column) => `<th scope="col"${column.isNumber ? ' class="num"' : ''}>${html(column.title)}</th>`)
    .join('');
  // One share beside two or three columns has room for its bar and interval on one line.
  const shares = columns.filter((_column, i) => rows.some((row) => hasBar(row[i]))).length;
  const isWide = shares <= 1 && columns.length <= 3;
  const body = rows
    .map(
      (row) =>
        `<tr>${row.map((one, i) => `<td${columns[i]?.isNumber === true ? ' class="num"' : ''}>${cellHtml(one, isWide)}</td>`).join('')}</tr>`,
    )
    .join('\n');
  return `<h3>${html(title)}</h3>
<table><thead><tr>${head}</tr></thead><tbody>
${body}
</tbody></table>${note === '' ? '' : `<p class="note">${html(note)}</p>`}`;
}

function hasBar(one: ReportCell | undefined): boolean {
  return one !== undefined && 'figure' in one && figureBar(one.figure) !== null;
}

/** A word so long that it may break anywhere. */
const LONG_WORD = /\S{25}/u;

function cellHtml(one: ReportCell, isWide: boolean): string {
  if ('text' in one) return `<bdi${LONG_WORD.test(one.text) ? ' class="long"' : ''}>${html(one.text)}</bdi>`;
  if ('place' in one) return placeHtml(one.place);
  const { figure } = one;
  const value = `<span>${html(figureWords(figure).value)}</span>`;
  const link = refLink(figure.evidence);
  const bar = barHtml(figure);
  if (bar === '')
    return `<span class="fig ${fine(figure) === '' ? 'plain' : 'stack'}">${value}${fine(figure) === '' ? '' : '<span></span>'}${link}${fine(figure)}</span>`;
  return isWide
    ? `<span class="fig">${value}${bar}${fine(figure)}${link}</span>`
    : `<span class="fig stack">${value}${bar}${link}${fine(figure)}</span>`;
}

const BAR = { width: 110, height: 7 };

/** The share as a bar from 0 to 1, its interval as a line across the bar’s end. */
function barHtml(figure: ReportFigure): string {
  const bar = figureBar(figure);
  if (bar === null) return '';
  const x = (share: number): string => (share * BAR.width).toFixed(1);
  const { width, height } = BAR;
  return `<svg width="${String(width)}" height="${String(height)}" viewBox="0 0 ${String(width)} ${String(height)}" preserveAspectRatio="none" aria-hidden="true"><rect width="${String(width)}" height="${String(height)}" rx="1.5" fill="#e3e9f0"/><rect width="${x(bar.value)}" height="${String(height)}" rx="1.5" fill="#3b7dbb"/><line x1="${x(bar.low)}" x2="${x(bar.high)}" y1="${String(height / 2)}" y2="${String(height / 2)}" stroke="#1b2430" stroke-width="1.3"/></svg>`;
}

function placeHtml(place: ReportPlace): string {
  const { file, where } = placeWords(place);
  return `<div class="place">${file === '' ? '' : `<b>${html(file)}</b> · `}${html(where)}</div>`;
}

function exampleHtml({
  speeches,
  place,
}: Extract<ReportBlock, { type: 'examples' }>['items'][number]): string {
  const said = speeches
    .map(
      ({ who, text }) =>
        `<div class="speech${who === 'User' ? ' user' : ''}"><div class="who">${html(who)}</div><p class="said" dir="auto">${html(text)}</p></div>`,
    )
    .join('');
  return `<div class="example">${said}${placeHtml(place)}</div>`;
}

function evidenceHtml(evidence: readonly Evidence[], place: number): string {
  if (evidence.length === 0) return '';
  return `<section id="evidence" class="starts-page">
<h2><span class="no">${String(place)}</span>Evidence</h2>
<p>What each figure was counted from: the query, which the SQL console of the workspace runs as it stands, how many rows it gives, and where the first of them are in the source files. The data that goes with the report holds all rows.</p>
<div class="list">
${evidence.map(oneEvidence).join('\n')}
</div>
</section>`;
}

function oneEvidence({ id, title, sql, rows, sessions, places }: Evidence): string {
  const list = places
    .map((place) => {
      const { file, where } = placeWords(place);
      return `<li>${file === '' ? '' : `<b>${html(file)}</b> · `}${html(where)}</li>`;
    })
    .join('');
  const rest =
    rows > places.length
      ? `<p class="note">${html(`… ${plural(rows, 'row')} in all; the data hold every one.`)}</p>`
      : '';
  return `<details class="evidence" id="${html(id)}"><summary><span class="id">${html(id)}</span>${html(title)} <span class="fine">${html(`${plural(rows, 'row')} in ${plural(sessions, 'session')}`)}</span></summary>
<pre>${html(sql)}</pre>${list === '' ? '' : `<ol>${list}</ol>`}${rest}</details>`;
}
