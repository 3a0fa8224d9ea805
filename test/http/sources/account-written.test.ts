import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import {
  defineFlow,
  definePolicy,
  email,
  inviteCode,
  inviteCodePrompt,
  password,
  promptStage,
  signInFlow,
  text,
  userLogin,
  userWrite,
  username,
} from '../../../lib/index.js';
import { accountOf, password as phrase } from '../../support/account.js';
import { Visitor } from '../../support/http/visitor.js';
import type { OpenIdProvider } from '../../support/openid-provider.js';
import { openAcmeApp, startAcme, type AcmeApp } from '../../support/sources/acme.js';
import { connectPage } from '../../support/sources/people.js';

const accepted = definePolicy({
  name: 'accepted',
  fields: ['terms'],
  consumes: ['terms'],
  check: ({ answers }) => answers['terms'] === 'yes',
});

const flow = defineFlow({
  slug: 'invite',
  title: 'Sign up',
  designation: 'enrollment',
  target: '/welcome',
  stages: [
    promptStage({
      name: 'account',
      prompts: [
        inviteCodePrompt(),
        username({ key: 'username', label: 'Name' }),
        email({ key: 'email', label: 'Address' }),
        password({ key: 'password', label: 'Password' }),
        password({ key: 'password_repeat', label: 'Again' }),
      ],
      validation: [inviteCode()],
    }),
    userWrite({ name: 'user-write' }),
    promptStage({ name: 'terms', prompts: [text({ key: 'terms', label: 'Terms' })], validation: [accepted] }),
    userLogin({ name: 'user-login' }),
  ],
});

describe('a source at a page after the account', () => {
  let provider: OpenIdProvider;
  let testApp: AcmeApp;
  before(async () => {
    provider = await startAcme();
    testApp = await openAcmeApp(provider, { flows: [flow, signInFlow({ slug: 'sign-in' })] });
  });
  after(async () => {
    await testApp.close();
    await provider.close();
  });

  /** At the page after the account page. */
  async function atTerms(name: string): Promise<Visitor> {
    const visitor = new Visitor(testApp);
    const { code } = await testApp.enrollment.invitations.create();
    await visitor.open(`${testApp.page}?next=/books`);
    assert.match(visitor.page.text, /Continue with Acme/);
    await visitor.follow(await visitor.submit({ ...accountOf(name), invite_code: code }));
    assert.equal(visitor.step.split(' ')[0], 'terms', visitor.page.text);
    return visitor;
  }

  it('F28: is not offered there, and opening its address leaves the plan as it is', async () => {
    const visitor = await atTerms('zed');
    assert.doesNotMatch(visitor.page.text, /Continue with Acme/);
    await testApp.by(visitor, 'carl', `${testApp.page}source/acme/`);
    await visitor.open();
    assert.equal(visitor.step.split(' ')[0], 'terms', visitor.page.text);
    assert.equal((await visitor.submit({ terms: 'yes' })).location, '/books');
    assert.equal(await visitor.me(), 'zed');
  });

  it('F28: connects to the new account by its password, and redirects to next', async () => {
    const visitor = await atTerms('ann');
    const back = await testApp.by(visitor, 'ann', `${testApp.page}source/acme/`);
    assert.equal(back.location, connectPage, back.text);
    await visitor.open(connectPage);
    await visitor.follow(await visitor.submit({ password: phrase }));
    assert.equal((await visitor.submit({})).location, '/books');
    assert.equal(await visitor.me(), 'ann');
  });
});
