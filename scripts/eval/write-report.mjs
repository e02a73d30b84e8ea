// Where measured figures go: tables between markers of docs/evaluation.md, and data files that screens read. Nothing is copied by hand.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import prettier from 'prettier';

/** A share or area as the tables write it: three decimals without the leading zero; a dash where there is none. */
export function figure(value) {
  return Number.isFinite(value) ? value.toFixed(3).replace(/^(-?)0\./, '$1.') : '–';
}

/** Lines of a Markdown table. */
export function tableLines(header, rows) {
  return [
    `| ${header.join(' | ')} |`,
    `|${header.map(() => '---').join('|')}|`,
    ...rows.map((row) => `| ${row.join(' | ')} |`),
  ];
}

/** Puts lines between `<!-- measured: name -->` and `<!-- end -->` of a document. Throws where the markers are not there. */
export function writeMeasured(root, name, lines) {
  const path = join(root, 'docs/evaluation.md');
  const text = readFileSync(path, 'utf8');
  const start = `<!-- measured: ${name} -->`;
  const from = text.indexOf(start);
  const to = text.indexOf('<!-- end -->', from);
  if (from < 0 || to < 0) throw new Error(`docs/evaluation.md has no place for ${name}`);
  writeFileSync(path, `${text.slice(0, from + start.length)}\n\n${lines.join('\n')}\n\n${text.slice(to)}`);
}

/** Writes a data file, laid out as the rest of the code. */
export async function writeData(root, file, text) {
  const path = join(root, file);
  const options = { ...(await prettier.resolveConfig(path)), filepath: path };
  writeFileSync(path, await prettier.format(text, options));
}
