import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'mocha';
import { message } from '../../lib/base/message.js';
import { Secret } from '../../lib/base/secret.js';
import type { Context } from '../../lib/flow/context.js';
import type { Answers, Verdict } from '../../lib/flow/policy.js';
import { inviteCode } from '../../lib/policies/invite-code.js';
import type { PendingIdentity } from '../../lib/ports/pending-identity.js';
import type { AddressPolicy } from '../../lib/ports/identities.js';
import { openScene, type Scene } from '../support/executor/scene.js';
import { question } from '../support/prompts/question.js';
import { identityOf, recognized } from '../support/policies/recognized.js';

const [ann, bob] = ['ann@example.com', 'bob@elsewhere.example'];

describe('inviteCode for people identified by a source', () => {
  let scene: Scene;
  beforeEach(() => {
    scene = openScene();
  });
  const check = async (
    code: string,
    identity: PendingIdentity,
    { policy = 'strict', answers = {} }: { readonly policy?: AddressPolicy; readonly answers?: Answers } = {},
  ): Promise<Verdict> =>
    inviteCode().check({ ...recognized(scene, identity, { policy }), answers: { invite_code: code, ...answers } });
  const boundTo = async (email: string) => (await scene.invitations.manager.create({ email, uses: 9 })).code;

  it('says who the invitation is for, and the address from the source', async () => {
    const verdict = await check(await boundTo(ann), identityOf(bob));
    assert.equal(verdict.pass, false);
    assert.deepEqual(verdict.messages, [
      message('policy.invite_code.address', { bound: ann, email: bob, source: 'Acme' }),
    ]);
    await scene.invitations.idle();
    assert.equal((await scene.invitations.manager.explain(verdict.reference ?? ''))?.cause, 'other_email');
    const { code } = await scene.invitations.manager.create({ domain: 'example.com' });
    assert.deepEqual((await check(code, identityOf(bob))).messages, [
      message('policy.invite_code.address', { bound: '@example.com', email: bob, source: 'Acme' }),
    ]);
  });

  it('uses another message if the source has no verified address', async () => {
    const code = await boundTo(ann);
    const emitted = [message('policy.invite_code.no_address', { bound: ann, source: 'Acme' })];
    assert.deepEqual((await check(code, identityOf(null))).messages, emitted);
    assert.deepEqual((await check(code, identityOf(ann, { emailVerified: false }))).messages, emitted);
  });

  it('ignores typed addresses', async () => {
    const code = await boundTo(ann);
    assert.equal((await check(code, identityOf(bob), { answers: { email: ann } })).pass, false);
    assert.equal((await check(code, identityOf(ann), { answers: { email: bob } })).pass, true);
  });

  it('has the usual message for a wrong code', async () => {
    assert.deepEqual(
      (await check('no-such-word', identityOf(bob))).messages?.map(({ id }) => id),
      ['invitation.unknown'],
    );
  });

  it('sets the person’s own verified address, whatever the invitation was bound to', async () => {
    const code = await boundTo(ann);
    const fixed = async (identity: PendingIdentity, policy: AddressPolicy) => {
      const { pass, patch } = await check(code, identity, { policy });
      assert.equal(pass, true);
      return patch?.fixed_data;
    };
    assert.deepEqual(await fixed(identityOf(ann), 'strict'), { email: ann });
    assert.deepEqual(await fixed(identityOf(bob, { otherEmails: [ann] }), 'verified-any'), { email: bob });
    assert.deepEqual(await fixed(identityOf('cid@example.com'), 'domain'), { email: 'cid@example.com' });
    assert.deepEqual(await fixed(identityOf(bob), 'notify'), { email: bob });
    assert.deepEqual(await fixed(identityOf(bob), 'off'), { email: bob });
    assert.deepEqual(await fixed(identityOf(null), 'off'), { email: null }, 'nobody has proved the invitation’s');
    assert.deepEqual(await fixed(identityOf(bob, { emailVerified: false }), 'off'), { email: null }, 'nor their own');
    const plain = await inviteCode().check({ ...question({}, scene), answers: { invite_code: code } });
    assert.deepEqual(plain.patch?.fixed_data, { email: ann }, 'who came without a source gets it as ever');
  });
});

describe('inviteCode where a source’s rule', () => {
  let scene: Scene;
  beforeEach(() => {
    scene = openScene();
  });
  const check = async (answers: Answers, context: Context): Promise<Verdict> =>
    inviteCode().check({ ...recognized(scene, identityOf(bob), { context }), answers });
  const blank: readonly Answers[] = [{}, { invite_code: '' }, { invite_code: '  ' }, { invite_code: new Secret('') }];

  for (const rule of ['optional', 'never'] as const)
    it(`says ${rule}: a blank code passes and changes nothing`, async () => {
      for (const answers of blank)
        assert.deepEqual(
          await check(answers, { invitation_rule: rule, invitation: { id: 'accepted before', version: 1 } }),
          { pass: true },
        );
    });

  it('says required, or nothing: a blank code fails', async () => {
    for (const context of [{ invitation_rule: 'required' as const }, {}])
      for (const answers of blank) assert.equal((await check(answers, context)).pass, false);
  });

  it('says optional: a typed code is still checked', async () => {
    const context: Context = { invitation_rule: 'optional' };
    const { id, code } = await scene.invitations.manager.create({});
    const right = await check({ invite_code: code }, context);
    assert.deepEqual([right.pass, right.patch?.invitation], [true, { id, version: 1, data: {} }]);
    for (const typed of ['no-such-word', '-', 7, { $ne: '' }])
      assert.equal((await check({ invite_code: typed }, context)).pass, false, String(typed));
  });
});
