import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { effort } from '../../support/campaign.js';
import { tourFile } from '../../support/flows/tour-file.js';
import { openTestApp } from '../../support/http/test-app.js';

const slugs = ['a', 'b', 'c'] as const;
const file = fc
  .record({
    slug: fc.constantFrom(...slugs),
    title: fc.constantFrom('One', 'Two', 'Three'),
    stages: fc.subarray(['x', 'y', 'z'], { minLength: 1 }),
  })
  .map(({ slug, title, stages }) => ({ file: `${slug}.yaml`, text: tourFile(title, stages, slug) }));
const files = fc.uniqueArray(file, { minLength: 1, maxLength: 3, selector: (one) => one.file });
const step = fc.oneof(fc.record({ files, replaceAll: fc.boolean() }), fc.record({ back: fc.nat({ max: 4 }) }));

describe('versions of stored flows', () => {
  it('whatever was imported, a roll-back makes the flows of its version again, and builds tell what changed', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 6 }), async (steps) => {
        const app = await openTestApp({ flowFiles: { stored: true } });
        const { flows } = app.enrollment;
        await app.enrollment.ready();
        const own = () => flows.list().filter(({ slug }) => slug.length === 1);
        const written = (): readonly string[] =>
          own()
            .map(({ slug }) => flows.export(slug))
            .sort();
        const builds = (): ReadonlyMap<string, string> =>
          new Map(own().map(({ slug, build }) => [flows.export(slug), build]));
        const known = new Map<number, readonly string[]>([[0, []]]);
        try {
          for (const one of steps) {
            const before = builds();
            const newest = (await flows.current()).version;
            if ('back' in one) {
              const to = Math.min(one.back, newest);
              const { version } = await flows.rollBack(to, { by: 'ann' });
              assert.deepEqual(written(), known.get(to));
              known.set(version, written());
            } else {
              const { version } = await flows.import(one.files, { by: 'ann', replaceAll: one.replaceAll });
              known.set(version, written());
            }
            // A flow keeps its build, and with it its running plans, exactly where it stayed as it was.
            for (const [flow, build] of builds()) {
              const was = before.get(flow);
              if (was !== undefined) assert.equal(build, was);
              else assert.ok(![...before.values()].includes(build));
            }
          }
        } finally {
          await app.close();
        }
      }),
      { numRuns: effort(8, 300) },
    );
  });
});
