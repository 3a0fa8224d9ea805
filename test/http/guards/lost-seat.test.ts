import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { startRedis, type TestRedis } from '../../support/redis-server.js';
import { summaryOnceRedeemed } from '../../support/http/await-redeemed.js';
import { Caller, openGuardApp, personIn, said, type GuardApp } from '../../support/guards/guard-app.js';
import { ageForms, forgetSeats } from '../../support/guards/forms-in-redis.js';

const attemptCookie = 'enrollment.attempt';

describe('an attempt whose seat the store has lost', () => {
  let redis: TestRedis;
  let guardApp: GuardApp;
  before(async () => {
    redis = await startRedis();
    guardApp = await openGuardApp({ redis: redis.url });
    await guardApp.enrollment.ready();
  });
  after(async () => {
    await guardApp.close();
    await redis.stop();
  });

  // As if the process had died before it could mark the seat, or Redis had been set back.
  async function signUpAndForget(email: string): Promise<{ again(): ReturnType<Caller['send']>; first: string }> {
    const { code, id } = await guardApp.enrollment.invitations.create();
    const caller = new Caller(guardApp);
    await caller.open();
    const cookie = caller.client.cookies.get(attemptCookie) ?? '';
    const first = personIn(await caller.send(code, email));
    await summaryOnceRedeemed(1, guardApp, id);
    await forgetSeats(redis.client(), id);
    const again = async (): ReturnType<Caller['send']> => {
      caller.client.cookies.set(attemptCookie, cookie);
      const answer = await caller.send(code, email);
      await summaryOnceRedeemed(1, guardApp, id);
      return answer;
    };
    return { again, first };
  }

  it('is found in the database: within two minutes the same form gets its account', async () => {
    const { again, first } = await signUpAndForget('crashed@example.com');
    assert.equal(personIn(await again()), first);
  });

  it('F4: a form resent after two minutes gets no account, even if the store was rolled back', async () => {
    const { again } = await signUpAndForget('late@example.com');
    await ageForms(redis.client(), 121);
    // What the first of them stores must not make the account look new to the next.
    for (let times = 0; times < 3; times += 1) {
      const answer = await again();
      assert.deepEqual([answer.status, said(answer)['reason'], said(answer)['userId']], [409, 'guard.redeemed', null]);
    }
    await ageForms(redis.client(), 1);
    const together = await Promise.all([again(), again()]);
    assert.deepEqual(
      together.map(({ status }) => status),
      [409, 409],
    );
  });
});
