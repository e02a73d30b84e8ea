import { describe, expect, it } from 'vitest';
import { suggestName } from './workspace-name';

const NOW = new Date(2026, 2, 13, 12).getTime();
const files = (...names: string[]) => names.map((name) => ({ name, kind: 'file' as const }));

describe('name of a new workspace', () => {
  it.each([
    [files('support_audit.jsonl'), 'support audit'],
    [files('claims.2026.otlp.jsonl.gz'), 'claims 2026 otlp'],
    [files('run-1.json', 'run-2.json', 'run-10.json'), 'run'],
    [files('a.json', 'b.json'), 'Traces of 2026-03-13'],
    [files('0af7651916cd43dd-8448eb211c80319c.json'), '0af7651916cd43dd-8448eb211c80319c'],
    [files('6f9619ff-8b86-4011-b42d-00cf4fc964ff.jsonl'), 'Traces of 2026-03-13'],
    [files('2026-03-01.jsonl'), 'Traces of 2026-03-13'],
    [files('../../etc/passwd'), 'etc passwd'],
    [[{ name: 'exports', kind: 'folder' as const }, ...files('x.json')], 'exports'],
  ])('%j gives %j', (given, expected) => expect(suggestName(given, [], NOW)).toBe(expected));

  it('counts on where the name is taken, whatever the case', () => {
    expect(suggestName(files('audit.json'), ['Audit'], NOW)).toBe('audit 2');
    expect(suggestName(files('audit.json'), ['audit', 'audit 2'], NOW)).toBe('audit 3');
  });

  it('stays within a readable length', () => {
    expect(suggestName(files(`${'long '.repeat(60)}.json`), [], NOW).length).toBeLessThanOrEqual(60);
  });
});
