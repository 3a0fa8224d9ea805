import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { inviteSignupFlow } from '../../lib/index.js';
import { accountOf } from '../support/account.js';
import { openTestApp, signup } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';

describe('what a visitor with a refused code sees', () => {
  async function emitted(
    refusals: 'plain' | 'uniform',
  ): Promise<Map<string, { text: string; cause: string | undefined }>> {
    const testApp = await openTestApp({
      refusals,
      flows: [signup, inviteSignupFlow({ slug: 'other', fields: ['username', 'password'] })],
      rateLimits: { codes: { perClient: { points: 100, windowSeconds: 60 } } },
    });
    const { invitations } = testApp.enrollment;
    const create = invitations.create;
    const later = (seconds: number): number => testApp.clock.now() + seconds * 1000;
    const [expired, used, revoked, early, flow] = [
      await create({ expires: later(1) }),
      await create({ uses: 1 }),
      await create(),
      await create({ notBefore: later(3600) }),
      await create({ flow: 'other' }),
    ];
    await new Visitor(testApp).signUp(used.code, 'first');
    await invitations.revoke(revoked.id);
    testApp.clock.advance(1000);
    const found = new Map<string, { text: string; cause: string | undefined }>();
    for (const [what, typed] of Object.entries({
      unknown: 'NEVER-HEARD-OF-IT',
      expired: expired.code,
      used_up: used.code,
      revoked: revoked.code,
      not_yet: early.code,
      other_flow: flow.code,
    })) {
      const visitor = new Visitor(testApp);
      await visitor.open();
      const answer = await visitor.submit({ invite_code: typed });
      assert.equal(answer.status, 422);
      const [, reference = ''] = /Reference: (\w{8})/.exec(answer.text) ?? [];
      const explained = await invitations.explain(reference);
      found.set(what, {
        text: answer.text.replace(/ value="[^"]*"/g, '').replace(/Reference: \w{8}/, ''),
        cause: explained?.cause,
      });
    }
    await testApp.close();
    return found;
  }

  it('each has a reference that explain resolves to the true cause', async () => {
    for (const style of ['plain', 'uniform'] as const) {
      for (const [what, { cause }] of await emitted(style)) assert.equal(cause, what);
    }
  });

  it('plainly: expired and used up are named, all else is one identical sentence', async () => {
    const found = await emitted('plain');
    assert.match(found.get('expired')?.text ?? '', /This invitation has expired/);
    assert.match(found.get('used_up')?.text ?? '', /has already been used/);
    const others = [...found].filter(([what]) => !['expired', 'used_up'].includes(what)).map(([, { text }]) => text);
    assert.equal(new Set(others).size, 1);
  });

  it('uniformly: all are one identical page', async () => {
    const found = await emitted('uniform');
    assert.equal(new Set([...found.values()].map(({ text }) => text)).size, 1);
  });
});

describe('the end of an invitation that is redeemed', () => {
  it('a code that was accepted and not used can be used by another person', async () => {
    const testApp = await openTestApp();
    const { code } = await testApp.enrollment.invitations.create();
    await new Visitor(testApp).enterCode(code);
    assert.equal((await new Visitor(testApp).signUp(code, 'second')).location, '/welcome');
    await testApp.close();
  });

  it('a code revoked after its page was passed is refused at the write', async () => {
    const testApp = await openTestApp();
    const { code, id } = await testApp.enrollment.invitations.create();
    const visitor = new Visitor(testApp);
    await visitor.enterCode(code);
    await testApp.enrollment.invitations.revoke(id);
    const answer = await visitor.submit(accountOf('revoked'));
    assert.equal(answer.status, 403);
    const [, reference = ''] = /Reference: (\w{8})/.exec(answer.text) ?? [];
    assert.equal((await testApp.enrollment.invitations.explain(reference))?.cause, 'revoked');
    assert.equal(testApp.members.length, 0);
    await testApp.close();
  });
});
