import { describe, expect, test } from 'vitest';
import { commandOf, editsOf, takingBackIn, writesFiles } from './edits';

describe('edits in the arguments of a call', () => {
  test('by old and new text, with the path', () => {
    expect(editsOf('{"file_path":"/a.ts","old_string":"x \\"1\\"","new_string":"y\\n"}')).toEqual([
      { path: '/a.ts', before: 'x "1"', after: 'y\n', isCut: false },
    ]);
  });

  test('several in one call', () => {
    const input = JSON.stringify({
      file_path: 'a.ts',
      edits: [
        { old_string: 'a', new_string: 'b' },
        { old_string: 'c', new_string: 'd' },
      ],
    });
    expect(editsOf(input).map(({ before, after }) => [before, after])).toEqual([
      ['a', 'b'],
      ['c', 'd'],
    ]);
  });

  test('cut off in the middle', () => {
    expect(editsOf('{"path":"a.ts","old_str":"abc","new_str":"de')).toEqual([
      { path: 'a.ts', before: 'abc', after: 'de', isCut: true },
    ]);
  });

  test('as a patch', () => {
    const patch = '*** Begin Patch\n*** Update File: a.ts\n@@\n-old\n+new\n*** End Patch';
    expect(editsOf(patch)).toEqual([{ path: 'a.ts', before: 'old\n', after: 'new\n', isCut: false }]);
  });

  test('none', () => {
    expect(editsOf('{"file_path":"a.ts"}')).toEqual([]);
    expect(editsOf(null)).toEqual([]);
  });
});

describe('taking back with git', () => {
  test.each([
    ['git checkout -- a.ts', 'checkout'],
    ['cd x && git checkout .', 'checkout'],
    ['git restore src/a.ts', 'restore'],
    ['git reset --hard HEAD~1', 'reset'],
    ['git revert abc123', 'revert'],
    ['git stash', 'stash'],
    ['git clean -fd', 'clean'],
  ])('%s', (command, how) => expect(takingBackIn(command).map((one) => one.how)).toEqual([how]));

  test.each([
    'git checkout main',
    'git checkout -b topic',
    'git restore --staged a.ts',
    'git reset HEAD a.ts',
    'git stash list',
    'git stash pop',
    'git stash && npm test; git stash pop',
    'git clean -n',
    'echo git',
  ])('not: %s', (command) => expect(takingBackIn(command)).toEqual([]));
});

test('a shell command in arguments, and whether it writes', () => {
  expect(commandOf('{"command":"ls -l"}')).toBe('ls -l');
  expect(commandOf('{"command":["bash","-lc","ls"]}')).toBe('bash -lc ls');
  expect(commandOf('ls')).toBe('ls');
  expect(writesFiles("sed -i 's/a/b/' a.ts")).toBe(true);
  expect(writesFiles('cat a > b.txt')).toBe(true);
  expect(writesFiles('ls 2>/dev/null')).toBe(false);
  expect(writesFiles('npm test 2>&1 | tail -5')).toBe(false);
});
