import assert from 'node:assert/strict';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { after, before, describe, it } from 'mocha';
import { createEnrollment, type Enrollment } from '../../../lib/index.js';
import { itInCampaign, sampleOf } from '../../support/campaign.js';
import { startServer, type ChildServer } from '../../support/child-server.js';
import { freePort } from '../../support/free-port.js';
import { startRedis, type TestRedis } from '../../support/redis-server.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { secrets } from '../../support/http/test-app.js';
import { summaryOnceRedeemed } from '../../support/http/await-redeemed.js';
import { Caller, personIn } from '../../support/guards/guard-app.js';
import { RawClient } from '../../support/raw-client.js';
import { sqlitePeople, type People, type Person } from '../../support/guards/people.js';

describe('an app that is killed while its guarded route makes an account', () => {
  let redis: TestRedis;
  let people: People;
  let enrollment: Enrollment<Person>;
  let env: Record<string, string>;
  before(async () => {
    redis = await startRedis();
    const database = join(temporaryFolder(), 'people.sqlite');
    people = await sqlitePeople(database);
    const port = await freePort();
    const baseUrl = `http://localhost:${port}`;
    env = {
      PORT: String(port),
      BASE_URL: baseUrl,
      REDIS_URL: redis.url,
      ENROLLMENT_SECRET: secrets[0],
      DATABASE: database,
    };
    enrollment = createEnrollment<Person>({
      baseUrl,
      secret: secrets[0],
      redis: redis.url,
      redemptions: people.redemptions,
    });
    await enrollment.ready();
  });
  after(async () => {
    await enrollment.close();
    await people.close();
    await redis.stop();
  });

  const start = (diesAt?: string): Promise<ChildServer> =>
    startServer(fileURLToPath(new URL('../../support/guards/killed-app.js', import.meta.url)), {
      env: { ...env, DIES_AT: diesAt },
    });

  const moments = [
    ['claimed', 0],
    ['in-transaction', 0],
    ['committed', 1],
    ['before-answer', 1],
  ] as const;
  for (const [moment, made] of sampleOf(moments, 1)) {
    it(`killed when ${moment}: the same browser resubmits; one account, no seat lost`, async () => {
      const email = `${moment}@example.com`;
      const { code, id } = await enrollment.invitations.create({ uses: 2 });
      const accounts = async (): Promise<readonly string[]> =>
        (await people.all()).filter(({ key }) => key?.startsWith(`${id}:`)).map((one) => one.email);
      const caller = new Caller({ url: env['BASE_URL'] ?? '' });

      const dying = await start(moment);
      await caller.open(`/signup?invite=${code}`);
      await caller.open();
      await assert.rejects(caller.send(code, email));
      assert.equal((await dying.ended).signal, 'SIGKILL');
      assert.equal((await accounts()).length, made);

      const server = await start();
      try {
        const again = await caller.send(code, email);
        assert.equal(again.status, 201, again.text);
        assert.equal(personIn(await caller.send(code, email)), personIn(again));
        assert.deepEqual(await accounts(), [email]);
        // The second seat is available to another user, and there is no third one.
        const other = new Caller({ url: env['BASE_URL'] ?? '' });
        assert.equal((await other.send(code, `other-${email}`)).status, 201);
        await summaryOnceRedeemed(2, { enrollment }, id);
        assert.equal((await new Caller({ url: env['BASE_URL'] ?? '' }).send(code, `third-${email}`)).status, 422);
        assert.deepEqual(await accounts(), [email, `other-${email}`]);
      } finally {
        await server.stop();
      }
    });
  }

  const acceptMoments = [
    ['claimed', 0],
    ['committed', 1],
    ['before-answer', 1],
  ] as const;
  for (const [moment, made] of acceptMoments)
    itInCampaign(
      `killed when ${moment} while an account accepts: it accepts again; one row, no seat lost`,
      async () => {
        const { code, id } = await enrollment.invitations.create({ uses: 2 });
        const row = (of: string) => people.redemptions.find({ key: `${id}:${of}` });
        const rows = async (): Promise<number> =>
          (await Promise.all(['1', '2'].map(row))).filter((found) => found !== null).length;
        const accept = (user: string) =>
          new RawClient(env['BASE_URL'] ?? '').post('/accept', { invite_code: code }, { 'x-user': user });

        const dying = await start(moment);
        await assert.rejects(accept('ann'));
        assert.equal((await dying.ended).signal, 'SIGKILL');
        assert.equal(await rows(), made);

        const server = await start();
        try {
          for (let times = 0; times < 2; times += 1) {
            const answer = await accept('ann');
            assert.equal(answer.status, 200, answer.text);
          }
          assert.equal(await rows(), 1);
          assert.equal((await accept('bob')).status, 200);
          assert.equal((await accept('cyd')).status, 422);
          assert.equal(await rows(), 2);
          await summaryOnceRedeemed(2, { enrollment }, id);
        } finally {
          await server.stop();
        }
      },
    );
});
