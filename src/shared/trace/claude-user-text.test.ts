import { describe, expect, it } from 'vitest';
import { spokenIn, unwrap, type LineMarks } from './claude-user-text';

const PLAIN: LineMarks = { isMeta: false, isCompactSummary: false, originKind: null, isSubAgent: false };
const speaker = (text: string, marks: Partial<LineMarks> = {}): unknown =>
  spokenIn(text, { ...PLAIN, ...marks })[0]?.speaker;

describe('who speaks in a user line', () => {
  it.each([
    ['Please fix the build.', 'human'],
    ['Why does <command-name> appear in my output?', 'human'],
    ['Caveat: this is my own remark.', 'human'],
    ['[Request interrupted by user] is what it said, why?', 'human'],
    ['<command-message>init is running</command-message>\n<command-name>/init</command-name>', 'command'],
    ['<bash-input>ls</bash-input>', 'command'],
    ['<user-memory-input>we use pnpm</user-memory-input>', 'command'],
    ['<local-command-stdout></local-command-stdout>', 'harness'],
    ['<local-command-caveat>Caveat: …</local-command-caveat>', 'harness'],
    ['<bash-stdout>a</bash-stdout><bash-stderr></bash-stderr>', 'harness'],
    ['<task-notification>\n<task-id>1</task-id>\n</task-notification>', 'harness'],
    ['<system-reminder>Only a reminder.</system-reminder>', 'harness'],
    ['<teammate-message teammate_id="a">done</teammate-message>', 'agent'],
    ['[Request interrupted by user]', 'interruption'],
    ['[Request interrupted by user for tool use]', 'interruption'],
    ['This session is being continued from a previous conversation that ran out of context. …', 'compaction'],
  ])('%j is of the %s', (text, expected) => {
    expect(speaker(text)).toBe(expected);
  });

  it('believes the marks of the line', () => {
    expect(speaker('Go on.', { isMeta: true })).toBe('harness');
    expect(speaker('Go on.', { isSubAgent: true })).toBe('agent');
    expect(speaker('Go on.', { originKind: 'task-notification' })).toBe('harness');
    expect(speaker('Go on.', { originKind: 'human' })).toBe('human');
    expect(speaker('What happened so far …', { isCompactSummary: true })).toBe('compaction');
  });

  it('writes local commands as they were typed', () => {
    expect(
      spokenIn('<command-name>/review</command-name><command-args>the diff</command-args>', PLAIN)[0]?.text,
    ).toBe('/review the diff');
    expect(spokenIn('<command-name>clear</command-name>', PLAIN)[0]?.text).toBe('/clear');
  });

  it('leaves results out and says nothing for them alone', () => {
    expect(spokenIn([{ type: 'tool_result', tool_use_id: 'x', content: 'text' }], PLAIN)).toEqual([]);
    expect(spokenIn('', PLAIN)).toEqual([]);
    expect(spokenIn(null, PLAIN)).toEqual([]);
  });

  it('shows images only where nothing is written', () => {
    const image = { type: 'image', source: {} };
    expect(spokenIn([image, { type: 'text', text: 'Look here.' }], PLAIN)).toEqual([
      { speaker: 'human', text: 'Look here.' },
    ]);
    expect(spokenIn([image, image], PLAIN)).toEqual([{ speaker: 'human', text: '[image] [image]' }]);
  });

  it('cuts what the program put before and after the words', () => {
    const text =
      '<ide_selection>lines 3 to 4</ide_selection>\nrename it\n<system-reminder>a</system-reminder><system-reminder>b</system-reminder>';
    expect(unwrap(text)).toEqual({
      text: 'rename it',
      context:
        '<ide_selection>lines 3 to 4</ide_selection>\n<system-reminder>b</system-reminder>\n<system-reminder>a</system-reminder>',
    });
    expect(unwrap('<ide_selection>never closed')).toEqual({
      text: '<ide_selection>never closed',
      context: '',
    });
  });
});
