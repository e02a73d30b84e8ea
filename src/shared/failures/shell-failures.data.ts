/**
 * Lines by which programs run in a shell say that they failed, where no exit code is written down: make, apt, CMake, npm, git, pytest,
 * Go, Rust, compilers and type checkers in the layout of GNU ("file:line:column: error"), shells and uncaught exceptions, after the
 * messages these programs print.
 */
export const failureLines =
  /^(?:g?make(?:\[\d{1,3}\])?: \*\*\* |E: \S|CMake Error\b|npm (?:ERR!|error)|error Command failed|fatal: |Error: |ERROR: |error(?:\[[\w-]{1,60}\])?: |={3,} (?:[^\n]{0,80} )?[1-9]\d* failed|--- FAIL: |FAIL\t|Traceback \(most recent call last\):|(?:\/bin\/)?(?:ba|z|da)?sh: [^\n]{1,120}(?:not found|can't cd|no such file|permission denied|syntax error)|\S{1,200}:\d{1,7}(?::\d{1,7})? ?[-:] (?:fatal )?error\b|[ \t]{1,8}\S{1,200}:\d{1,7}:\d{1,7} - error\b)/im;

/** Programs that show what a file holds: an error they print is one that was written there. */
export const showingPrograms: readonly string[] = [
  'cat',
  'head',
  'tail',
  'less',
  'more',
  'nl',
  'sed',
  'awk',
  'grep',
  'egrep',
  'rg',
  'ag',
  'jq',
  'echo',
  'printf',
  'git',
  'gh',
  'journalctl',
  'docker',
  'kubectl',
];
