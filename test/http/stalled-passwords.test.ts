import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import { changePasswordFlow, recoveryFlow, setPasswordFlow } from '../../lib/flows.js';
import {
  defineFlow,
  memoryUsers,
  password as passwordPrompt,
  promptStage,
  signInFlow,
  userWrite,
  type MemoryUser,
} from '../../lib/index.js';
import { fakeClock } from '../../lib/testing/fake-clock.js';
import { memoryMailer } from '../../lib/testing/index.js';
import { password } from '../support/account.js';
import { member, signIn } from '../support/http/sign-in-app.js';
import { openTestApp, quickPasswords, type TestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';
import type { RawAnswer } from '../support/raw-client.js';

const slow = 'a new battery for the horse';
const later = 'another tram over the harbor';

/** The first write of a password reaches the database, and waits there until a later one is done. */
describe('a password whose write is delayed', () => {
  const clock = fakeClock();
  const mailer = memoryMailer();
  const { users, redemptions } = memoryUsers({ clock });
  let app: TestApp;
  let ann: MemoryUser;
  let count = 0;
  /** The next write waits for `release`; `reached` resolves when it does. */
  let stall: { readonly reached: () => void; readonly released: Promise<void> } | null = null;
  let isOutdated = false;

  before(async () => {
    app = await openTestApp({
      clock,
      redemptions,
      mailer,
      passwords: { ...quickPasswords, outdated: () => isOutdated },
      users: {
        ...users,
        async replacePassword(...given) {
          const waits = stall;
          stall = null;
          waits?.reached();
          await waits?.released;
          return users.replacePassword(...given);
        },
      },
      flows: [
        signInFlow({ slug: 'sign-in', target: '/inside' }),
        setPasswordFlow({ slug: 'set-password' }),
        recoveryFlow({ slug: 'recovery' }),
        changePasswordFlow({ target: '/changed' }),
        defineFlow({
          slug: 'own',
          title: 'Account',
          designation: 'stage_configuration',
          authentication: 'require_authenticated',
          target: '/changed',
          stages: [
            promptStage({ name: 'new', prompts: [passwordPrompt({ key: 'password', label: 'New' })] }),
            userWrite({ name: 'write', creationMode: 'never_create' }),
          ],
        }),
      ],
    });
  });
  after(() => app.close());
  beforeEach(async () => {
    ann = await member(app, `ann-${(count += 1)}`);
  });
  afterEach(() => {
    isOutdated = false;
  });

  const signsIn = async (typed: string): Promise<boolean> =>
    (await signIn(new Visitor(app), ann.username ?? '', typed)).location === '/inside';

  /** Sends a form whose write is delayed; another one sets its password meanwhile. */
  async function delayed(first: () => Promise<RawAnswer>, second: () => Promise<RawAnswer>): Promise<RawAnswer> {
    let release = (): void => undefined;
    const reached = new Promise<void>((resolve) => {
      stall = { reached: resolve, released: new Promise<void>((done) => (release = done)) };
    });
    const answer = first();
    await Promise.race([reached, answer.then(({ text }) => assert.fail(text))]);
    // The lease of a ticket, and the lock of an account.
    clock.advance(61_000);
    assert.equal((await second()).status, 303);
    release();
    return answer;
  }

  async function opened(): Promise<() => Promise<Visitor>> {
    const { url } = await app.enrollment.tickets.create({ user: ann.id }, { purpose: 'recovery' });
    return async () => {
      const visitor = new Visitor(app);
      await visitor.open(new URL(url).pathname + new URL(url).search);
      return visitor;
    };
  }

  it('by a ticket, beyond its lease, replaces no later one', async () => {
    const open = await opened();
    const [first, second] = [await open(), await open()];
    const answer = await delayed(
      () => first.submit({ password: slow }),
      () => second.submit({ password: later }),
    );
    assert.equal(answer.status, 403);
    assert.match(answer.text, /The password was changed after it was sent/);
    assert.deepEqual(await Promise.all([password, slow, later].map(signsIn)), [false, false, true]);
    assert.equal((await app.enrollment.tickets.list({ user: ann.id }))[0]?.state, 'used');
  });

  it('by a recovery, replaces no later one', async () => {
    const visitor = new Visitor(app);
    await visitor.open('/if/flow/recovery/');
    await visitor.follow(await visitor.submit({ uid_field: ann.username ?? '' }));
    const code = mailer.codeIn(await mailer.next(ann.email ?? '')) ?? '';
    await visitor.follow(await visitor.submit({ code }));
    const other = await (await opened())();
    const answer = await delayed(
      () => visitor.submit({ password: slow }),
      () => other.submit({ password: later }),
    );
    assert.equal(answer.status, 403);
    assert.deepEqual(await Promise.all([password, slow, later].map(signsIn)), [false, false, true]);
  });

  for (const [title, page] of [
    ['of a signed-in user', '/if/flow/change-password/'],
    ['written with the account', '/if/flow/own/'],
  ] as const)
    it(`${title}, replaces no later one`, async () => {
      const visitor = new Visitor(app);
      await signIn(visitor, ann.username ?? '');
      await visitor.open(page);
      if (visitor.step === 'confirm 0') await visitor.follow(await visitor.submit({ password }));
      const other = await (await opened())();
      const answer = await delayed(
        () => visitor.submit({ password: slow }),
        () => other.submit({ password: later }),
      );
      assert.equal(answer.status, 403);
      assert.deepEqual(await Promise.all([password, slow, later].map(signsIn)), [false, false, true]);
    });

  it('that is only hashed anew, replaces no later one', async () => {
    const other = await (await opened())();
    isOutdated = true;
    const answer = await delayed(
      () => signIn(new Visitor(app), ann.username ?? ''),
      () => {
        isOutdated = false;
        return other.submit({ password: later });
      },
    );
    assert.notEqual(answer.location, '/inside', 'the sign-in ended with its password');
    assert.deepEqual(await Promise.all([password, later].map(signsIn)), [false, true]);
  });
});
