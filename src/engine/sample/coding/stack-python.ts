import { type Change, type Names, type Project, type Stack, type TaskKey, pascal, testTitles } from './stack';

function names(p: Project): Names {
  return {
    list: `list_${p.plural}`,
    get: `get_${p.entity}`,
    create: `create_${p.entity}`,
    summary: 'summarise',
    newSummary: `total_${p.plural}`,
    parseDay: 'parse_day',
    callPartner: `call_${p.partner}`,
    service: `app/${p.plural}/service.py`,
    dates: 'app/lib/dates.py',
    client: `app/lib/${p.partner}_client.py`,
    routes: `app/${p.plural}/api.py`,
    test: `tests/test_${p.plural}.py`,
    manifest: 'pyproject.toml',
  };
}

const dayField = (p: Project): string => p.day.join('_');

function listFunction(p: Project): string {
  return [
    `def ${names(p).list}(session: Session, owner_id: str) -> list[${pascal(p.entity)}]:`,
    '    """Newest first."""',
    `    query = select(${pascal(p.entity)}).where(${pascal(p.entity)}.owner_id == owner_id)`,
    `    return list(session.scalars(query.order_by(${pascal(p.entity)}.created_at.desc())))`,
  ].join('\n');
}

function getFunction(p: Project): string {
  return [
    `def ${names(p).get}(session: Session, ${p.entity}_id: str) -> ${pascal(p.entity)}:`,
    `    return session.get(${pascal(p.entity)}, ${p.entity}_id)`,
  ].join('\n');
}

function createBody(p: Project): string {
  return [
    `    print("creating ${p.entity}", data["owner_id"])`,
    `    row = ${pascal(p.entity)}(**data | {"${dayField(p)}": parse_day(data["${dayField(p)}"])})`,
    '    session.add(row)',
    '    session.commit()',
    '    return row',
  ].join('\n');
}

function summaryFunction(p: Project, name: string): string {
  return [
    `def ${name}(rows: Iterable[${pascal(p.entity)}]) -> Summary:`,
    '    rows = list(rows)',
    `    return Summary(count=len(rows), total=sum(row.${p.amount} for row in rows))`,
  ].join('\n');
}

function service(p: Project): string {
  const one = pascal(p.entity);
  return [
    'from collections.abc import Iterable',
    'from datetime import UTC, datetime',
    '',
    'from sqlalchemy import select',
    'from sqlalchemy.orm import Session',
    '',
    'from app.lib.dates import parse_day',
    `from app.${p.plural}.models import ${one}, Summary`,
    '',
    '',
    listFunction(p),
    '',
    '',
    getFunction(p),
    '',
    '',
    `def ${names(p).create}(session: Session, data: dict) -> ${one}:`,
    createBody(p),
    '',
    '',
    summaryFunction(p, 'summarise'),
    '',
    '',
    `def archive_${p.entity}(session: Session, ${p.entity}_id: str) -> None:`,
    `    session.get(${one}, ${p.entity}_id).archived_at = datetime.now(UTC)`,
    '    session.commit()',
    '',
  ].join('\n');
}

const dates = [
  'from datetime import date, datetime',
  '',
  '',
  'def parse_day(value: str) -> datetime:',
  '    """Reads YYYY-MM-DD."""',
  '    return datetime.strptime(value, "%Y-%m-%d")',
  '',
  '',
  'def format_day(value: date) -> str:',
  '    return value.isoformat()[:10]',
  '',
].join('\n');

function client(p: Project): string {
  return [
    'import httpx',
    '',
    'from app.config import settings',
    '',
    'TIMEOUT_S = 5',
    '',
    '',
    `class ${pascal(p.partner)}Error(RuntimeError):`,
    '    pass',
    '',
    '',
    `def call_${p.partner}(path: str, body: dict) -> dict:`,
    `    response = httpx.post(f"{settings.${p.partner}_url}{path}", json=body, timeout=TIMEOUT_S)`,
    '    if response.is_error:',
    `        raise ${pascal(p.partner)}Error(f"{path}: {response.status_code}")`,
    '    return response.json()',
    '',
  ].join('\n');
}

function routes(p: Project): string {
  const n = names(p);
  return [
    'from fastapi import APIRouter, Depends',
    '',
    'from app.lib.database import get_session',
    `from app.${p.plural} import service`,
    '',
    `router = APIRouter(prefix="/${p.plural}")`,
    '',
    '',
    '@router.get("")',
    `def index(owner_id: str, session=Depends(get_session)):`,
    `    return service.${n.list}(session, owner_id)`,
    '',
    '',
    '@router.get("/summary")',
    'def summary(owner_id: str, session=Depends(get_session)):',
    `    return service.${n.summary}(service.${n.list}(session, owner_id))`,
    '',
    '',
    `@router.get("/{${p.entity}_id}")`,
    `def show(${p.entity}_id: str, session=Depends(get_session)):`,
    `    return service.${n.get}(session, ${p.entity}_id)`,
    '',
  ].join('\n');
}

function test(p: Project): string {
  const n = names(p);
  return [
    `from app.${p.plural} import service`,
    '',
    '',
    'def test_keeps_the_day_that_was_entered(session):',
    `    row = service.${n.create}(session, {"owner_id": "o1", "${p.amount}": 40, "${dayField(p)}": "2026-03-29"})`,
    `    assert row.${dayField(p)}.isoformat()[:10] == "2026-03-29"`,
    '',
    '',
    'def test_adds_up_the_rows():',
    `    assert service.${n.summary}([]).total == 0`,
    '',
  ].join('\n');
}

function testBody(task: TaskKey, p: Project, value: number): string {
  const n = names(p);
  const data = (amount: number): string =>
    `{"owner_id": "o1", "${p.amount}": ${amount}, "${dayField(p)}": "2026-10-25"}`;
  const bodies: Record<TaskKey, string> = {
    paginate: `assert service.${n.list}(session, "o1", page=99) == []`,
    'time-zone': `row = service.${n.create}(session, ${data(1)})\n    assert row.${dayField(p)}.isoformat().startswith("2026-10-25")`,
    timeout: `with pytest.raises(httpx.ReadTimeout), slow_server(seconds=${value + 1}):\n        ${n.callPartner}("/slow", {})`,
    'limit-amount': `with pytest.raises(ValueError):\n        service.${n.create}(session, ${data(-1)})`,
    'not-found': `with pytest.raises(NotFoundError):\n        service.${n.get}(session, "missing")`,
    'csv-export': `assert service.to_csv([]) == "id,${p.amount},${dayField(p)}\\r\\n"`,
    cache: `with count_queries() as queries:\n        service.${n.get}(session, "a1")\n        service.${n.get}(session, "a1")\n    assert len(queries) == 1`,
    'rename-summary': `assert service.${n.newSummary}([]).count == 0`,
    logging: `service.${n.create}(session, ${data(1)})\n    assert len(caplog.records) == 1`,
    retry: `respond_with(503, 503, 200)\n    ${n.callPartner}("/ping", {})\n    assert request_count() == 3`,
  };
  return bodies[task];
}

const legacyOf = (path: string): string => path.replace('app/', 'app/legacy/');

function files(p: Project): Map<string, string> {
  const n = names(p);
  const sources: [string, string][] = [
    [n.service, service(p)],
    [n.dates, dates],
    [n.client, client(p)],
    [n.routes, routes(p)],
  ];
  const legacy = sources.map(
    ([path, text]) => [legacyOf(path), `# v1 API, kept until the old app is switched off.\n${text}`] as const,
  );
  const manifest = `[project]\nname = "${p.name}"\nrequires-python = ">=3.12"\ndependencies = ["fastapi", "sqlalchemy>=2", "httpx"]\n`;
  const readme = `# ${p.name}\n\nA small service for ${p.plural}.\n\n## Development\n\nuv sync, uv run pytest.\n`;
  return new Map([...sources, ...legacy, [n.test, test(p)], [n.manifest, manifest], ['README.md', readme]]);
}

function changes(task: TaskKey, p: Project, value: number): Change[] {
  const n = names(p);
  const one = pascal(p.entity);
  const inService = (before: string, after: string): Change => ({ path: n.service, before, after });
  const inClient = (before: string, after: string): Change => ({ path: n.client, before, after });
  const lookup = `    return session.get(${one}, ${p.entity}_id)`;
  const byTask: Record<TaskKey, () => Change[]> = {
    paginate: () => [
      inService(
        listFunction(p),
        `PAGE_SIZE = ${value}\n\n\ndef ${n.list}(session: Session, owner_id: str, page: int = 0) -> list[${one}]:\n    """Newest first."""\n    query = select(${one}).where(${one}.owner_id == owner_id)\n    query = query.order_by(${one}.created_at.desc()).offset(page * PAGE_SIZE).limit(PAGE_SIZE)\n    return list(session.scalars(query))`,
      ),
      {
        path: n.routes,
        before: `def index(owner_id: str, session=Depends(get_session)):\n    return service.${n.list}(session, owner_id)`,
        after: `def index(owner_id: str, page: int = 0, session=Depends(get_session)):\n    return service.${n.list}(session, owner_id, page)`,
      },
    ],
    'time-zone': () => [
      {
        path: n.dates,
        before: 'return datetime.strptime(value, "%Y-%m-%d")',
        after: 'return datetime.strptime(value, "%Y-%m-%d").replace(tzinfo=UTC)',
      },
      {
        path: n.dates,
        before: 'from datetime import date, datetime',
        after: 'from datetime import UTC, date, datetime',
      },
    ],
    timeout: () => [inClient('TIMEOUT_S = 5\n', `TIMEOUT_S = ${value}\n`)],
    'limit-amount': () => [
      inService(
        createBody(p),
        `    if not 0 < data["${p.amount}"] <= ${value}:\n        raise ValueError(f"${p.amount} out of range: {data['${p.amount}']}")\n${createBody(p)}`,
      ),
    ],
    'not-found': () => [
      inService(
        lookup,
        `    row = session.get(${one}, ${p.entity}_id)\n    if row is None:\n        raise NotFoundError("${p.entity}", ${p.entity}_id)\n    return row`,
      ),
      inService(
        'from app.lib.dates import parse_day',
        'from app.lib.dates import parse_day\nfrom app.lib.errors import NotFoundError',
      ),
    ],
    'csv-export': () => [
      inService(
        summaryFunction(p, n.summary),
        `${summaryFunction(p, n.summary)}\n\n\ndef to_csv(rows: Iterable[${one}]) -> str:\n    """One row per ${p.entity}, comma separated, with a header."""\n    out = io.StringIO()\n    writer = csv.writer(out)\n    writer.writerow(["id", "${p.amount}", "${dayField(p)}"])\n    writer.writerows([row.id, row.${p.amount}, format_day(row.${dayField(p)})] for row in rows)\n    return out.getvalue()`,
      ),
      inService('from app.lib.dates import parse_day', 'from app.lib.dates import format_day, parse_day'),
      inService(
        'from collections.abc import Iterable',
        'import csv\nimport io\nfrom collections.abc import Iterable',
      ),
    ],
    cache: () => [
      inService(
        getFunction(p),
        `CACHE_S = ${value}\n_cache: dict[str, tuple[float, ${one}]] = {}\n\n\ndef ${n.get}(session: Session, ${p.entity}_id: str) -> ${one}:\n    until, row = _cache.get(${p.entity}_id, (0.0, None))\n    if until > time.monotonic():\n        return row\n    row = session.get(${one}, ${p.entity}_id)\n    _cache[${p.entity}_id] = (time.monotonic() + CACHE_S, row)\n    return row`,
      ),
      inService('from datetime import UTC, datetime', 'import time\nfrom datetime import UTC, datetime'),
    ],
    'rename-summary': () => [
      inService('def summarise(', `def ${n.newSummary}(`),
      { path: n.routes, before: `service.${n.summary}(`, after: `service.${n.newSummary}(` },
      { path: n.test, before: `service.${n.summary}([])`, after: `service.${n.newSummary}([])` },
    ],
    logging: () => [
      inService(
        `    print("creating ${p.entity}", data["owner_id"])`,
        `    log.info("creating ${p.entity} for %s", data["owner_id"])`,
      ),
      inService(
        'from collections.abc import Iterable',
        'import logging\nfrom collections.abc import Iterable',
      ),
      inService(`import ${one}, Summary`, `import ${one}, Summary\n\nlog = logging.getLogger(__name__)`),
    ],
    retry: () => [
      inClient(
        '    if response.is_error:',
        `    if response.status_code >= 500 and attempt < ${value}:\n        return ${n.callPartner}(path, body, attempt + 1)\n    if response.is_error:`,
      ),
      inClient('(path: str, body: dict)', '(path: str, body: dict, attempt: int = 1)'),
    ],
  };
  return byTask[task]();
}

export const pythonStack: Stack = {
  language: 'Python',
  names,
  files,
  changes,
  guess: (task, p) =>
    task === 'time-zone'
      ? {
          path: names(p).dates,
          before: 'return value.isoformat()[:10]',
          after: 'return value.strftime("%Y-%m-%d")',
        }
      : {
          path: names(p).routes,
          before: `service.${names(p).get}(session, ${p.entity}_id)`,
          after: `service.${names(p).get}(session, ${p.entity}_id.strip())`,
        },
  testChange: (task, p, value) => ({
    path: names(p).test,
    before: 'def test_adds_up_the_rows():',
    after: `def test_${testTitles[task].replaceAll(' ', '_')}(session${task === 'logging' ? ', caplog' : ''}):\n    ${testBody(task, p, value)}\n\n\ndef test_adds_up_the_rows():`,
  }),
  test: {
    command: (p) => `uv run pytest -q ${names(p).test}`,
    all: 'uv run pytest -q',
    passed: (_, { count, seconds }) =>
      `${'.'.repeat(count)}  [100%]\n${count} passed in ${seconds.toFixed(2)}s`,
    failed: (p, { count, seconds }, title, detail) =>
      `F${'.'.repeat(count - 1)}  [100%]\n=================== FAILURES ===================\n${names(p).test}::test_${title.replaceAll(' ', '_')}\nE       ${detail}\n1 failed, ${count - 1} passed in ${seconds.toFixed(2)}s`,
    nothing: () => 'no tests ran in 0.04s',
    broken:
      'sqlalchemy.exc.OperationalError: (psycopg.OperationalError) connection to server at "127.0.0.1", port 5432 failed: Connection refused',
  },
  install: (library) => `uv add ${library}`,
  libraries: ['cachetools', 'tenacity', 'python-dateutil', 'pandas'],
  comment: (text) => `# ${text}`,
  legacyOf,
  invalidDay: 'strptime raises a ValueError ("day is out of range for month"), which nobody catches.',
  errorFor: {
    paginate: "TypeError: unsupported operand type(s) for *: 'NoneType' and 'int'",
    'time-zone': "AssertionError: assert '2026-03-28' == '2026-03-29'",
    timeout: 'httpx.ReadTimeout: The read operation timed out',
    'limit-amount': 'Failed: DID NOT RAISE <class ValueError>',
    'not-found': "AttributeError: 'NoneType' object has no attribute 'id'",
    'csv-export': "NameError: name 'io' is not defined",
    cache: 'AssertionError: assert 2 == 1  # queries',
    'rename-summary': "AttributeError: module 'app.service' has no attribute 'summarise'",
    logging: "NameError: name 'log' is not defined",
    retry: 'AssertionError: assert 1 == 3  # attempts',
  },
};
