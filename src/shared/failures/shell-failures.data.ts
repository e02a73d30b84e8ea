/**
 * Lines by which programs run in a shell say that they failed, where no exit code is written down: make, apt, CMake, npm, git, pytest,
 * Go, Rust, compilers and type checkers in the layout of GNU ("file:line:column: error"), shells and uncaught exceptions, and the
 * errno texts of POSIX behind the program's name ("ls: cannot access 'a': No such file or directory"), after the messages these
 * programs print.
 */
export const failureLines =
  /^(?:g?make(?:\[\d{1,3}\])?: \*\*\* |E: \S|CMake Error\b|npm (?:ERR!|error)|error Command failed|fatal: |Error: |ERROR: |error(?:\[[\w-]{1,60}\])?: |={3,} (?:[^\n]{0,80} )?[1-9]\d* failed|--- FAIL: |FAIL\t|Traceback \(most recent call last\):|(?:\/bin\/)?(?:ba|z|da)?sh: [^\n]{1,120}(?:not found|can't cd|no such file|permission denied|syntax error)|[\w./+-]{1,60}: [^\n]{1,300}: (?:No such file or directory|Permission denied|Not a directory|Is a directory|File exists|Directory not empty|Read-only file system|No space left on device)$|\S{1,200}:\d{1,7}(?::\d{1,7})? ?[-:] (?:fatal )?error\b|[ \t]{1,8}\S{1,200}:\d{1,7}:\d{1,7} - error\b)/im;

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

/**
 * How editing tools say that they changed nothing, at the start of what they answer (the text sought is not there, or more than once;
 * the result would not parse): after the messages of str_replace_editor, SWE-agent, OpenHands, Claude Code, Codex and Gemini CLI.
 * What follows quotes the file, however long.
 */
export const refusedEdit =
  /^\W*(?:tool_use_error\W+)?(?:Your proposed edit has introduced|No exact match found|No replacement was performed|String to replace not found|Found \d{1,6} matches of the string to replace, but|old_string and new_string are|File has not been read yet|File has been (?:modified|unexpectedly modified) since read|0 occurrences found|Failed to (?:edit|apply|find expected lines|find context)|Invalid (?:patch|context)|Multiple occurrences of old_str|apply_patch verification failed|Search block not found)/i;
