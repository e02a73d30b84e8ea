import { describe, expect, it } from 'vitest';
import { metadataOf } from './genai-context';

describe('metadata', () => {
  const said = {
    metadata: { team: 'pests', retries: 2 },
    attributes: { 'session.id': 's-1' },
    resource: { 'service.name': 'desk' },
    scope: 'sdk',
  };
  const members = {
    team: 'pests',
    retries: 2,
    none: null,
    attributes: '{"session.id":"s-1"}',
    resourceAttributes: { 'service.name': 'desk' },
    scope: '{"name":"sdk"}',
  };

  it('are an object, its JSON, or the list that a map column becomes', () => {
    expect(metadataOf(members)).toMatchObject(said);
    expect(metadataOf(JSON.stringify(members))).toMatchObject(said);
    const list = Object.entries(members).map(([key, value]) => ({ key, value }));
    expect(metadataOf(list)).toMatchObject(said);
    expect(Object.keys(metadataOf(list).metadata)).toEqual(['team', 'retries']);
  });

  it('say nothing where they are another list', () => {
    expect(metadataOf(['team', { name: 'x' }])).toMatchObject({ scope: null });
    expect(Object.keys(metadataOf(['team', { name: 'x' }]).metadata)).toEqual([]);
  });
});
