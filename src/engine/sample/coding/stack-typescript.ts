import { type Change, type Names, type Project, type Stack, type TaskKey, pascal, testTitles } from './stack';

function names(p: Project): Names {
  const many = pascal(p.plural);
  return {
    list: `list${many}`,
    get: `get${pascal(p.entity)}`,
    create: `create${pascal(p.entity)}`,
    summary: 'summarise',
    newSummary: `total${many}`,
    parseDay: 'parseDay',
    callPartner: `call${pascal(p.partner)}`,
    service: `src/${p.plural}/service.ts`,
    dates: 'src/lib/dates.ts',
    client: `src/lib/${p.partner}-client.ts`,
    routes: `src/${p.plural}/routes.ts`,
    test: `src/${p.plural}/service.test.ts`,
    manifest: 'package.json',
  };
}

const dayField = (p: Project): string => p.day[0] + pascal(p.day[1]);

function listFunction(p: Project): string {
  const { list } = names(p);
  return [
    `export async function ${list}(ownerId: string): Promise<${pascal(p.entity)}[]> {`,
    `  return database.${p.plural}.findMany({ where: { ownerId }, orderBy: { createdAt: 'desc' } });`,
    '}',
  ].join('\n');
}

function getFunction(p: Project): string {
  return [
    `export async function ${names(p).get}(id: string): Promise<${pascal(p.entity)}> {`,
    `  const row = await database.${p.plural}.findUnique({ where: { id } });`,
    `  return row as ${pascal(p.entity)};`,
    '}',
  ].join('\n');
}

function createBody(p: Project): string {
  return [
    `  console.log('creating ${p.entity}', input.ownerId);`,
    `  return database.${p.plural}.create({`,
    `    data: { ...input, ${dayField(p)}: parseDay(input.${dayField(p)}) },`,
    '  });',
  ].join('\n');
}

function summaryFunction(p: Project, name: string): string {
  return [
    `export function ${name}(rows: readonly ${pascal(p.entity)}[]): Summary {`,
    '  let total = 0;',
    `  for (const row of rows) total += row.${p.amount};`,
    '  return { count: rows.length, total };',
    '}',
  ].join('\n');
}

function service(p: Project): string {
  const one = pascal(p.entity);
  return [
    "import { database } from '../lib/database';",
    "import { parseDay } from '../lib/dates';",
    `import type { ${one}, New${one}, Summary } from './types';`,
    '',
    '/** Newest first. */',
    listFunction(p),
    '',
    getFunction(p),
    '',
    `export async function ${names(p).create}(input: New${one}): Promise<${one}> {`,
    createBody(p),
    '}',
    '',
    summaryFunction(p, 'summarise'),
    '',
    `export async function archive${one}(id: string): Promise<void> {`,
    `  await database.${p.plural}.update({ where: { id }, data: { archivedAt: new Date() } });`,
    '}',
    '',
  ].join('\n');
}

const parseDayBody =
  "  const [year, month, day] = value.split('-').map(Number);\n  return new Date(year!, month! - 1, day);";

const dates = [
  "/** Reads 'YYYY-MM-DD'. */",
  'export function parseDay(value: string): Date {',
  parseDayBody,
  '}',
  '',
  'export function formatDay(date: Date): string {',
  '  return date.toISOString().slice(0, 10);',
  '}',
  '',
].join('\n');

function client(p: Project): string {
  const one = pascal(p.partner);
  return [
    "import { config } from '../config';",
    '',
    'const TIMEOUT_MS = 5_000;',
    '',
    `export class ${one}Error extends Error {}`,
    '',
    `export async function call${one}(path: string, body: unknown): Promise<unknown> {`,
    `  const response = await fetch(new URL(path, config.${p.partner}Url), {`,
    "    method: 'POST',",
    '    body: JSON.stringify(body),',
    '    signal: AbortSignal.timeout(TIMEOUT_MS),',
    '  });',
    `  if (!response.ok) throw new ${one}Error(\`\${path}: \${response.status}\`);`,
    '  return response.json();',
    '}',
    '',
  ].join('\n');
}

function routes(p: Project): string {
  const n = names(p);
  return [
    "import type { FastifyInstance } from 'fastify';",
    `import { ${[n.create, n.get, n.list, n.summary].join(', ')} } from './service';`,
    '',
    `export function ${p.entity}Routes(app: FastifyInstance): void {`,
    `  app.get('/${p.plural}', async (request) => ${n.list}(request.ownerId));`,
    `  app.get('/${p.plural}/summary', async (request) => ${n.summary}(await ${n.list}(request.ownerId)));`,
    `  app.get('/${p.plural}/:id', async (request) => ${n.get}(request.params.id));`,
    `  app.post('/${p.plural}', async (request, reply) => {`,
    `    reply.code(201).send(await ${n.create}(request.body));`,
    '  });',
    '}',
    '',
  ].join('\n');
}

function test(p: Project): string {
  const n = names(p);
  return [
    "import { describe, expect, it } from 'vitest';",
    "import * as service from './service';",
    '',
    `describe('${p.plural}', () => {`,
    "  it('keeps the day that was entered', async () => {",
    `    const row = await service.${n.create}({ ownerId: 'o1', ${p.amount}: 40, ${dayField(p)}: '2026-03-29' });`,
    `    expect(row.${dayField(p)}.toISOString().slice(0, 10)).toBe('2026-03-29');`,
    '  });',
    '',
    "  it('adds up the rows', () => {",
    `    expect(service.${n.summary}([]).total).toBe(0);`,
    '  });',
    '});',
    '',
  ].join('\n');
}

function testBody(task: TaskKey, p: Project, value: number): string {
  const n = names(p);
  const bodies: Record<TaskKey, string> = {
    paginate: `expect(await service.${n.list}('o1', 99)).toEqual([]);`,
    'time-zone': `const row = await service.${n.create}({ ownerId: 'o1', ${p.amount}: 1, ${dayField(p)}: '2026-10-25' });\n    expect(row.${dayField(p)}.toISOString()).toMatch(/^2026-10-25/);`,
    timeout: `vi.useFakeTimers();\n    const call = ${n.callPartner}('/slow', {});\n    vi.advanceTimersByTime(${value}_000);\n    await expect(call).rejects.toThrow('timeout');`,
    'limit-amount': `const input = { ownerId: 'o1', ${p.amount}: -1, ${dayField(p)}: '2026-05-01' };\n    await expect(service.${n.create}(input)).rejects.toThrow(RangeError);`,
    'not-found': `await expect(service.${n.get}('missing')).rejects.toThrow('${p.entity}');`,
    'csv-export': `expect(service.toCsv([])).toBe('id,${p.amount},${dayField(p)}');`,
    cache: `await service.${n.get}('a1');\n    await service.${n.get}('a1');\n    expect(queries()).toBe(1);`,
    'rename-summary': `expect(service.${n.newSummary}([])).toEqual({ count: 0, total: 0 });`,
    logging: `await service.${n.create}({ ownerId: 'o1', ${p.amount}: 1, ${dayField(p)}: '2026-05-01' });\n    expect(log.info).toHaveBeenCalledTimes(1);`,
    retry: `respondWith(503, 503, 200);\n    await ${n.callPartner}('/ping', {});\n    expect(requests()).toBe(3);`,
  };
  return bodies[task];
}

const legacyOf = (path: string): string => path.replace('src/', 'src/legacy/');

function files(p: Project): Map<string, string> {
  const n = names(p);
  const sources: [string, string][] = [
    [n.service, service(p)],
    [n.dates, dates],
    [n.client, client(p)],
    [n.routes, routes(p)],
  ];
  const legacy = sources.map(
    ([path, text]) =>
      [legacyOf(path), `// v1 API, kept until the old app is switched off.\n${text}`] as const,
  );
  const manifest = `{\n  "name": "${p.name}",\n  "type": "module",\n  "scripts": { "test": "vitest run", "lint": "eslint ." },\n  "dependencies": { "fastify": "5.2.0" }\n}\n`;
  const readme = `# ${p.name}\n\nA small service for ${p.plural}.\n\n## Development\n\npnpm install, pnpm test.\n`;
  return new Map([...sources, ...legacy, [n.test, test(p)], [n.manifest, manifest], ['README.md', readme]]);
}

function changes(task: TaskKey, p: Project, value: number): Change[] {
  const n = names(p);
  const one = pascal(p.entity);
  const inService = (before: string, after: string): Change => ({ path: n.service, before, after });
  const inClient = (before: string, after: string): Change => ({ path: n.client, before, after });
  const byTask: Record<TaskKey, () => Change[]> = {
    paginate: () => [
      inService(
        listFunction(p),
        `const PAGE_SIZE = ${value};\n\nexport async function ${n.list}(ownerId: string, page = 0): Promise<${one}[]> {\n  return database.${p.plural}.findMany({\n    where: { ownerId },\n    orderBy: { createdAt: 'desc' },\n    skip: page * PAGE_SIZE,\n    take: PAGE_SIZE,\n  });\n}`,
      ),
      {
        path: n.routes,
        before: `app.get('/${p.plural}', async (request) => ${n.list}(request.ownerId));`,
        after: `app.get('/${p.plural}', async (request) => ${n.list}(request.ownerId, Number(request.query.page ?? 0)));`,
      },
    ],
    'time-zone': () => [
      {
        path: n.dates,
        before: 'return new Date(year!, month! - 1, day);',
        after: 'return new Date(Date.UTC(year!, month! - 1, day));',
      },
    ],
    timeout: () => [inClient('const TIMEOUT_MS = 5_000;', `const TIMEOUT_MS = ${value}_000;`)],
    'limit-amount': () => [
      inService(
        createBody(p),
        `  if (input.${p.amount} <= 0 || input.${p.amount} > ${value}) {\n    throw new RangeError(\`${p.amount} out of range: \${input.${p.amount}}\`);\n  }\n${createBody(p)}`,
      ),
    ],
    'not-found': () => [
      inService(
        `  return row as ${one};`,
        `  if (row === null) throw new NotFoundError('${p.entity}', id);\n  return row;`,
      ),
      inService(
        "import { parseDay } from '../lib/dates';",
        "import { parseDay } from '../lib/dates';\nimport { NotFoundError } from '../lib/errors';",
      ),
    ],
    'csv-export': () => [
      inService(
        summaryFunction(p, n.summary),
        `${summaryFunction(p, n.summary)}\n\n/** One row per ${p.entity}, comma separated, with a header. */\nexport function toCsv(rows: readonly ${one}[]): string {\n  const lines = rows.map((row) => [row.id, row.${p.amount}, formatDay(row.${dayField(p)})].join(','));\n  return ['id,${p.amount},${dayField(p)}', ...lines].join('\\n');\n}`,
      ),
      inService(
        "import { parseDay } from '../lib/dates';",
        "import { formatDay, parseDay } from '../lib/dates';",
      ),
    ],
    cache: () => [
      inService(
        getFunction(p),
        `const CACHE_MS = ${value} * 1000;\nconst cache = new Map<string, { row: ${one}; until: number }>();\n\nexport async function ${n.get}(id: string): Promise<${one}> {\n  const hit = cache.get(id);\n  if (hit !== undefined && hit.until > Date.now()) return hit.row;\n  const row = (await database.${p.plural}.findUnique({ where: { id } })) as ${one};\n  cache.set(id, { row, until: Date.now() + CACHE_MS });\n  return row;\n}`,
      ),
    ],
    'rename-summary': () => [
      inService(`export function summarise(`, `export function ${n.newSummary}(`),
      { path: n.routes, before: `${n.list}, ${n.summary} }`, after: `${n.list}, ${n.newSummary} }` },
      { path: n.routes, before: `=> ${n.summary}(await`, after: `=> ${n.newSummary}(await` },
      { path: n.test, before: `service.${n.summary}([])`, after: `service.${n.newSummary}([])` },
    ],
    logging: () => [
      inService(
        `  console.log('creating ${p.entity}', input.ownerId);`,
        `  log.info({ ownerId: input.ownerId }, 'creating ${p.entity}');`,
      ),
      inService(
        "import { database } from '../lib/database';",
        "import { database } from '../lib/database';\nimport { log } from '../lib/log';",
      ),
    ],
    retry: () => [
      inClient(
        `  if (!response.ok) throw new ${pascal(p.partner)}Error(\`\${path}: \${response.status}\`);`,
        `  if (response.status >= 500 && attempt < ${value}) return ${n.callPartner}(path, body, attempt + 1);\n  if (!response.ok) throw new ${pascal(p.partner)}Error(\`\${path}: \${response.status}\`);`,
      ),
      inClient('(path: string, body: unknown)', '(path: string, body: unknown, attempt = 1)'),
    ],
  };
  return byTask[task]();
}

export const typescriptStack: Stack = {
  language: 'TypeScript',
  names,
  files,
  changes,
  guess: (task, p) =>
    task === 'time-zone'
      ? {
          path: names(p).dates,
          before: 'return date.toISOString().slice(0, 10);',
          after: "return date.toLocaleDateString('sv-SE');",
        }
      : {
          path: names(p).routes,
          before: `${names(p).get}(request.params.id)`,
          after: `${names(p).get}(String(request.params.id).trim())`,
        },
  testChange: (task, p, value) => ({
    path: names(p).test,
    before: "  it('adds up the rows', () => {",
    after: `  it('${testTitles[task]}', async () => {\n    ${testBody(task, p, value)}\n  });\n\n  it('adds up the rows', () => {`,
  }),
  test: {
    command: (p) => `pnpm vitest run ${names(p).test}`,
    all: 'pnpm test',
    passed: (p, { count, seconds }) =>
      ` ✓ ${names(p).test} (${count} tests) ${Math.round(seconds * 90)}ms\n\n Test Files  1 passed (1)\n      Tests  ${count} passed (${count})\n   Duration  ${seconds.toFixed(2)}s`,
    failed: (p, { count, seconds }, title, detail) =>
      ` ❯ ${names(p).test} (${count} tests | 1 failed) ${Math.round(seconds * 90)}ms\n   × ${p.plural} > ${title}\n     → ${detail}\n\n Test Files  1 failed (1)\n      Tests  1 failed | ${count - 1} passed (${count})`,
    nothing: (p) =>
      `No test files found, exiting with code 0\n\nfilter: ${names(p).service.replace('service', 'servce')}\ninclude: **/*.{test,spec}.ts`,
    broken:
      'Error: connect ECONNREFUSED 127.0.0.1:5432\n    at TCPConnectWrap.afterConnect [as oncomplete] (node:net:1611:16)',
  },
  install: (library) => `pnpm add ${library}`,
  libraries: ['lru-cache', 'p-retry', 'date-fns', 'ajv'],
  comment: (text) => `// ${text}`,
  legacyOf,
  invalidDay: 'new Date(2026, 1, 31) rolls over, so you get 3 March and no error.',
  errorFor: {
    paginate: "TypeError: Cannot read properties of undefined (reading 'page')",
    'time-zone': "AssertionError: expected '2026-03-28' to be '2026-03-29'",
    timeout: 'TimeoutError: The operation was aborted due to timeout',
    'limit-amount': 'AssertionError: promise resolved instead of rejecting',
    'not-found': "TypeError: Cannot read properties of null (reading 'id')",
    'csv-export': 'ReferenceError: formatDay is not defined',
    cache: 'AssertionError: expected 2 to be 1 // number of queries',
    'rename-summary':
      "SyntaxError: The requested module './service' does not provide an export named 'summarise'",
    logging: 'ReferenceError: log is not defined',
    retry: 'AssertionError: expected 1 to be 3 // number of attempts',
  },
};
