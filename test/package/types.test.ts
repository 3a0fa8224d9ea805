import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { isCampaign, sampleOf } from '../support/campaign.js';
import * as kit from '../../lib/index.js';
import * as sql from '../../lib/sql.js';
import * as testing from '../../lib/testing/index.js';
import { openConsumer, type Consumer } from './consumer.js';
import { assertOutsideTheProject, filesOf } from '../support/package/outside.js';
import { typeCheck } from '../support/package/type-check.js';

describe('the types of the packed package, under strict and with all declarations checked', () => {
  for (const moduleResolution of sampleOf(['nodenext', 'node16'], 1)) {
    it(`moduleResolution ${moduleResolution}: an ES module app and a CommonJS app, with /testing`, async () => {
      const consumer = withLibrary(openConsumer({ packages: packagesWith('express', '@types/express') }));
      const endings = ['.mts', '.cts'];
      const files = await typeCheck(consumer, {
        module: moduleResolution,
        moduleResolution,
        endings,
        compiler: isCampaign ? 'typescript' : 'typescript-7',
      });
      for (const part of ['dist/esm', 'dist/cjs']) assertOutsideTheProject(consumer, files, part);
    });
  }

  it('moduleResolution node10 and the types of Express 4: a CommonJS app, with /testing', async () => {
    const consumer = withLibrary(openConsumer({ packages: packagesWith('express4', 'types-express4') }));
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

/**
 * Adds a library that re-exports the return types of the package's functions: each of these types needs an exported
 * name, or none at all. Middleware is left out, because its types are Express's.
 */
function withLibrary(consumer: Consumer): Consumer {
  const given = (path: string): string => `${path}(...(null! as Parameters<typeof ${path}>))`;
  const functions = (part: object): readonly string[] =>
    Object.entries(part).flatMap(([name, value]) => (typeof value === 'function' && /^[a-z]/.test(name) ? name : []));
  const enrollment = kit.createEnrollment({ baseUrl: 'http://localhost', logger: silent });
  const { invitations, waitlist, deliveries } = enrollment;
  void enrollment.close();
  const lines = [
    ...Object.entries({ kit, sql, testing }).flatMap(([as, part]) => [
      `import * as ${as} from 'express-enrollment${as === 'kit' ? '' : `/${as}`}';`,
      ...functions(part).map((name) => `export const ${as}_${name} = ${given(`${as}.${name}`)};`),
    ]),
    'declare const enrollment: kit.Enrollment<kit.MemoryUser>;',
    ...['health', 'diagnose', 'currentUser'].map((name) => `export const ${name} = ${given(`enrollment.${name}`)};`),
    ...Object.entries({ invitations, waitlist, deliveries }).flatMap(([at, part]) =>
      functions(part).map((name) => `export const ${at}_${name} = ${given(`enrollment.${at}.${name}`)};`),
    ),
  ];
  writeFileSync(join(consumer.folder, 'types/library.ts'), lines.join('\n'));
  return consumer;
}

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** The packages of a typed app: its Express, and the types that the package's declarations name. */
function packagesWith(express: string, types: string): Readonly<Record<string, string>> {
  const session = '@types/express-session';
  return { express, '@types/express': types, [session]: session, '@types/node': '@types/node' };
}
