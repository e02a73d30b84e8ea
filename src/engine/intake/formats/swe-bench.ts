/**
 * What the SWE-bench harness says of runs: reports (`report.json` an instance, summaries of a whole evaluation) and
 * predictions (`instance_id` with a patch). Holds no spans: resolved flags and patches become labels of the runs of
 * the same instance, whichever agent wrote those and in whatever order the files come. Must not guess: an instance
 * is known by its id in the file or, for a report that has none, by the folder it lies in.
 * https://www.swebench.com/SWE-bench/guides/evaluation/
 */
import { asArray, asNumber, asObject, asText, get, toJsonText } from '../../../shared/trace/json';
import type {
  Emit,
  FormatGuide,
  FormatReader,
  Place,
  Sample,
  Sniffed,
  SourceContext,
  TraceFormat,
} from '../format';

const ID_LISTS = [
  ['resolved_ids', true],
  ['unresolved_ids', false],
  ['resolved', true],
  ['unresolved', false],
] as const;

/** A flag as JSON or a table writes it; null for anything else. */
function flagOf(value: unknown): boolean | null {
  if (typeof value === 'boolean') return value;
  if (value === 'True' || value === 'true') return true;
  return value === 'False' || value === 'false' ? false : null;
}

function isReport(value: unknown): boolean {
  return (
    typeof get(value, 'resolved') === 'boolean' &&
    (get(value, 'patch_exists') !== undefined ||
      get(value, 'patch_successfully_applied') !== undefined ||
      get(value, 'tests_status') !== undefined)
  );
}

/** Reports by instance, as the harness writes them: `{ "<instance>": { resolved, … } }`. */
function keyedReports(record: unknown): [string, unknown][] {
  return Object.entries(asObject(record) ?? {}).filter(([, value]) => isReport(value));
}

function patchOf(record: unknown): string | null {
  const patch = get(record, 'model_patch') ?? get(record, 'fix_patch');
  return typeof patch === 'string' ? patch : null;
}

/** The instance a prediction is for; Multi-SWE-bench names organisation, repository and number. */
function instanceOf(record: unknown): string | null {
  const [org, repo] = [asText(get(record, 'org')), asText(get(record, 'repo'))];
  const number = asNumber(get(record, 'number'));
  const made = org !== null && repo !== null && number !== null ? `${org}__${repo}-${number}` : null;
  return asText(get(record, 'instance_id')) ?? made;
}

function idsOf(record: unknown, key: string): readonly string[] {
  return asArray(get(record, key)).flatMap((id) => asText(id) ?? []);
}

class SweBenchReader implements FormatReader {
  constructor(
    private readonly emit: Emit,
    private readonly source: SourceContext,
  ) {}

  record(record: unknown, place: Place): void {
    const instances = asArray(get(record, 'instances'));
    const keyed = keyedReports(record);
    const listed = ID_LISTS.filter(([key]) => Array.isArray(get(record, key)));
    if (patchOf(record) !== null) this.patch(record, place);
    else if (isReport(record)) this.report(this.folder(), record, place);
    else if (keyed.length > 0)
      for (const [instance, report] of keyed) this.report(instance, report, this.at(`/${instance}`, place));
    else if (flagOf(get(record, 'resolved')) !== null && instanceOf(record) !== null)
      this.report(instanceOf(record), record, place);
    else if (instances.length > 0)
      instances.forEach((entry, i) =>
        this.report(instanceOf(entry), entry, this.at(`/instances/${i}`, place)),
      );
    else if (listed.length > 0)
      for (const [key, resolved] of listed)
        idsOf(record, key).forEach((id, i) => this.report(id, { resolved }, this.at(`/${key}/${i}`, place)));
    else if (asText(get(record, 'workdir')) !== null && get(record, 'patch_files') !== undefined)
      this.emit.note('settings of the evaluation, no result');
    else
      this.emit.reject(
        place,
        'neither a report with a "resolved" flag nor a prediction with a patch',
        toJsonText(record)?.slice(0, 1000),
      );
  }

  private at(pointer: string, place: Place): Place {
    return { line: Math.max(place.line, this.source.lineOf(pointer)) };
  }

  /** The folder a report without an id lies in is named after its instance. */
  private folder(): string | null {
    const folder = this.source.path.split(/[/\\]/).at(-2);
    return folder !== undefined && /^[\w.-]+__[\w.-]+-\d+$/.test(folder) ? folder : null;
  }

  private report(instance: string | null, report: unknown, place: Place): void {
    const resolved = flagOf(get(report, 'resolved'));
    if (resolved === null) {
      this.emit.reject(place, 'the entry has no "resolved" flag', toJsonText(report)?.slice(0, 1000));
      return;
    }
    if (instance === null) this.emit.note('report that names no instance: its label has no session');
    this.emit.label(
      {
        labelId: `${instance ?? this.source.shortHash}:resolved`,
        traceId: instance,
        name: 'resolved',
        kind: 'outcome',
        annotatorKind: 'code',
        annotator: 'SWE-bench',
        value: resolved ? 1 : 0,
        text: resolved ? 'resolved' : 'not resolved',
        explanation: toJsonText(get(report, 'tests_status') ?? report),
      },
      place,
    );
  }

  private patch(record: unknown, place: Place): void {
    const instance = instanceOf(record);
    const patch = patchOf(record) ?? '';
    if (instance === null) {
      this.emit.reject(place, 'the prediction names no instance', patch.slice(0, 1000));
      return;
    }
    this.emit.label(
      {
        labelId: `${instance}:patch:${this.source.shortHash}`,
        traceId: instance,
        name: 'submitted-patch',
        kind: 'outcome',
        annotatorKind: 'code',
        annotator: asText(get(record, 'model_name_or_path')) ?? 'SWE-bench',
        text: patch.trim() === '' ? 'empty patch' : 'patch',
        explanation: patch,
      },
      place,
    );
  }
}

function sniff(sample: Sample): Sniffed | null {
  const columns = new Set(sample.columns.map(({ name }) => name));
  if (columns.has('instance_id') && columns.has('resolved'))
    return { confidence: 0.85, reason: 'columns instance_id and resolved' };
  for (const record of sample.records) {
    if (isReport(record) || keyedReports(record).length > 0)
      return { confidence: 0.92, reason: 'a report with a resolved flag and the state of the patch' };
    if (asArray(get(record, 'instances')).some((entry) => typeof get(entry, 'resolved') === 'boolean'))
      return { confidence: 0.9, reason: 'instances with resolved flags' };
    if (Array.isArray(get(record, 'resolved_ids')) && Array.isArray(get(record, 'unresolved_ids')))
      return { confidence: 0.92, reason: 'lists of resolved and unresolved instances' };
    if (patchOf(record) !== null && instanceOf(record) !== null)
      return { confidence: 0.9, reason: 'an instance with its patch' };
    if (Array.isArray(get(record, 'patch_files')) && Array.isArray(get(record, 'dataset_files')))
      return { confidence: 0.7, reason: 'the settings of an evaluation' };
  }
  return null;
}

const guide: FormatGuide = {
  reads: [
    'Reports of the harness: one instance, many by instance, lists of resolved and unresolved ids, lists of instances.',
    'Predictions with `model_patch` or `fix_patch`.',
    'Tables with the columns `instance_id` and `resolved`.',
  ],
  spans: ['None: a report says how runs ended that other files hold.'],
  turns: 'It has no sessions of its own; labels find their run by the instance id.',
  pillars: 'None.',
  labels:
    'The `resolved` flag becomes an outcome label with the state of the tests; a prediction becomes a label with its patch.',
  leavesOut: ['Settings of an evaluation are noted only.'],
};

const sweBench: TraceFormat = {
  id: 'swe-bench',
  title: 'SWE-bench reports',
  description:
    'Reports and predictions of the SWE-bench harness: which runs resolved their instance, with their patches.',
  documentation: 'https://www.swebench.com/SWE-bench/guides/evaluation/',
  guide,
  containers: ['lines', 'document', 'csv'],
  ordering: 'stream',
  canContinue: true,
  sniff,
  read: (emit, source) => new SweBenchReader(emit, source),
};

export default sweBench;
