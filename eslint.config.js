import js from '@eslint/js';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

const typescript = ['{lib,test,examples,bench}/**/*.ts'];
const known = (...names) => Object.fromEntries(names.map((name) => [name, 'readonly']));

export default defineConfig(
  globalIgnores(['.build*/', 'dist/', 'coverage/']),
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  // Control characters are just what typed text is searched for.
  { rules: { eqeqeq: 'error', 'no-control-regex': 'off' } },

  {
    files: typescript,
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      // Spreading a text counts it in code points, which is what limits on characters mean.
      '@typescript-eslint/no-misused-spread': ['error', { allow: ['string'] }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', ignoreRestSiblings: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      // `return next()` is how Express is written.
      '@typescript-eslint/no-confusing-void-expression': 'off',
      // Ports are records of functions; nobody's `this` is meant.
      '@typescript-eslint/unbound-method': 'off',
      // What comes from JavaScript callers, from stores and from requests is checked even where its type promises it.
      '@typescript-eslint/no-unnecessary-condition': 'off',
      // A definition's type parameters often stand once, to be inferred and shown in editors.
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
      // A port's functions are asynchronous even where one adapter has nothing to wait for.
      '@typescript-eslint/require-await': 'off',
    },
  },

  {
    files: ['lib/**/*.ts'],
    ignores: ['lib/cli/**'],
    rules: { 'no-console': 'error' },
  },
  {
    files: ['lib/**/*.ts'],
    rules: { 'max-lines': ['warn', 250] },
  },

  {
    // The machine is synchronous and reads no clock: what it needs to know comes in as data.
    files: ['lib/flow/**/*.ts'],
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
      'no-restricted-globals': ['error', 'setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask', 'process'],
    },
  },

  {
    files: ['{test,examples,bench}/**/*.ts'],
    rules: {
      '@typescript-eslint/no-base-to-string': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/unbound-method': 'off',
    },
  },

  {
    files: ['*.{js,cjs,mjs}', 'scripts/**/*.mjs'],
    languageOptions: { globals: known('process', 'console', 'URL', 'setTimeout') },
  },
  {
    files: ['**/*.cjs'],
    languageOptions: { sourceType: 'commonjs', globals: known('module', 'require', '__dirname') },
  },
  {
    files: ['assets/**/*.js'],
    languageOptions: { globals: known('window', 'document', 'navigator') },
  },
);
