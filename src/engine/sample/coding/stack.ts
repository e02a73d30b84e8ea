/** What a repository is and what a programming language must provide, so that every task can be played in it. */
export interface Project {
  name: string;
  stack: Stack;
  /** Singular and plural, lower case: 'invoice', 'invoices'. */
  entity: string;
  plural: string;
  /** Field names in lower case words, joined by the stack's own convention. */
  amount: string;
  day: readonly [string, string];
  partner: string;
  cwd: string;
}

/** An exact replacement in one file. */
export interface Change {
  path: string;
  before: string;
  after: string;
}

/** What a test run reports. */
export interface TestRun {
  count: number;
  seconds: number;
}

/** How a test of each task is called, in plain words. */
export const testTitles: Readonly<Record<TaskKey, string>> = {
  paginate: 'returns an empty page after the last one',
  'time-zone': 'a day survives parsing and formatting',
  timeout: 'gives up on a slow answer',
  'limit-amount': 'refuses a negative value',
  'not-found': 'an unknown id is not found',
  'csv-export': 'writes a header even without rows',
  cache: 'asks the database only once',
  'rename-summary': 'counts no rows as zero',
  logging: 'logs once per new row',
  retry: 'tries again after a server error',
};

export type TaskKey =
  | 'paginate'
  | 'time-zone'
  | 'timeout'
  | 'limit-amount'
  | 'not-found'
  | 'csv-export'
  | 'cache'
  | 'rename-summary'
  | 'logging'
  | 'retry';

export interface Names {
  list: string;
  get: string;
  create: string;
  summary: string;
  newSummary: string;
  parseDay: string;
  callPartner: string;
  service: string;
  dates: string;
  client: string;
  routes: string;
  test: string;
  manifest: string;
}

/** One programming language: how the same small service is written, tested and changed in it. */
export interface Stack {
  language: string;
  names(project: Project): Names;
  /** Path to text of every file, legacy copies and manifest included. */
  files(project: Project): Map<string, string>;
  changes(task: TaskKey, project: Project, value: number): Change[];
  /** A plausible change that does not cure the bug. */
  guess(task: 'time-zone' | 'not-found', project: Project): Change;
  /** Adds a test of the task before the last test of the file. */
  testChange(task: TaskKey, project: Project, value: number): Change;
  test: {
    command(project: Project): string;
    all: string;
    passed(project: Project, run: TestRun): string;
    failed(project: Project, run: TestRun, title: string, detail: string): string;
    /** Exit code 0 and nothing was run. */
    nothing(project: Project): string;
    /** The database or the network is missing. */
    broken: string;
  };
  install(library: string): string;
  libraries: readonly string[];
  comment(text: string): string;
  legacyOf(path: string): string;
  /** What the day parser does with a day that does not exist. */
  invalidDay: string;
  errorFor: Readonly<Record<TaskKey, string>>;
}

export function pascal(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
