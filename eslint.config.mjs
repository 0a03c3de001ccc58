import tseslint from 'typescript-eslint';
import { layers } from './layers.mjs';

const hostFree = Object.entries(layers)
  .filter(([, { host }]) => host === 'none' || host === 'crypto')
  .map(([name]) => `src/${name}/**/*.ts`);

const unrepeatable = [
  'Date',
  'performance',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'Buffer',
  'process',
  'console',
  'crypto',
  'fetch',
].map((name) => ({ name, message: 'A host-free layer is given its clock, randomness and I/O.' }));

export default tseslint.config(
  { ignores: ['dist/**', '.cache/**', 'node_modules/**', '**/*.generated.*', 'test/demo/workspace/**'] },
  ...tseslint.configs.recommended,
  {
    rules: {
      'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-empty': ['error', { allowEmptyCatch: false }],
    },
  },
  {
    files: ['src/**/*.ts', 'webview/**/*.ts'],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: false }],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/no-non-null-assertion': 'error',
    },
  },
  {
    files: ['src/extension/**/*.ts'],
    ignores: ['src/extension/notify.ts'],
    rules: {
      'no-restricted-properties': [
        'error',
        ...['showInformationMessage', 'showWarningMessage', 'showErrorMessage'].map((property) => ({
          property,
          message: 'Messages go through notify.ts: a stranger’s words may hold a link there.',
        })),
      ],
    },
  },
  {
    files: hostFree,
    rules: {
      'no-restricted-globals': ['error', ...unrepeatable],
      'no-restricted-properties': [
        'error',
        { object: 'Math', property: 'random', message: 'Randomness is given.' },
      ],
    },
  },
);
