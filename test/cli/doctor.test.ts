import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { packageRoot } from '#package-root';
import { startRedis, type RedisOptions } from '../support/redis-server.js';
import { commandLine, configurationOf, listAt, sampleSecret, textAt } from '../support/cli/command-line.js';

const lasting: RedisOptions = { persistence: true };
const redemptions = `redemptions: { find: async () => null }`;

describe('doctor', () => {
  interface Visit {
    readonly code: number;
    /** `grade about: text`, one per line. */
    readonly findings: string;
  }

  async function visit(configuration: string): Promise<Visit> {
    const cli = commandLine(configuration);
    const said = await cli.run(['--json', 'doctor']);
    assert.equal(said.err, '');
    assert.ok(!said.out.includes(sampleSecret));
    const text = await cli.run(['doctor']);
    const found = listAt(JSON.parse(said.out), 'findings').map((one) => {
      assert.ok(text.out.includes(textAt(one, 'about')));
      return `${textAt(one, 'grade')} ${textAt(one, 'about')}: ${textAt(one, 'text')}`;
    });
    return { code: said.code, findings: found.join('\n') };
  }

  async function withRedis(
    options: RedisOptions,
    more: string,
    look: (url: string, visit: Visit) => void | Promise<void>,
  ): Promise<void> {
    const redis = await startRedis(options);
    try {
      await look(redis.url, await visit(configurationOf(redis.url, more)));
    } finally {
      await redis.stop();
    }
  }

  it('reports nothing bad for a good setup', () =>
    withRedis(lasting, redemptions, (_url, { code, findings }) => {
      assert.equal(code, 0);
      assert.doesNotMatch(findings, /^(bad|unwise) (?!reach)/m);
      assert.match(findings, /^unwise reach: .*does not answer: connect ECONNREFUSED/m);
      assert.match(findings, /^fine stores: these answer: redis, redisWrites, redemptions$/m);
      assert.match(findings, /^fine links: .*for development$/m);
    }));

  it('reports a Redis that evicts keys', () =>
    withRedis({ ...lasting, args: ['--maxmemory-policy', 'allkeys-lru'] }, redemptions, (_url, { code, findings }) => {
      assert.equal(code, 1);
      assert.match(findings, /^bad keeping: .*allkeys-lru/m);
    }));

  it('reports a Redis without persistence, and missing redemptions', () =>
    withRedis({}, '', (_url, { code, findings }) => {
      assert.equal(code, 1);
      assert.match(findings, /^bad keeping: .*nothing on disk/m);
      assert.match(findings, /^bad redemptions: /m);
    }));

  it('F36: reports as unknown what an ACL hides, and uses what INFO says', async () => {
    const redis = await startRedis();
    try {
      await redis.client().call('ACL', 'SETUSER', 'app', 'on', '>pw', '~*', '&*', '+@all', '-config');
      const { code, findings } = await visit(
        configurationOf(redis.url.replace('redis://', 'redis://app:pw@'), redemptions),
      );
      assert.equal(code, 0, findings);
      assert.match(findings, /^unwise keeping: unknown: whether it keeps anything on disk/m);
      await redis.client().call('CONFIG', 'SET', 'maxmemory-policy', 'allkeys-lru');
      const evicting = await visit(configurationOf(redis.url.replace('redis://', 'redis://app:pw@'), redemptions));
      assert.match(evicting.findings, /^bad keeping: .*allkeys-lru/m);
      await redis.client().call('ACL', 'SETUSER', 'app', '-info');
      const blind = commandLine(configurationOf(redis.url.replace('redis://', 'redis://app:pw@'), redemptions));
      const { out } = await blind.run(['doctor']);
      assert.match(out, /unknown: whether it keeps anything on disk: CONFIG and INFO persistence do not tell it/);
      assert.doesNotMatch(out, /no append-only file/);
    } finally {
      await redis.stop();
    }
  });

  it('F13: reports the missing table with stores in memory too', async () => {
    const missing = `redemptions: { find: async () => { throw new Error('no such table: enrollment_redemptions'); } }`;
    const { code, findings } = await visit(configurationOf('', missing).replace("redis: '', ", ''));
    assert.equal(code, 1);
    assert.match(findings, /^bad stores: everything is in memory/m);
    assert.match(findings, /^bad stores: the table of redemptions.*no such table/m);
  });

  it('F36: reports a replica and a missing redemptions table, with cause and fix', async () => {
    const redis = await startRedis(lasting);
    try {
      const missing = `redemptions: { find: async () => { throw new Error('no such table: enrollment_redemptions'); } }`;
      const { code, findings } = await visit(configurationOf(redis.url, missing));
      assert.equal(code, 1);
      assert.match(
        findings,
        /^bad stores: the table of redemptions.*no such table: enrollment_redemptions; run your mig/m,
      );
      await redis.client().call('REPLICAOF', '127.0.0.1', '1');
      assert.match(
        (await visit(configurationOf(redis.url, redemptions))).findings,
        /^bad stores: Redis takes no writes.*READONLY.*primary/m,
      );
    } finally {
      await redis.stop();
    }
  });

  it('F13: fetches baseUrl, and reports what a visitor would see there', async () => {
    const redis = await startRedis(lasting);
    const server = createServer((_req, res) => res.writeHead(502).end()).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    try {
      const at = configurationOf(redis.url, redemptions).replace('localhost:3000', `127.0.0.1:${String(port)}`);
      assert.match((await visit(at)).findings, /^bad reach: .* answers with 502$/m);
    } finally {
      server.close();
      await redis.stop();
    }
  });

  for (const [ahead, sentence] of [
    [-60_000, /^unwise clock: Redis is (?:59|6\d)\d{3} ms ahead of this machine/m],
    [60_000, /^unwise clock: Redis is (?:59|6\d)\d{3} ms behind this machine/m],
  ] as const) {
    it(`reports clocks that differ (${ahead} ms)`, () =>
      withRedis(lasting, `${redemptions}, clock: { now: () => Date.now() + ${ahead} }`, (_url, { code, findings }) => {
        assert.equal(code, 0);
        assert.match(findings, sentence);
      }));
  }

  it('reports codes whose secret is gone', () =>
    withRedis(lasting, redemptions, async (url) => {
      const cli = commandLine(configurationOf(url, redemptions));
      assert.equal((await cli.run(['invite', 'bulk', '--count', '3'])).code, 0);
      const other = `${sampleSecret.slice(20)}${sampleSecret.slice(0, 20)}`;
      const later = await visit(configurationOf(url, redemptions).replace(sampleSecret, other));
      assert.equal(later.code, 1);
      assert.match(later.findings, /^bad secret: 3 open invitation\(s\)/m);
      const both = configurationOf(url, redemptions).replace(`'${sampleSecret}'`, `['${other}', '${sampleSecret}']`);
      assert.equal((await visit(both)).code, 0);
    }));

  it('reports links over http and open registration', () =>
    withRedis(lasting, `${redemptions}, registration: 'open'`, async (url, { code, findings }) => {
      assert.equal(code, 0);
      assert.match(findings, /^unwise registration: /m);
      const open = await visit(configurationOf(url, redemptions).replace('localhost:3000', 'app.example'));
      assert.equal(open.code, 1);
      assert.match(open.findings, /^bad links: .*not https/m);
      const secure = await visit(
        configurationOf(url, redemptions).replace('http://localhost:3000', 'https://app.example'),
      );
      assert.match(secure.findings, /^fine links: .*Secure/m);
    }));

  it('reports whether the mailer could send, and with which cause it could not', () =>
    withRedis(lasting, redemptions, async (url, { findings: without }) => {
      assert.doesNotMatch(without, / mail: /);
      const lib = (name: string): string => JSON.stringify(pathToFileURL(join(packageRoot, '.build/lib', name)).href);
      const mailing = (mailer: string): string =>
        `import { memoryUsers, sessionLogin } from ${lib('index.js')};
         import { recoveryFlow } from ${lib('flows.js')};
         const { users, redemptions } = memoryUsers();
         ${configurationOf(url, `users, redemptions, login: sessionLogin(), flows: [recoveryFlow({ slug: 'recovery' })]${mailer}`)}`;
      const send = 'send: async () => undefined';
      for (const [mailer, code, finding] of [
        ['', 0, /^unwise mail: no mailer: mails are written to the log/m],
        [`, mailer: { ${send} }`, 0, /^unwise mail: unknown: the mailer has no verify/m],
        [`, mailer: { ${send}, verify: async () => true }`, 0, /^fine mail: the mailer answers/m],
        [
          `, mailer: { ${send}, verify: async () => { throw new Error('connect ECONNREFUSED 127.0.0.1:25'); } }`,
          1,
          /^bad mail: the mailer cannot send: connect ECONNREFUSED.*nothing answers there/m,
        ],
      ] as const) {
        const found = await visit(mailing(mailer));
        assert.match(found.findings, finding);
        assert.equal(found.code, code, found.findings);
      }
    }));

  it('reports in-memory stores and a missing secret', async () => {
    const { code, findings } = await visit(`export default { baseUrl: 'http://localhost:3000/join' };`);
    assert.equal(code, 1);
    assert.match(findings, /^bad stores: everything is in memory/m);
    assert.match(findings, /^bad secret: none is set/m);
    assert.doesNotMatch(findings, /clock|keeping/);
  });

  it('reports a Redis outage along with everything else', async () => {
    const { code, findings } = await visit(configurationOf('redis://127.0.0.1:1', redemptions));
    assert.equal(code, 1);
    assert.match(findings, /^bad stores: Redis is away/m);
    assert.match(findings, /^fine registration/m);
    assert.doesNotMatch(findings, /^fine keeping/m);
  });
});
