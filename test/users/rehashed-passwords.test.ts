import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'mocha';
import { confirmEmailFlow, recoveryFlow } from '../../lib/flows.js';
import { signInFlow, type MemoryUser } from '../../lib/index.js';
import { memoryMailer } from '../../lib/testing/index.js';
import { member, signIn } from '../support/http/sign-in-app.js';
import { openTestApp, quickPasswords, type TestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';

const newPassword = 'a new battery for the horse';

/** A sign-in hashes the password of an account anew, because the settings of hashes were raised. */
describe('a password that a sign-in hashes anew', () => {
  const mailer = memoryMailer();
  const outdated = new Set<string>();
  let app: TestApp;
  let ann: MemoryUser;
  let count = 0;
  before(async () => {
    app = await openTestApp({
      mailer,
      passwords: { ...quickPasswords, outdated: (hash) => outdated.has(hash) },
      flows: [
        signInFlow({ slug: 'sign-in', target: '/inside' }),
        confirmEmailFlow({ slug: 'confirm' }),
        recoveryFlow({ slug: 'recovery' }),
      ],
    });
    app.canaries.add(newPassword);
  });
  after(() => app.close());
  beforeEach(async () => {
    mailer.clear();
    ann = await member(app, `ann-${String((count += 1))}`);
  });

  async function signInAnew(times = 1): Promise<Visitor> {
    let visitor = new Visitor(app);
    for (let time = 0; time < times; time += 1) {
      visitor = new Visitor(app);
      const hash = await hashNow();
      outdated.add(hash);
      assert.equal((await signIn(visitor, ann.username ?? '')).location, '/inside');
      assert.notEqual(await hashNow(), hash);
    }
    return visitor;
  }
  const hashNow = async (): Promise<string> => (await app.users.passwordHash?.(await now())) ?? '';
  const now = async (): Promise<MemoryUser> => (await app.users.findById(ann.id)) ?? assert.fail('no account');

  it('ends no ticket, however often it is; a new password does', async () => {
    const newEmail = `next-${String(count)}@example.com`;
    const terms = { purpose: 'change-email', newEmail, delivery: 'kit' } as const;
    const { id } = await app.enrollment.tickets.create({ user: ann.id }, terms);
    const visitor = await signInAnew(2);
    assert.equal((await app.enrollment.tickets.get(id))?.state, 'open');
    const { pathname, search } = new URL(mailer.linkIn(await mailer.next(newEmail)) ?? '');
    await visitor.open(pathname + search);
    await visitor.follow(await visitor.submit({}));
    assert.equal((await now()).email, newEmail);

    const other = { ...terms, newEmail: `third-${String(count)}@example.com` };
    const late = await app.enrollment.tickets.create({ user: ann.id }, other);
    const change = { passwordHash: 'of another password', passwordChangedAt: app.clock.now() };
    await app.users.update?.(await now(), change);
    assert.equal((await app.enrollment.tickets.get(late.id))?.state, 'password_changed');
  });

  it('ends no code of a recovery, typed before or after, and no proof that it gave', async () => {
    const recover = async (): Promise<Visitor> => {
      const visitor = new Visitor(app);
      await visitor.open('/if/flow/recovery/');
      await visitor.follow(await visitor.submit({ uid_field: ann.username ?? '' }));
      return visitor;
    };
    const visitor = await recover();
    const code = mailer.codeIn(await mailer.next(ann.email ?? '')) ?? '';
    app.canaries.add(code);
    await signInAnew();
    const typed = await visitor.submit({ code });
    assert.equal(typed.status, 303, typed.text);
    await visitor.follow(typed);
    await signInAnew();
    const set = await visitor.submit({ password: newPassword, password_repeat: newPassword });
    assert.equal(set.status, 303, set.text);
    await visitor.follow(set);
    assert.equal((await signIn(new Visitor(app), ann.username ?? '', newPassword)).location, '/inside');
  });
});
