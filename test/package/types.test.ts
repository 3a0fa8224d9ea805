import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { sampleOf } from '../services/campaign.js';
import { openConsumer } from './consumer.js';
import { assertOutsideTheProject, filesOf } from './outside.js';
import { typeCheck } from './type-check.js';

describe('the types of the packed package, under strict and with all declarations checked', () => {
  for (const moduleResolution of sampleOf(['nodenext', 'node16'], 1)) {
    it(`moduleResolution ${moduleResolution}: an app in ES modules and one in CommonJS, with /testing`, async () => {
      const consumer = openConsumer({ packages: packagesWith('express', '@types/express') });
      const endings = ['.mts', '.cts'];
      const files = await typeCheck(consumer, { module: moduleResolution, moduleResolution, endings });
      for (const part of ['dist/esm', 'dist/cjs']) assertOutsideTheProject(consumer, files, part);
    });
  }

  it('moduleResolution node10 and the types of Express 4: an app in CommonJS, with /testing', async () => {
    const consumer = openConsumer({ packages: packagesWith('express4', 'types-express4') });
    const files = await typeCheck(consumer, {
      module: 'commonjs',
      moduleResolution: 'node10',
      endings: ['.ts'],
      more: { ignoreDeprecations: '6.0' },
    });
    assertOutsideTheProject(consumer, files, 'dist/cjs');
    assert.notDeepEqual(filesOf('types-express4', files), []);
  });
});

/** What a typed app has: its Express, and the types that the package's declarations name. */
function packagesWith(express: string, types: string): Readonly<Record<string, string>> {
  const session = '@types/express-session';
  return { express, '@types/express': types, [session]: session, '@types/node': '@types/node' };
}
