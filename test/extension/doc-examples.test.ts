import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { docPages, exampleErrors, examplesOf } from '../support/doc-examples.js';

/** Its examples need the globals of a test runner: `docs.test.ts` compiles and runs them. */
const own = 'docs/extending.md';

describe('the examples of the documentation', () => {
  const pages = docPages().filter((page) => page !== own && examplesOf(page).size > 0);

  it('compile under the strict options of the project', () => {
    assert.deepEqual(exampleErrors(pages), []);
  });

  it('stand on the page of every part', () => {
    const without = ['account-settings', 'mail', 'flows', 'policies', 'prompts']
      .map((name) => `docs/${name}.md`)
      .concat(docPages().filter((page) => page.startsWith('docs/stages/')))
      .filter((page) => !pages.includes(page));
    assert.deepEqual(without, []);
  });
});
