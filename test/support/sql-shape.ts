/**
 * The structure of a statement, whatever dialect it is written in: its common tables in order, and of every SELECT what it
 * reads, how it joins, filters, groups, and which columns each of its own columns is made of. Names of functions and types
 * differ between dialects and are left out.
 */
type Node = Record<string, unknown>;

export interface SelectShape {
  columns: { name: string; of: string[] }[];
  from: string[];
  joins: string[];
  where: string[];
  groupBy: string[];
}
export interface StatementShape {
  tables: { name: string; selects: SelectShape[] }[];
  result: SelectShape[];
}

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null;
const get = (node: unknown, ...path: string[]): unknown =>
  path.reduce<unknown>((at, key) => (isNode(at) ? at[key] : undefined), node);
const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
const nameOf = (value: unknown): string => {
  const name = get(value, 'name');
  return typeof name === 'string' ? name : isNode(name) ? nameOf(name) : '';
};

/** Variables of lambdas, and what a list's elements are called where they become rows: not columns of a table. */
const NO_COLUMN = new Set([
  'm',
  'p',
  'k',
  'v',
  'e',
  'message',
  'position',
  'ordinal',
  'role',
  'text',
  'type',
  'content',
  'parts',
  'key',
]);

/** Begins the names of the tables that extracts write. */
const WRITTEN = 'faultline_';

function columnsIn(value: unknown, found = new Set<string>()): string[] {
  if (Array.isArray(value)) for (const one of value) columnsIn(one, found);
  else if (isNode(value)) {
    const column = value['column'];
    if (isNode(column)) {
      const name = nameOf(column);
      if (!NO_COLUMN.has(name)) found.add(name);
    }
    for (const one of Object.values(value)) columnsIn(one, found);
  }
  return [...found].sort();
}

function tablesIn(value: unknown, found: string[] = []): string[] {
  if (Array.isArray(value)) for (const one of value) tablesIn(one, found);
  else if (isNode(value)) {
    if (isNode(value['table'])) found.push(nameOf(value['table']));
    for (const [key, one] of Object.entries(value)) if (key !== 'table') tablesIn(one, found);
  }
  return found;
}

function columnShape(expression: unknown): SelectShape['columns'][number] {
  const aliased = get(expression, 'alias');
  if (isNode(aliased)) return { name: nameOf(aliased['alias']), of: columnsIn(aliased['this']) };
  const star = get(expression, 'star');
  if (isNode(star)) return { name: `${nameOf(star['table'])}.*`, of: [] };
  const column = get(expression, 'column');
  return isNode(column)
    ? { name: nameOf(column), of: columnsIn(expression) }
    : { name: '', of: columnsIn(expression) };
}

function selectShape(select: Node): SelectShape {
  // Making rows of a list is a join, a lateral view or an array join: one thing in four words.
  const joins = list(select['joins']).flatMap((join) => {
    const table = get(join, 'this', 'table');
    return isNode(table)
      ? [
          `${get(join, 'kind') === 'Left' ? 'left ' : ''}${nameOf(table)} on ${columnsIn(get(join, 'on')).join(', ')}`,
        ]
      : [];
  });
  return {
    columns: list(select['expressions']).map(columnShape),
    // What an earlier statement wrote is a table in one engine and a function over files in another.
    from: tablesIn(get(select, 'from')).filter((name) => name !== '' && !name.startsWith(WRITTEN)),
    joins,
    where: columnsIn(get(select, 'where_clause')),
    groupBy: columnsIn(get(select, 'group_by')),
  };
}

function selectsOf(query: unknown): SelectShape[] {
  if (!isNode(query)) return [];
  if (isNode(query['select'])) return [selectShape(query['select'])];
  const union = query['union'];
  if (isNode(union)) return [...selectsOf(union['left']), ...selectsOf(union['right'])];
  for (const key of ['subquery', 'this', 'paren']) if (isNode(query[key])) return selectsOf(query[key]);
  return [];
}

/** The shape of a parsed statement that writes what one SELECT gives. */
export function shapeOf(ast: unknown): StatementShape {
  const [statement] = list(ast);
  const inner =
    get(statement, 'insert', 'query') ??
    get(statement, 'create_table', 'as_select') ??
    get(statement, 'copy', 'this', 'subquery', 'this');
  const select = get(inner, 'select');
  const ctes = list(get(select, 'with', 'ctes') ?? get(inner, 'union', 'with', 'ctes'));
  return {
    tables: ctes.map((cte) => ({ name: nameOf(get(cte, 'alias')), selects: selectsOf(get(cte, 'this')) })),
    result: selectsOf(inner),
  };
}
