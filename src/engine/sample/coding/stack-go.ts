import { type Change, type Names, type Project, type Stack, type TaskKey, pascal, testTitles } from './stack';

function names(p: Project): Names {
  return {
    list: `List${pascal(p.plural)}`,
    get: `Get${pascal(p.entity)}`,
    create: `Create${pascal(p.entity)}`,
    summary: 'Summarise',
    newSummary: `Total${pascal(p.plural)}`,
    parseDay: 'ParseDay',
    callPartner: `Call${pascal(p.partner)}`,
    service: `internal/${p.plural}/store.go`,
    dates: 'internal/dates/dates.go',
    client: `internal/${p.partner}/client.go`,
    routes: `internal/${p.plural}/handler.go`,
    test: `internal/${p.plural}/store_test.go`,
    manifest: 'go.mod',
  };
}

const dayField = (p: Project): string => pascal(p.day[0]) + pascal(p.day[1]);

function listFunction(p: Project): string {
  return [
    `func (s *Store) ${names(p).list}(ctx context.Context, ownerID string) ([]${pascal(p.entity)}, error) {`,
    `\trows, err := s.db.Query(ctx, "SELECT * FROM ${p.entity} WHERE owner_id = $1 ORDER BY created_at DESC", ownerID)`,
    '\tif err != nil {',
    '\t\treturn nil, err',
    '\t}',
    `\treturn pgx.CollectRows(rows, pgx.RowToStructByName[${pascal(p.entity)}])`,
    '}',
  ].join('\n');
}

function getFunction(p: Project): string {
  return [
    `func (s *Store) ${names(p).get}(ctx context.Context, id string) (${pascal(p.entity)}, error) {`,
    `\tvar row ${pascal(p.entity)}`,
    `\terr := s.db.QueryRow(ctx, "SELECT * FROM ${p.entity} WHERE id = $1", id).Scan(&row)`,
    '\treturn row, err',
    '}',
  ].join('\n');
}

function createBody(p: Project): string {
  return [
    `\tfmt.Println("creating ${p.entity}", in.OwnerID)`,
    `\tday, err := dates.ParseDay(in.${dayField(p)})`,
    '\tif err != nil {',
    '\t\treturn err',
    '\t}',
  ].join('\n');
}

function summaryFunction(p: Project, name: string): string {
  return [
    `func ${name}(rows []${pascal(p.entity)}) Summary {`,
    '\tvar total float64',
    '\tfor _, row := range rows {',
    `\t\ttotal += row.${pascal(p.amount)}`,
    '\t}',
    '\treturn Summary{Count: len(rows), Total: total}',
    '}',
  ].join('\n');
}

function service(p: Project): string {
  const one = pascal(p.entity);
  return [
    `package ${p.plural}`,
    '',
    'import (',
    '\t"context"',
    '\t"fmt"',
    '',
    '\t"github.com/jackc/pgx/v5"',
    `\t"example.org/${p.name}/internal/dates"`,
    ')',
    '',
    `// ${names(p).list} returns the newest first.`,
    listFunction(p),
    '',
    getFunction(p),
    '',
    `func (s *Store) ${names(p).create}(ctx context.Context, in New${one}) error {`,
    createBody(p),
    `\t_, err = s.db.Exec(ctx, "INSERT INTO ${p.entity} (owner_id, ${p.amount}, ${p.day.join('_')}) VALUES ($1, $2, $3)", in.OwnerID, in.${pascal(p.amount)}, day)`,
    '\treturn err',
    '}',
    '',
    summaryFunction(p, 'Summarise'),
    '',
  ].join('\n');
}

const dates = [
  'package dates',
  '',
  'import "time"',
  '',
  '// ParseDay reads YYYY-MM-DD.',
  'func ParseDay(value string) (time.Time, error) {',
  '\treturn time.ParseInLocation("2006-01-02", value, time.Local)',
  '}',
  '',
  'func FormatDay(t time.Time) string {',
  '\treturn t.UTC().Format("2006-01-02")',
  '}',
  '',
].join('\n');

function client(p: Project): string {
  return [
    `package ${p.partner}`,
    '',
    'import (',
    '\t"bytes"',
    '\t"fmt"',
    '\t"net/http"',
    '\t"time"',
    ')',
    '',
    'const timeout = 5 * time.Second',
    '',
    `// ${names(p).callPartner} posts to the ${p.partner} service.`,
    `func (c *Client) ${names(p).callPartner}(path string, body []byte) (*http.Response, error) {`,
    '\tresponse, err := c.http.Post(c.base+path, "application/json", bytes.NewReader(body))',
    '\tif err != nil {',
    '\t\treturn nil, err',
    '\t}',
    '\tif response.StatusCode >= 400 {',
    '\t\treturn nil, fmt.Errorf("%s: %d", path, response.StatusCode)',
    '\t}',
    '\treturn response, nil',
    '}',
    '',
  ].join('\n');
}

function routes(p: Project): string {
  const n = names(p);
  return [
    `package ${p.plural}`,
    '',
    'import "net/http"',
    '',
    'func (h *Handler) Register(mux *http.ServeMux) {',
    `\tmux.HandleFunc("GET /${p.plural}", h.list)`,
    `\tmux.HandleFunc("GET /${p.plural}/{id}", h.get)`,
    `\tmux.HandleFunc("GET /${p.plural}/summary", h.summary)`,
    '}',
    '',
    'func (h *Handler) list(w http.ResponseWriter, r *http.Request) {',
    `\trows, err := h.store.${n.list}(r.Context(), ownerID(r))`,
    '\trespond(w, rows, err)',
    '}',
    '',
    'func (h *Handler) summary(w http.ResponseWriter, r *http.Request) {',
    `\trows, err := h.store.${n.list}(r.Context(), ownerID(r))`,
    `\trespond(w, ${n.summary}(rows), err)`,
    '}',
    '',
  ].join('\n');
}

function test(p: Project): string {
  const n = names(p);
  return [
    `package ${p.plural}`,
    '',
    'import "testing"',
    '',
    'func TestKeepsTheDayThatWasEntered(t *testing.T) {',
    `\tstore := newTestStore(t)`,
    `\tif err := store.${n.create}(t.Context(), New${pascal(p.entity)}{OwnerID: "o1", ${dayField(p)}: "2026-03-29"}); err != nil {`,
    '\t\tt.Fatal(err)',
    '\t}',
    `\trequireDay(t, store, "2026-03-29")`,
    '}',
    '',
    'func TestAddsUpTheRows(t *testing.T) {',
    `\tif got := ${n.summary}(nil).Total; got != 0 {`,
    '\t\tt.Fatalf("total %v", got)',
    '\t}',
    '}',
    '',
  ].join('\n');
}

function testBody(task: TaskKey, p: Project, value: number): string {
  const n = names(p);
  const fails = (call: string, why: string): string => `if ${call}; err == nil {\n\t\tt.Fatal("${why}")\n\t}`;
  const input = (amount: number): string =>
    `New${pascal(p.entity)}{OwnerID: "o1", ${pascal(p.amount)}: ${amount}, ${dayField(p)}: "2026-10-25"}`;
  const bodies: Record<TaskKey, string> = {
    paginate: `rows, err := newTestStore(t).${n.list}(t.Context(), "o1", 99)\n\tif err != nil || len(rows) != 0 {\n\t\tt.Fatal(rows, err)\n\t}`,
    'time-zone': `store := newTestStore(t)\n\tif err := store.${n.create}(t.Context(), ${input(1)}); err != nil {\n\t\tt.Fatal(err)\n\t}\n\trequireDay(t, store, "2026-10-25")`,
    timeout: fails(
      `_, err := slowClient(t, ${value + 1}).${n.callPartner}("/slow", nil)`,
      'expected a timeout',
    ),
    'limit-amount': fails(
      `err := newTestStore(t).${n.create}(t.Context(), ${input(-1)})`,
      'expected an error',
    ),
    'not-found': `if _, err := newTestStore(t).${n.get}(t.Context(), "missing"); !errors.Is(err, ErrNotFound) {\n\t\tt.Fatal(err)\n\t}`,
    'csv-export': `var out bytes.Buffer\n\tif err := WriteCSV(&out, nil); err != nil || out.Len() == 0 {\n\t\tt.Fatal(out.String(), err)\n\t}`,
    cache: `store := newTestStore(t)\n\tstore.${n.get}(t.Context(), "a1")\n\tstore.${n.get}(t.Context(), "a1")\n\tif got := store.queries(); got != 1 {\n\t\tt.Fatalf("%d queries, want 1", got)\n\t}`,
    'rename-summary': `if got := ${n.newSummary}(nil).Count; got != 0 {\n\t\tt.Fatal(got)\n\t}`,
    logging: `logs := captureLogs(t)\n\tnewTestStore(t).${n.create}(t.Context(), ${input(1)})\n\tif logs.Len() != 1 {\n\t\tt.Fatal(logs)\n\t}`,
    retry: `client := clientAnswering(t, 503, 503, 200)\n\tif _, err := client.${n.callPartner}("/ping", nil); err != nil {\n\t\tt.Fatal(err)\n\t}`,
  };
  return bodies[task];
}

const testName = (title: string): string => `Test${title.split(' ').map(pascal).join('')}`;

const legacyOf = (path: string): string => path.replace('internal/', 'internal/legacy/');

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
  const manifest = `module example.org/${p.name}\n\ngo 1.24\n\nrequire github.com/jackc/pgx/v5 v5.7.2\n`;
  const readme = `# ${p.name}\n\nA small service for ${p.plural}.\n\n## Development\n\ngo test ./...\n`;
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
        `const pageSize = ${value}\n\nfunc (s *Store) ${n.list}(ctx context.Context, ownerID string, page int) ([]${one}, error) {\n\trows, err := s.db.Query(ctx, "SELECT * FROM ${p.entity} WHERE owner_id = $1 ORDER BY created_at DESC LIMIT $2 OFFSET $3", ownerID, pageSize, page*pageSize)\n\tif err != nil {\n\t\treturn nil, err\n\t}\n\treturn pgx.CollectRows(rows, pgx.RowToStructByName[${one}])\n}`,
      ),
      {
        path: n.routes,
        before: 'ownerID(r))\n\trespond(w, rows, err)',
        after: 'ownerID(r), pageOf(r))\n\trespond(w, rows, err)',
      },
    ],
    'time-zone': () => [{ path: n.dates, before: 'value, time.Local)', after: 'value, time.UTC)' }],
    timeout: () => [inClient('const timeout = 5 * time.Second', `const timeout = ${value} * time.Second`)],
    'limit-amount': () => [
      inService(
        createBody(p),
        `\tif in.${pascal(p.amount)} <= 0 || in.${pascal(p.amount)} > ${value} {\n\t\treturn fmt.Errorf("${p.amount} out of range: %v", in.${pascal(p.amount)})\n\t}\n${createBody(p)}`,
      ),
    ],
    'not-found': () => [
      inService(
        '\treturn row, err\n}',
        `\tif errors.Is(err, pgx.ErrNoRows) {\n\t\treturn row, ErrNotFound\n\t}\n\treturn row, err\n}`,
      ),
      inService('\t"context"\n', '\t"context"\n\t"errors"\n'),
    ],
    'csv-export': () => [
      inService(
        summaryFunction(p, n.summary),
        `${summaryFunction(p, n.summary)}\n\n// WriteCSV writes a header and one line per ${p.entity}.\nfunc WriteCSV(out io.Writer, rows []${one}) error {\n\tw := csv.NewWriter(out)\n\tw.Write([]string{"id", "${p.amount}", "${p.day.join('_')}"})\n\tfor _, row := range rows {\n\t\tw.Write([]string{row.ID, fmt.Sprint(row.${pascal(p.amount)}), dates.FormatDay(row.${dayField(p)})})\n\t}\n\tw.Flush()\n\treturn w.Error()\n}`,
      ),
      inService('\t"context"\n\t"fmt"\n', '\t"context"\n\t"encoding/csv"\n\t"fmt"\n\t"io"\n'),
    ],
    cache: () => [
      inService(
        getFunction(p),
        `const cacheFor = ${value} * time.Second\n\nfunc (s *Store) ${n.get}(ctx context.Context, id string) (${one}, error) {\n\tif hit, ok := s.cache.Load(id); ok && time.Since(hit.(entry).at) < cacheFor {\n\t\treturn hit.(entry).row, nil\n\t}\n\tvar row ${one}\n\terr := s.db.QueryRow(ctx, "SELECT * FROM ${p.entity} WHERE id = $1", id).Scan(&row)\n\tif err == nil {\n\t\ts.cache.Store(id, entry{row, time.Now()})\n\t}\n\treturn row, err\n}`,
      ),
    ],
    'rename-summary': () => [
      inService('func Summarise(', `func ${n.newSummary}(`),
      { path: n.routes, before: `${n.summary}(rows)`, after: `${n.newSummary}(rows)` },
      { path: n.test, before: `${n.summary}(nil)`, after: `${n.newSummary}(nil)` },
    ],
    logging: () => [
      inService(
        `\tfmt.Println("creating ${p.entity}", in.OwnerID)`,
        `\tslog.InfoContext(ctx, "creating ${p.entity}", "owner", in.OwnerID)`,
      ),
      inService('\t"fmt"\n', '\t"fmt"\n\t"log/slog"\n'),
    ],
    retry: () => [
      inClient(
        '\tresponse, err := c.http.Post(c.base+path, "application/json", bytes.NewReader(body))',
        `\tvar response *http.Response\n\tvar err error\n\tfor attempt := 0; attempt < ${value}; attempt++ {\n\t\tresponse, err = c.http.Post(c.base+path, "application/json", bytes.NewReader(body))\n\t\tif err == nil && response.StatusCode < 500 {\n\t\t\tbreak\n\t\t}\n\t}`,
      ),
    ],
  };
  return byTask[task]();
}

export const goStack: Stack = {
  language: 'Go',
  names,
  files,
  changes,
  guess: (task, p) =>
    task === 'time-zone'
      ? { path: names(p).dates, before: 't.UTC().Format(', after: 't.Local().Format(' }
      : { path: names(p).service, before: 'WHERE id = $1", id)', after: 'WHERE id = $1 LIMIT 1", id)' },
  testChange: (task, p, value) => ({
    path: names(p).test,
    before: 'func TestAddsUpTheRows(t *testing.T) {',
    after: `func ${testName(testTitles[task])}(t *testing.T) {\n\t${testBody(task, p, value)}\n}\n\nfunc TestAddsUpTheRows(t *testing.T) {`,
  }),
  test: {
    command: (p) => `go test ./internal/${p.plural}/...`,
    all: 'go test ./...',
    passed: (p, { seconds }) => `ok  \texample.org/${p.name}/internal/${p.plural}\t${seconds.toFixed(3)}s`,
    failed: (p, { seconds }, title, detail) =>
      `--- FAIL: ${testName(title)} (0.02s)\n    store_test.go:31: ${detail}\nFAIL\nFAIL\texample.org/${p.name}/internal/${p.plural}\t${seconds.toFixed(3)}s`,
    nothing: (p) => `?   \texample.org/${p.name}/internal/${p.plural}s\t[no test files]`,
    broken:
      'panic: failed to connect to `host=127.0.0.1 user=dev database=test`: dial error (dial tcp 127.0.0.1:5432: connect: connection refused)',
  },
  install: (library) => `go get ${library}`,
  libraries: [
    'github.com/hashicorp/golang-lru/v2',
    'github.com/cenkalti/backoff/v4',
    'github.com/spf13/viper',
    'github.com/gocarina/gocsv',
  ],
  comment: (text) => `// ${text}`,
  legacyOf,
  invalidDay: 'time.ParseInLocation returns an error ("day out of range"), and the caller hands it on.',
  errorFor: {
    paginate: 'not enough arguments in call to h.store.List',
    'time-zone': 'got 2026-03-28, want 2026-03-29',
    timeout: 'context deadline exceeded (Client.Timeout exceeded while awaiting headers)',
    'limit-amount': 'expected an error for a negative value, got nil',
    'not-found': 'got "no rows in result set", want ErrNotFound',
    'csv-export': 'undefined: csv',
    cache: '2 queries, want 1',
    'rename-summary': 'undefined: Summarise',
    logging: 'undefined: slog',
    retry: '1 attempt, want 3',
  },
};
