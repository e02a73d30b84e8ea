import { basename } from 'node:path';
import { defineConfig, globalIgnores } from 'eslint/config';
import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

const TYPESCRIPT = ['**/*.{ts,tsx}'];
const PLAIN_SCRIPTS = ['**/*.{js,mjs,cjs}'];
const TESTS = ['**/*.test.{ts,tsx}', 'test/**'];
/** Word lists, built-in codebooks and the like: long by nature. */
const DATA = ['**/*.data.ts'];
/** Their registries, or the tools that load them, expect a default export. */
const DEFAULT_EXPORT = [
  'src/engine/intake/formats/*.ts',
  'src/engine/signals/detectors/*.ts',
  '*.config.{js,ts}',
  'test/e2e/browser.ts',
  'scripts/vitest-tally.mjs',
];

/** What no plugin has: the house rules for the names of files. */
const house = {
  rules: {
    'file-name': {
      meta: {
        type: 'problem',
        docs: { description: 'kebab-case file names that say what is inside' },
        schema: [],
        messages: {
          kebab: '{{name}}: file names are kebab-case, React components included.',
          vague: '{{name}}: a file is named after what it does; move each function to where it belongs.',
        },
      },
      create(context) {
        return {
          Program(node) {
            const name = basename(context.filename);
            const stem = name.replace(/\..*$/u, '');
            if (!/^\.?[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+(-[a-z0-9]+)*)+$/u.test(name)) {
              context.report({ node, messageId: 'kebab', data: { name } });
            }
            if (/^(utils?|helpers?)$/u.test(stem)) {
              context.report({ node, messageId: 'vague', data: { name } });
            }
          },
        };
      },
    },
  },
};

/** Traces are other people's text and may be hostile: none of it becomes markup. */
const NO_MARKUP_FROM_STRINGS = [
  'JSXAttribute[name.name="dangerouslySetInnerHTML"]',
  'Property[key.name="dangerouslySetInnerHTML"]',
  'Property[key.value="dangerouslySetInnerHTML"]',
  'AssignmentExpression > MemberExpression.left[property.name=/^(innerHTML|outerHTML|srcdoc)$/]',
  'CallExpression[callee.property.name="insertAdjacentHTML"]',
].map((selector) => ({
  selector,
  message: 'Never from a string to markup: traces may be hostile. Render it as text.',
}));

/** Faultline never opens a connection: nothing that leads out of the machine may even be imported. */
const NETWORK = ['http', 'https', 'http2', 'net', 'dns', 'dns/promises', 'tls', 'dgram'];
const NETWORK_GLOBALS = ['fetch', 'XMLHttpRequest', 'WebSocket', 'EventSource'];
const OFFLINE = 'Faultline works offline: the engine and its shells open no connections.';

/** The rules that keep a part of src off the network, for the modules it must do without. Types may be imported. */
function offline(modules) {
  const names = modules.flatMap((name) => [name, `node:${name}`]);
  return {
    '@typescript-eslint/no-restricted-imports': [
      'error',
      {
        paths: [
          ...names.map((name) => ({ name, message: OFFLINE, allowTypeImports: true })),
          { name: 'electron', importNames: ['net'], message: OFFLINE },
        ],
      },
    ],
    'no-restricted-globals': ['error', ...NETWORK_GLOBALS.map((name) => ({ name, message: OFFLINE }))],
    'no-restricted-properties': [
      'error',
      { object: 'process', property: 'getBuiltinModule', message: OFFLINE },
      ...['globalThis', 'window', 'self', 'global'].flatMap((object) =>
        NETWORK_GLOBALS.map((property) => ({ object, property, message: OFFLINE })),
      ),
    ],
    'no-restricted-syntax': [
      'error',
      ...NO_MARKUP_FROM_STRINGS,
      {
        selector: `ImportExpression > Literal[value=/^(node:)?(${modules.map((name) => name.replace('/', '.')).join('|')})$/]`,
        message: OFFLINE,
      },
    ],
  };
}

const size = (name, max) => ({ [name]: ['error', { max, skipBlankLines: true, skipComments: true }] });

export default defineConfig(
  globalIgnores([
    ...['out', 'dist', 'release', 'coverage', 'test-results', 'playwright-report'],
    // What electron-vite reads its settings from, for a moment.
    'electron.vite.config.ts.*.mjs',
  ]),
  { linterOptions: { reportUnusedDisableDirectives: 'error', reportUnusedInlineConfigs: 'error' } },

  {
    name: 'every file',
    files: [...TYPESCRIPT, ...PLAIN_SCRIPTS],
    plugins: { house, '@typescript-eslint': tseslint.plugin },
    languageOptions: { parser: tseslint.parser },
    rules: {
      'house/file-name': 'error',
      ...size('max-lines', 500),
      ...size('max-lines-per-function', 120),
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-eval': 'error',
      'no-new-func': 'error',
      'no-script-url': 'error',
      'no-var': 'error',
      'prefer-const': 'error',
      'no-restricted-exports': [
        'error',
        {
          restrictDefaultExports: {
            direct: true,
            named: true,
            defaultFrom: true,
            namedFrom: true,
            namespaceFrom: true,
          },
        },
      ],
      'no-restricted-syntax': ['error', ...NO_MARKUP_FROM_STRINGS],
    },
  },

  {
    name: 'typed rules',
    files: TYPESCRIPT,
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { requireDefaultForNonUnion: true }],
      // A number in a message is read as it is meant; objects and undefined are not.
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      // `onClick={() => close()}` hides nothing, nor does `return done();` where nothing is returned.
      '@typescript-eslint/no-confusing-void-expression': [
        'error',
        { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true },
      ],
      '@typescript-eslint/no-unnecessary-condition': [
        'error',
        { allowConstantLoopConditions: 'only-allowed-literals' },
      ],
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', ignoreRestSiblings: true, caughtErrors: 'none' },
      ],
    },
  },

  {
    name: 'programs outside the TypeScript project',
    files: PLAIN_SCRIPTS,
    rules: { 'no-unused-vars': ['error', { argsIgnorePattern: '^_', caughtErrors: 'none' }] },
  },

  {
    name: 'off the network',
    files: ['src/{engine,main,preload,cli,shared}/**/*.{ts,tsx}'],
    ignores: TESTS,
    rules: offline(NETWORK),
  },
  {
    // The local judge: off until somebody switches it on, and it refuses every address but this machine's.
    name: 'off the network, but for a model on this machine',
    files: ['src/engine/objectives/judge.ts'],
    rules: offline(NETWORK.filter((name) => name !== 'http')),
  },
  {
    name: 'off the network, but for the local port',
    files: ['src/serve/**/*.ts'],
    ignores: TESTS,
    rules: offline(NETWORK.filter((name) => name !== 'http')),
  },

  {
    name: 'renderer',
    files: ['src/renderer/**/*.{ts,tsx}'],
    extends: [reactHooks.configs.flat.recommended],
    rules: {
      'react-hooks/exhaustive-deps': 'error',
      // It warns that the React compiler skips a component; this project does without the compiler.
      'react-hooks/incompatible-library': 'off',
    },
  },

  { name: 'default exports', files: DEFAULT_EXPORT, rules: { 'no-restricted-exports': 'off' } },
  { name: 'data', files: DATA, rules: { 'max-lines-per-function': 'off' } },
  {
    name: 'tests',
    files: TESTS,
    rules: {
      'max-lines-per-function': 'off',
      // expect.any() and its like are `any`, and a test may be sure of what it has just made.
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/unbound-method': 'off',
    },
  },
);
