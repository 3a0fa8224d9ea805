import assert from 'node:assert/strict';
import { join } from 'node:path';
import { before, describe, it } from 'mocha';
import { isCampaign } from '../support/campaign.js';
import { installed, openConsumer, type Consumer } from './consumer.js';
import { assertOutsideTheProject } from '../support/package/outside.js';
import { runProgram } from '../support/package/run-program.js';

describe('the packed package under test runners with default settings', () => {
  let consumer: Consumer;
  before(() => {
    const names = ['express', '@libsql/client', 'jest', '@jest/globals', 'supertest', 'vitest'];
    consumer = openConsumer({ packages: Object.fromEntries(names.map((name) => [name, name])) });
  });

  const inCampaign = isCampaign ? it : () => undefined;

  inCampaign(
    'Jest 30 in CommonJS: a signup through supertest from a link with a code, contract suites, and every dependency',
    async () => {
      // Only the cache location is set for this run; how Jest finds and loads modules is its default.
      const args = ['runners/jest', '--cacheDirectory', join(consumer.folder, 'jest-cache')];
      const { text, loaded } = await runProgram(consumer, join(installed, 'jest/bin/jest.js'), { args });
      assert.match(text, /Tests: +\d{2,} passed, \d+ total/);
      assert.ok(!text.includes('--experimental-vm-modules'), text);
      assertOutsideTheProject(consumer, loaded, 'dist/cjs');
    },
  );

  inCampaign('Vitest 4: a signup from a link with a code, and a contract suite', async () => {
    const args = ['run', 'runners/vitest'];
    // Its workers end before they can report what they loaded; a test inside them checks that.
    const { text } = await runProgram(consumer, join(installed, 'vitest/vitest.mjs'), { args });
    assert.match(text, /Tests +\d{2,} passed/);
  });

  it('node:test: the contract suites for custom adapters', async () => {
    const { text, loaded } = await runProgram(consumer, 'runners/node.test.mjs');
    assert.match(text, /^\S+ pass \d{2,}\n\S+ fail 0$/m);
    assertOutsideTheProject(consumer, loaded, 'dist/esm');
  });
});
