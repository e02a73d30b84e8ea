/**
 * The table "Who may import whom" of src/README.md, as rules. They are allowlists: each says where a room may reach,
 * and everything else is an error, so a new library or a new room is let in here, by name, or not at all.
 * Type-only imports count too: a room that needs a later room's types depends on it.
 */

/** In the order data flows. A room may use the rooms before it, never those after it. */
const ROOMS = [
  'workspace',
  'intake',
  'lake',
  'trajectory',
  'signals',
  'corrections',
  'codebook',
  'review',
  'objectives',
  'regression',
  'report',
];

/** A program of its own beside the rooms, which writes the sample traces that a new user opens first. */
const SAMPLE = 'sample';

/** The router's handlers by noun: part of the engine's root, which knows all rooms and is known by none. */
const ROUTES = 'routes';

const NODE = ['core'];
const TESTS = '\\.test\\.tsx?$';

/** Packages by name: `@orpc/client` is that package, `d3-` with a dash and `@mantine/` with a slash are families. */
const npm = (...names) =>
  names.map((name) => `^node_modules/(@types/)?${name}${/[-/]$/.test(name) ? '' : '(/|$)'}`);

/** A row of the table: what `from` may import. `node` says whether Node's own modules are among it. */
function mayOnly(name, comment, from, { paths, packages = [], node = false }) {
  return {
    name,
    comment,
    severity: 'error',
    from: { path: from, pathNot: TESTS },
    to: {
      pathNot: [...paths, ...npm(...packages)],
      ...(node ? { dependencyTypesNot: NODE } : {}),
    },
  };
}

const roomOrder = ROOMS.map((room, index) => ({
  name: `room-order-${room}`,
  comment: `Data flows down the list of rooms: ${room} may use ${
    index === 0 ? 'no other room' : ROOMS.slice(0, index).join(', ')
  }, and not the engine's root, which knows them all. What an earlier room needs from a later one is handed to it.`,
  severity: 'error',
  from: { path: `^src/engine/${room}/`, pathNot: TESTS },
  to: { path: '^src/engine/', pathNot: `^src/engine/(${ROOMS.slice(0, index + 1).join('|')})/` },
}));

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'no-circular',
      comment: 'No circles anywhere: what two files need from each other belongs in a third.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-unresolvable',
      comment: 'The file or the package is not there. A rule cannot judge what it cannot find.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'no-test-code-in-the-product',
      comment: 'Tests look at the product; the product knows nothing of tests.',
      severity: 'error',
      from: { path: '^src/', pathNot: TESTS },
      to: { path: ['^test/', TESTS] },
    },
    {
      name: 'no-unknown-room',
      comment:
        'Every folder of the engine is a room with a place in the order. A new one is added to ROOMS first.',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^src/engine/[^/]+/', pathNot: `^src/engine/(${[...ROOMS, SAMPLE, ROUTES].join('|')})/` },
    },
    {
      name: 'no-code-outside-the-rooms',
      comment: 'Every folder of src has its row in the table. A new one gets its row here first.',
      severity: 'error',
      from: {},
      to: { path: '^src/', pathNot: '^src/(shared|engine|main|preload|serve|cli|renderer)/' },
    },

    mayOnly(
      'shared-runs-anywhere',
      'shared is loaded by the engine, the shells and the browser alike: itself, zod and the contract library only.',
      '^src/shared/',
      { paths: ['^src/shared/'], packages: ['zod', '@orpc/contract'] },
    ),

    mayOnly(
      'engine-is-headless',
      'The engine must run without a screen: no Electron, React, shell or renderer, and of libraries those named here.',
      '^src/engine/',
      {
        paths: ['^src/engine/', '^src/shared/'],
        packages: [
          'zod',
          '@duckdb/node-api',
          '@orpc/server',
          '@orpc/contract',
          '@huggingface/tokenizers',
          'onnxruntime-web',
          'fzstd',
          're2js',
          'yauzl',
          'yazl',
        ],
        node: true,
      },
    ),
    ...roomOrder,
    mayOnly(
      'sample-stands-apart',
      'The sample is written as a stranger would write it, so it knows no room; and no room knows it (room-order).',
      `^src/engine/${SAMPLE}/`,
      { paths: [`^src/engine/${SAMPLE}/`, '^src/shared/'], node: true },
    ),
    mayOnly(
      'formats-stand-alone',
      'A format is one file that describes how to read, and never reads: its interface, shared and zod, and where it has ' +
        'a twin in SQL the text of that. No other format, no file system, no database, no Node.',
      '^src/engine/intake/formats/',
      {
        paths: ['^src/engine/intake/format\\.ts$', '^src/engine/intake/formats/[^/]+\\.sql$', '^src/shared/'],
        packages: ['zod'],
      },
    ),
    mayOnly(
      'detectors-stand-alone',
      'A detector is one file that says what to look for: its interface (for failures of the environment also what those have in ' +
        'common), shared and zod (for its parameters). No ' +
        'other detector, no file system, no database, no Node.',
      '^src/engine/signals/detectors/',
      {
        paths: ['^src/engine/signals/(detector|environment-detector)\\.ts$', '^src/shared/'],
        packages: ['zod'],
      },
    ),

    mayOnly(
      'main-carries-the-engine',
      'The desktop shell starts the engine and shows a window: engine, shared, Node, Electron, the contract library, and zod ' +
        'for what comes over the wire.',
      '^src/main/',
      { paths: ['^src/(main|engine|shared)/'], packages: ['electron', '@orpc/', 'zod'], node: true },
    ),
    mayOnly(
      'preload-hands-over-a-port',
      'The preload runs in a sandbox beside hostile content: Electron and shared, not even Node.',
      '^src/preload/',
      { paths: ['^src/(preload|shared)/'], packages: ['electron'] },
    ),
    mayOnly(
      'serve-carries-the-engine',
      'The browser shell puts the engine behind a local port: engine, shared, Node, the contract library, WebSockets, and ' +
        'zod for what comes over the wire.',
      '^src/serve/',
      { paths: ['^src/(serve|engine|shared)/'], packages: ['@orpc/', 'ws', 'zod'], node: true },
    ),
    mayOnly(
      'cli-carries-the-engine',
      'The command line calls the router like every other shell: engine, shared, Node and the contract library.',
      '^src/cli/',
      { paths: ['^src/(cli|engine|shared)/'], packages: ['@orpc/'], node: true },
    ),
    {
      name: 'electron-in-main-and-preload-alone',
      comment: 'Everything but the desktop shell must run where there is no Electron.',
      severity: 'error',
      from: { path: '^src/', pathNot: ['^src/(main|preload)/', TESTS] },
      to: { path: npm('electron') },
    },

    mayOnly(
      'renderer-is-a-web-page',
      'The renderer talks to the engine through the contract: itself, shared with its zod, and UI libraries. Never Node, the engine ' +
        'or a shell.',
      '^src/renderer/',
      {
        paths: ['^src/(renderer|shared)/'],
        packages: [
          'react',
          'react-dom',
          '@mantine/',
          '@tabler/icons-react',
          '@tanstack/',
          'd3-',
          '@fontsource-variable/',
          '@orpc/client',
          '@orpc/contract',
          '@orpc/tanstack-query',
          'zod',
        ],
      },
    ),
    {
      name: 'features-stand-alone',
      comment: 'A feature never imports another: what two need goes to components/ or lib/.',
      severity: 'error',
      from: { path: '^src/renderer/features/([^/]+)/' },
      to: { path: '^src/renderer/features/', pathNot: '^src/renderer/features/$1/' },
    },
  ],
  options: {
    doNotFollow: { path: '^node_modules/' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    detectProcessBuiltinModuleCalls: true,
    combinedDependencies: false,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
      mainFields: ['module', 'main', 'types', 'typings'],
    },
    cache: false,
  },
};
