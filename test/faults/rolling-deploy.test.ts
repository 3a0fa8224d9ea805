import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { after, before, it } from 'mocha';
import { packageRoot } from '#package-root';
import { accountsIn } from '../support/e2e/example.js';
import { accountOf } from '../support/e2e/browser-visitor.js';
import { describeInCampaign } from '../support/campaign.js';
import { startServer, type ChildServer } from '../support/child-server.js';
import { freePort } from '../support/free-port.js';
import { form } from '../support/html-form.js';
import { RawClient } from '../support/raw-client.js';
import { startRedis, type TestRedis } from '../support/redis-server.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { waitUntil } from '../support/wait-until.js';
import { countedBy, race, type Racer } from '../support/faults/crowd.js';
import { adminClientOf, type AdminClient } from '../support/faults/admin.js';
import { sameBrowser } from '../support/faults/prepared-visitor.js';

/** An earlier build of this package, from before reservations, tenants and waitlists. */
const earlier = 'e82ec25';
const page = '/if/flow/invite/';
const program = fileURLToPath(new URL('../support/faults/crowd-server.js', import.meta.url));

function isHere(): boolean {
  try {
    execFileSync('git', ['cat-file', '-e', `${earlier}^{commit}`], { cwd: packageRoot, stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Compiles that build in a folder of its own; returns the path of the same server over it. */
function serverOfEarlierBuild(): string {
  const folder = temporaryFolder();
  const run = (command: string, ...args: readonly string[]): unknown =>
    execFileSync(command, args, { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
  const archive = join(folder, 'earlier.tar');
  execFileSync('git', ['archive', `--output=${archive}`, earlier], { cwd: packageRoot });
  run('tar', '-xf', archive);
  symlinkSync(join(packageRoot, 'node_modules'), join(folder, 'node_modules'));
  const tsc = join(packageRoot, 'node_modules/typescript/bin/tsc');
  run(process.execPath, tsc, '-p', 'tsconfig.esm.json', '--noCheck', '--outDir', '.build/lib');
  mkdirSync(join(folder, '.build/test/faults'), { recursive: true });
  const server = join(folder, '.build/test/faults/crowd-server.js');
  cpSync(program, server);
  return server;
}

const available = isHere();
const test = available ? it : it.skip;
const reason = available ? '' : ` (skipped: commit ${earlier} is not in this checkout)`;

describeInCampaign(`a rolling deployment: build ${earlier} and this one side by side`, () => {
  let redis: TestRedis;
  let servers: readonly ChildServer[] = [];
  let admin: AdminClient;
  let database: string;
  before(async () => {
    if (!available) return;
    redis = await startRedis();
    database = join(temporaryFolder(), 'users.sqlite');
    const baseUrl = `http://localhost:${await freePort()}`;
    const secret = 'Jt5mQx8LrVb3KwHcY7NpDf2JsGa9UeXo';
    const env = async (): Promise<Record<string, string>> => ({
      NODE_ENV: 'test',
      BASE_URL: baseUrl,
      REDIS_URL: redis.url,
      ENROLLMENT_SECRET: secret,
      DATABASE: database,
      PORT: String(await freePort()),
    });
    const old = await startServer(serverOfEarlierBuild(), { env: { ...(await env()), EARLIER_BUILD: '1' } });
    servers = [old, await startServer(program, { env: await env() })];
    admin = adminClientOf({ baseUrl, secret, redis: redis.url, database });
  });
  after(async () => {
    if (!available) return;
    await admin.close();
    await Promise.all(servers.map((server) => server.stop()));
    await redis.stop();
  });

  /** Gets each page of the sign-up from the other of the two servers; `first` is where it begins. */
  async function zigzag(code: string, name: string, first: number): Promise<Racer> {
    const at = (turn: number): string => servers[(first + turn) % 2]!.url;
    const one = new RawClient(at(0));
    const asked = form((await one.get(page)).text);
    const two = sameBrowser(one, at(1));
    const passed = await two.post(page, { ...asked.hidden, invite_code: code });
    assert.equal(passed.status, 303, passed.text);
    const three = sameBrowser(two, at(2));
    const { hidden } = form((await three.get(page)).text);
    return { name, client: three, fields: { ...hidden, ...accountOf(name) } };
  }

  test(`a form of one is taken by the other at every step, a session of one is known to the other${reason}`, async () => {
    for (const first of [0, 1]) {
      const { code } = await admin.invitations.create({ uses: 1 });
      const { client, fields, name } = await zigzag(code, `zigzag-${first}`, first);
      const last = sameBrowser(client, servers[(first + 1) % 2]!.url);
      const answer = await last.post(page, fields);
      assert.equal(answer.status, 303, answer.text);
      for (const { url } of servers)
        assert.equal(
          (JSON.parse((await sameBrowser(last, url).get('/me')).text) as { username: string }).username,
          name,
        );
      // The completion receipt: the same form at the other server. The two builds hash a form differently, so this
      // server may not recognize it. It then says that the account is ready and signs no one in.
      const elsewhere = sameBrowser(client, servers[first]!.url);
      const again = await elsewhere.post(page, fields);
      if (again.status === 200) assert.match(again.text, /Your account is ready/);
      else assert.deepEqual([again.status, again.location], [303, answer.location]);
      assert.equal((await accountsIn(database)).filter(({ username }) => username === name).length, 1);
    }
  });

  test(`100 visitors, half of them at each, press the last button of a ten-use code: exactly ten${reason}`, async () => {
    const { id, code } = await admin.invitations.create({ uses: 10 });
    const crowd: Racer[] = [];
    for (let index = 0; index < 100; index += 1) crowd.push(await zigzag(code, `rolling-${index}`, index % 2));
    const finish = await race(
      crowd,
      servers.map(({ url }) => url),
    );
    assert.deepEqual(
      countedBy(finish, ({ status }) => status),
      { 303: 10, 403: 90 },
    );
    const made = (await accountsIn(database)).filter(({ redemptionKey }) => redemptionKey?.startsWith(`${id}:`));
    assert.equal(made.length, 10);
    await waitUntil(
      async () => ((await admin.countsOf(id)).redeemed === 10 ? true : undefined),
      () => 'the invitation does not count its ten accounts',
    );
    assert.deepEqual(await admin.countsOf(id), { state: 'used_up', redeemed: 10, claimed: 0, lapsed: 0 });
  });
});
