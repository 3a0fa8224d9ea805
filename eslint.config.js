import js from '@eslint/js';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

// TypeScript is checked by oxlint (.oxlintrc.json), which needs a third of the time. Here is JavaScript, and what oxlint lacks.
const known = (...names) => Object.fromEntries(names.map((name) => [name, 'readonly']));

export default defineConfig(
  globalIgnores(['.build*/', 'dist/', 'coverage/']),
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: ['**/*.{js,cjs,mjs}'],
    extends: [js.configs.recommended],
    // Control characters are just what typed text is searched for.
    rules: { eqeqeq: 'error', 'no-control-regex': 'off' },
  },

  {
    // The machine is synchronous and reads no clock: what it needs to know comes in as data.
    files: ['lib/flow/**/*.ts'],
    languageOptions: { parser: tseslint.parser },
    rules: {
      'no-restricted-syntax': [
        'error',
        { selector: ':function[async=true]', message: 'lib/flow has no async functions.' },
        { selector: 'AwaitExpression, ForOfStatement[await=true]', message: 'lib/flow waits for nothing.' },
        {
          selector: ':not(TSTypeReference) > Identifier[name=/^(Promise|Date)$/]',
          message: 'lib/flow has no Promise and no Date values: time comes in as a number.',
        },
      ],
    },
  },

  // With types this takes long for a single rule, so only campaigns do it.
  process.env.TEST_CAMPAIGNS === '1'
    ? {
        files: ['{lib,test,examples,bench}/**/*.ts'],
        plugins: { '@typescript-eslint': tseslint.plugin },
        languageOptions: {
          parser: tseslint.parser,
          parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
        },
        rules: { '@typescript-eslint/no-unsafe-class-instance-assignment': 'error' },
      }
    : [],

  {
    files: ['*.{js,cjs,mjs}', 'scripts/**/*.mjs'],
    languageOptions: { globals: known('process', 'console', 'URL', 'setTimeout') },
  },
  {
    files: ['**/*.cjs'],
    languageOptions: { sourceType: 'commonjs', globals: known('module', 'require', '__dirname') },
  },
  {
    files: ['assets/**/*.js', 'examples/json-client/public/*.js'],
    languageOptions: {
      globals: known(
        'window',
        'AbortController',
        'Blob',
        'getSelection',
        'atob',
        'document',
        'location',
        'navigator',
        'addEventListener',
        'setTimeout',
        'clearTimeout',
        'fetch',
        'DOMParser',
        'btoa',
        'crypto',
        'Event',
        'InputEvent',
        'URL',
        'URLSearchParams',
        'console',
        'HTMLElement',
        'Element',
        'PublicKeyCredential',
        'File',
        'FormData',
        'history',
      ),
    },
  },
);
