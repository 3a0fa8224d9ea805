import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packageRoot } from '#package-root';
import { after, before, describe, it } from 'mocha';
import { sampleOf } from '../support/campaign.js';
import { exampleEnvironment, exampleStart } from '../support/guards/example-app.js';
import { ownProcess } from '../support/own-process.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const folder = join(packageRoot, 'examples');
const examples = readdirSync(folder).filter((name) => !name.includes('.'));

/** Every port that an example has by default, with the names of their variables. */
function portsOf(example: string): ReadonlyMap<string, number> {
  const sources = readdirSync(join(folder, example), { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.(?:ts|js)$/.test(path))
    .map((path) => readFileSync(join(folder, example, path), 'utf8'));
  const found = sources.flatMap((text) => [
    ...text.matchAll(/env\.(\w*PORT) \?\? (\d+)/g),
    ...text.matchAll(/'(\w*PORT)'\](?:!|) \?\? (\d+)/g),
    ...text.matchAll(/numberOf\('(\w*PORT)', (\d+)\)/g),
  ]);
  return new Map(found.map(([, name = '', port]) => [name, Number(port)]));
}

describe('the ports of the examples', () => {
  let taken: Server;
  let port = 0;
  before(async () => {
    taken = createServer().listen(0);
    await once(taken, 'listening');
    ({ port } = taken.address() as AddressInfo);
  });
  after(() => {
    taken.close();
  });

  it('are its own for each, so that all of them run at once, and are those of its README', () => {
    const all = examples.flatMap((example) => {
      const ports = portsOf(example);
      assert.ok(ports.has('PORT'), example);
      return [...ports.values()].map((one) => `${String(one)} ${example}`);
    });
    const numbers = all.map((line) => Number.parseInt(line, 10));
    assert.equal(new Set(numbers).size, all.length, all.toSorted().join('\n'));
    for (const example of examples.filter((name) => readdirSync(join(folder, name)).includes('README.md'))) {
      const readme = readFileSync(join(folder, example, 'README.md'), 'utf8');
      for (const [name, usual] of portsOf(example))
        assert.match(readme, new RegExp(`\\| \`${name}\` +\\| ${String(usual)}\\b`), `${example} ${name}`);
    }
  });

  // That of the existing app needs a database first.
  const cases = examples
    .filter((name) => name !== 'existing-app')
    .flatMap((example) => [...portsOf(example).keys()].map((variable) => ({ example, variable })));
  for (const { example, variable } of sampleOf(cases, 3))
    it(`${example} on a ${variable} that is taken ends with 1 and a sentence`, async () => {
      const free = Object.fromEntries([...portsOf(example).keys()].map((name) => [name, '0']));
      const own = { NODE_ENV: 'test', DATABASE: join(temporaryFolder(), 'users.sqlite'), REDIS_URL: undefined };
      const env = exampleEnvironment(port, { ...own, ...free, [variable]: String(port) });
      const isApart = readdirSync(join(folder, example)).includes('package.json');
      const program = fileURLToPath(new URL(`../../examples/${example}/server.js`, import.meta.url));
      const child = await ownProcess(process.execPath, isApart ? [exampleStart, example] : [program], {
        env: { ...process.env, ...env },
      });
      try {
        const { code } = await child.ended;
        const said = child
          .stderr()
          .split('\n')
          .filter((line) => /Port|Error|at /.test(line));
        assert.deepEqual(said, [`Port ${String(port)} is taken: set ${variable} to a free one.`], child.stderr());
        assert.equal(code, 1);
      } finally {
        await child.end('SIGKILL');
      }
    });
});
