import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import type { Redis } from 'ioredis';
import { accountSettings, confirmEmailFlow, recoveryFlow, setPasswordFlow } from '../../lib/flows.js';
import { inviteSignupFlow, signInFlow } from '../../lib/index.js';
import { maskEmail } from '../../lib/base/mask.js';
import { memoryMailer } from '../../lib/testing/memory-mailer.js';
import { accountOf, password } from '../support/account.js';
import { signIn } from '../support/http/sign-in-app.js';
import { openTestApp, type TestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';
import { startRedis, type TestRedis } from '../support/redis-server.js';
import { waitUntil } from '../support/wait-until.js';

/** Every key of a Redis with all that it holds, as text. */
async function everything(client: Redis): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  for (const key of await client.keys('*')) {
    const type = await client.type(key);
    const held =
      type === 'string'
        ? await client.get(key)
        : type === 'hash'
          ? await client.hgetall(key)
          : type === 'zset'
            ? await client.zrange(key, 0, '-1', 'WITHSCORES')
            : type === 'set'
              ? await client.smembers(key)
              : type === 'list'
                ? await client.lrange(key, 0, -1)
                : type === 'stream'
                  ? await client.xrange(key, '-', '+')
                  : null;
    assert.notEqual(held, null, `${type} at ${key}`);
    found.set(key, JSON.stringify(held));
  }
  return found;
}

/** What may be a digest: words of many characters of base64url or hexadecimal digits. */
function words(held: ReadonlyMap<string, string>): ReadonlySet<string> {
  return new Set([...held].flatMap((entry) => entry.join(' ').match(/[\w-]{16,}/g) ?? []));
}

interface Life {
  readonly app: TestApp;
  readonly user: string;
  readonly email: string;
  readonly words: ReadonlySet<string>;
}

describe('a person who is erased, in Redis', () => {
  let lives = 0;
  let redis: TestRedis;
  let client: Redis;
  before(async () => {
    redis = await startRedis();
    client = redis.client();
  });
  after(() => redis.stop());

  /** A person is invited, signs up, gets mails of every kind, and leaves things unfinished. */
  async function live(name: string): Promise<Life> {
    lives += 1;
    await client.flushall();
    const email = `${name}@example.com`;
    const mailer = memoryMailer();
    let works = true;
    const app = await openTestApp({
      redis: redis.url,
      clock: { now: () => Date.now() },
      mailer: {
        send: async (mail) => {
          if (works) return mailer.send(mail);
          throw Object.assign(new Error('no'), { delivery: 'permanent' });
        },
      },
      flows: [
        inviteSignupFlow({
          slug: 'invite',
          fields: ['username', 'email', 'name', 'password'],
          repeat: true,
          target: '/in',
        }),
        signInFlow({ slug: 'sign-in', target: '/inside' }),
        setPasswordFlow({ slug: 'set-password' }),
        confirmEmailFlow({ slug: 'confirm' }),
        recoveryFlow({ slug: 'recovery' }),
        ...accountSettings({ fields: ['email'], leave: false }),
      ],
      emailInvitations: {},
    });
    await app.enrollment.ready();
    const { invitations, tickets } = app.enrollment;
    await invitations.send({ email, values: { name: `${name} Archer` } });
    const visitor = new Visitor(app);
    await visitor.open(new URL(mailer.linkIn(await mailer.next(email)) ?? '').href.slice(app.url.length));
    const typed = visitor.form.controls.find((one) => one.name === 'invite_code')?.value ?? '';
    await visitor.follow(await visitor.submit({ invite_code: typed }));
    const account = { ...accountOf(name), name: `${name} Archer`, email };
    const answer = await visitor.submit(account);
    assert.equal(answer.status, 303, answer.text);
    const user = app.members.at(-1)?.id ?? '';
    assert.notEqual(user, '');
    works = false;
    for (const purpose of ['recovery', 'verify-email'] as const)
      await tickets.create({ user }, { purpose, delivery: 'kit' });
    await tickets.create({ user }, { purpose: 'change-email', newEmail: `new-${email}`, delivery: 'kit' });
    const second = await invitations.send({ email: `other-${email}` });
    assert.ok(second);
    await waitUntil(
      async () => ((await app.enrollment.mails.list({ states: ['failed'] })).mails.length > 3 ? true : undefined),
      () => 'mails are missing',
    );
    // Signs in once, fails once, and leaves a recovery at the page of its code.
    const other = new Visitor(app);
    assert.equal((await signIn(other, name)).location, '/inside');
    await signIn(new Visitor(app), name, `${password} wrong`);
    const third = new Visitor(app);
    await third.open('/if/flow/recovery/');
    await third.follow(await third.submit({ uid_field: email }));
    const found = words(await everything(client));
    if (lives < 3) await app.close();
    return { app, user, email, words: found };
  }

  it('leaves neither the address, its masked form or the name, nor a digest by which the address is found', async () => {
    // Digests are the same in two lives of one person, and others in the life of another one.
    const [first, another, last] = [await live('mathilda'), await live('rosamund'), await live('mathilda')];
    try {
      const digests = [...first.words].filter((word) => last.words.has(word) && !another.words.has(word));
      assert.ok(digests.length > 5, digests.join());
      const { app, user, email } = last;
      for (const one of [email, `new-${email}`, `other-${email}`])
        await app.enrollment.invitations.erase({ email: one, user });
      await app.enrollment.forgetUser(user);
      const texts = [...digests, 'mathilda', maskEmail(email), 'Archer'];
      const left: string[] = [];
      for (const [key, value] of await everything(client)) {
        const found = texts.filter((text) => `${key} ${value}`.toLowerCase().includes(text.toLowerCase()));
        if (found.length === 0) continue;
        // Counters, and what was typed in a flow that is not finished, stay until they expire.
        if (/:limit:|:plan:/.test(key) && (await client.pttl(key)) > 0) continue;
        left.push(`${key} ${value}: ${found.join()}`);
      }
      assert.deepEqual(left, []);
      const named = [...(await everything(client))].filter(
        ([key, value]) => key.includes(':mail') && `${key} ${value}`.includes(user),
      );
      assert.deepEqual(named, [], 'records of mails name the account');
    } finally {
      await last.app.close();
    }
  });
});
