// What tsc does not see of our scripts (tsconfig.json): how they are written, and promises that nobody waits for.
import js from '@eslint/js';
import { defineConfig } from 'eslint/config';
import { configs } from 'typescript-eslint';

const STORAGE = ['localStorage', 'sessionStorage', 'indexedDB'];
const WINDOW = ['window', 'self', 'globalThis'];
const message = 'Storage may be refused: static/js/shared/storage.js alone keeps things in the browser.';

/** @type {import('eslint').Linter.Config['rules']} */
const style = {
  'array-callback-return': 'error',
  complexity: ['error', 12],
  'consistent-return': 'error',
  eqeqeq: 'error',
  'max-depth': ['error', 3],
  'max-lines': ['error', 400],
  'max-lines-per-function': ['error', 40],
  'no-alert': 'error',
  'no-console': 'error',
  'no-eval': 'error',
  'no-param-reassign': 'error',
  'no-self-compare': 'error',
  'no-template-curly-in-string': 'error',
  'no-unneeded-ternary': 'error',
  'no-useless-concat': 'error',
  'no-var': 'error',
  'object-shorthand': 'error',
  'prefer-const': 'error',
  'prefer-object-has-own': 'error',
  'prefer-template': 'error',
};

/** @type {import('eslint').Linter.Config['rules']} */
const types = {
  // Objects that are kept as JSON lose entries so.
  '@typescript-eslint/no-dynamic-delete': 'off',
  '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
  // They do not see a type that stands in a comment before what it is the type of. tsc does.
  '@typescript-eslint/no-unsafe-argument': 'off',
  '@typescript-eslint/no-unsafe-assignment': 'off',
  '@typescript-eslint/no-unsafe-member-access': 'off',
  // tsc knows which globals a page has, and which a worker.
  'no-undef': 'off',
};

export default defineConfig(
  { ignores: ['.venv/', 'static/vendor/', 'test-results/', 'var/'] },
  js.configs.recommended,
  configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { project: ['tsconfig.json', 'tsconfig.worker.json', 'tests/js/tsconfig.json'] } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: { ...style, ...types },
  },
  {
    files: ['static/js/**'],
    ignores: ['static/js/shared/storage.js'],
    rules: {
      'no-restricted-globals': ['error', ...STORAGE.map(name => ({ name, message }))],
      'no-restricted-properties': ['error', ...WINDOW.flatMap(object => STORAGE.map(property => ({ object, property, message })))],
    },
  },
  {
    files: ['tests/js/**'],
    rules: {
      // Node waits for its tests by itself.
      '@typescript-eslint/no-floating-promises': ['error', { allowForKnownSafeCalls: [{ from: 'package', name: 'test', package: 'node:test' }] }],
    },
  },
);
