/**
 * Precision and recall of masking on the labelled texts of test/fixtures/redaction, place by place, for the half the rules were
 * written against and the half that was kept apart. `--errors` lists what goes wrong in the first half alone.
 */
import { loadEngine } from './load-engine.mjs';

const MARK = /\{\{(?<kind>[a-z]+):(?<value>.*?)\}\}/gs;

/** A marked text as it reads, and where its marks are in it. */
function unmarked(marked) {
  const wanted = [];
  let text = '';
  let from = 0;
  for (const match of marked.matchAll(MARK)) {
    text += marked.slice(from, match.index);
    wanted.push({
      kind: match.groups.kind,
      start: text.length,
      end: text.length + match.groups.value.length,
    });
    text += match.groups.value;
    from = match.index + match[0].length;
  }
  return { text: text + marked.slice(from), wanted };
}

/** Characters of a wanted place that are left to read; separators alone give nothing away. */
function leftOf(text, { start, end }, masked) {
  let left = '';
  for (let at = start; at < end; at += 1)
    if (!masked.some((one) => at >= one.start && at < one.start + one.length)) left += text[at];
  return left.replace(/[^\p{L}\p{N}]/gu, '');
}

function tally(engine, texts, onError) {
  const counts = new Map();
  const of = (kind) => {
    if (!counts.has(kind)) counts.set(kind, { wanted: 0, hidden: 0, masked: 0, right: 0 });
    return counts.get(kind);
  };
  for (const marked of texts) {
    const { text, wanted } = unmarked(marked);
    const redactor = new engine.Redactor({
      kinds: new Set(engine.maskKinds),
      ownTerms: [],
      key: new Uint8Array(32),
    });
    redactor.learn(text);
    const { masked } = redactor.redact(text);
    for (const place of wanted) {
      const isHidden = leftOf(text, place, masked) === '';
      of(place.kind).wanted += 1;
      of(place.kind).hidden += Number(isHidden);
      if (!isHidden) onError?.(`missed ${place.kind}: ${text.slice(place.start, place.end)}   in: ${text}`);
    }
    for (const one of masked) {
      const isRight = wanted.some((place) => one.start < place.end && place.start < one.start + one.length);
      of(one.kind).masked += 1;
      of(one.kind).right += Number(isRight);
      if (!isRight)
        onError?.(`needless ${one.kind}: ${text.slice(one.start, one.start + one.length)}   in: ${text}`);
    }
  }
  return counts;
}

const share = ({ share: value, low, high }) =>
  value === null ? '–' : `${value.toFixed(3)} [${low.toFixed(2)}, ${high.toFixed(2)}]`;

function print(engine, title, texts, counts) {
  console.log(`\n### ${title} (${texts.length} texts)\n`);
  console.log('| kind | places | masked | precision | recall |\n|---|---:|---:|---:|---:|');
  const all = { wanted: 0, hidden: 0, masked: 0, right: 0 };
  for (const kind of engine.maskKinds) {
    const one = counts.get(kind);
    if (one === undefined) continue;
    for (const key of Object.keys(all)) all[key] += one[key];
    console.log(row(engine, kind, one));
  }
  console.log(row(engine, '**all**', all));
}

function row({ wilson }, kind, { wanted, hidden, masked, right }) {
  return `| ${kind} | ${wanted} | ${masked} | ${share(wilson(right, masked))} | ${share(wilson(hidden, wanted))} |`;
}

export async function measureRedaction(_engine, _data, _root, { errors = false } = {}) {
  const engine = await loadEngine('scripts/engine-for-redaction.mjs');
  const texts = [...engine.labelled, ...engine.labelledMore];
  for (const [title, half] of [
    ['Looked at while the rules were written', 0],
    ['Kept apart', 1],
  ]) {
    const own = texts.filter((_text, i) => i % 2 === half);
    print(engine, title, own, tally(engine, own, errors && half === 0 ? console.error : undefined));
  }
}
