import assert from 'node:assert/strict';
import {
  defineFlow,
  definePolicy,
  deny,
  promptStage,
  text,
  userLogin,
  userWrite,
  username,
  inviteCode,
  message,
} from '../../lib/index.js';
import { afterEach, describe, it } from 'mocha';
import { openTestApp, signup, type TestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';

describe('a flow that does not apply', () => {
  let testApp: TestApp;
  afterEach(() => testApp.close());

  const closed = definePolicy({ name: 'closed', check: () => 'The club is full this year.' });
  const stages = [
    promptStage({
      name: 'both',
      prompts: [
        text({ key: 'invite_code', label: 'Code', entryLink: true }),
        username({ key: 'username', label: 'Name' }),
      ],
      validation: [inviteCode()],
    }),
    userWrite({ name: 'user-write' }),
    userLogin({ name: 'user-login' }),
  ];
  const flow = (deniedAction: 'message_continue' | 'message' | 'continue') =>
    defineFlow({
      slug: 'invite',
      title: 'Join',
      designation: 'enrollment',
      deniedAction,
      policies: [closed],
      stages,
      target: '/start',
    });

  it('is refused with 403 in its own words', async () => {
    testApp = await openTestApp({ flows: [flow('message')] });
    const answer = await new Visitor(testApp)
      .get(`${testApp.page}?next=/ok`)
      .then(({ location }) => new Visitor(testApp).get(location));
    assert.equal(answer.status, 403);
    assert.match(answer.text, /The club is full this year\./);
  });

  it('has the page of a denial, whatever sentence its policy borrows', async () => {
    const borrowed = ['flow.signed_in', 'flow.signed_out', 'problem.403.forged', 'source.another'] as const;
    const flows = borrowed.map((id, index) =>
      defineFlow({
        slug: `denied-${String(index)}`,
        title: 'Join',
        designation: 'authorization',
        policies: [definePolicy({ name: 'closed', check: () => message(id) })],
        stages,
      }),
    );
    testApp = await openTestApp({ flows: [...flows, signup] });
    for (const { slug } of flows) {
      const { status, text: html } = await new Visitor(testApp).get(testApp.page.replace('denied-0', slug));
      assert.equal(status, 403);
      assert.match(
        html,
        /class="enrollment-page [^"]*enrollment-page--denied"[^]*<h1[^>]*>You can’t continue here<\/h1>/,
        slug,
      );
      // It would only be refused again.
      assert.doesNotMatch(html, />Start again</, slug);
    }
  });

  it('redirects to next once, if the denied action says so', async () => {
    testApp = await openTestApp({ flows: [flow('message_continue')] });
    const visitor = new Visitor(testApp);
    await visitor.get(`${testApp.page}?next=/elsewhere`);
    const answer = await visitor.get(testApp.page);
    assert.deepEqual([answer.status, answer.location], [303, '/elsewhere']);
  });

  it('redirects nowhere else, whatever next says', async () => {
    testApp = await openTestApp({ flows: [flow('message_continue')] });
    for (const next of ['//evil.example', 'https://evil.example', '/\\evil.example', 'javascript:alert(1)']) {
      const visitor = new Visitor(testApp);
      await visitor.get(`${testApp.page}?next=${encodeURIComponent(next)}`);
      const answer = await visitor.get(testApp.page);
      assert.deepEqual([answer.status, answer.location], [403, '']);
    }
  });

  it('redirects to the flow’s target under continue', async () => {
    testApp = await openTestApp({ flows: [flow('continue')] });
    const answer = await new Visitor(testApp).get(testApp.page);
    assert.deepEqual([answer.status, answer.location], [303, '/start']);
  });

  it('is refused with 403 to a signed-in user', async () => {
    testApp = await openTestApp({ flows: [signup] });
    const visitor = new Visitor(testApp);
    const { code } = await testApp.enrollment.invitations.create();
    await visitor.signUp(code, 'ann');
    testApp.clock.advance(121_000);
    const answer = await visitor.open();
    assert.equal(answer.status, 403);
    assert.match(answer.text, /already signed in/);
  });

  it('ends with 403 at a deny stage, also on a GET', async () => {
    const refusing = defineFlow({
      slug: 'invite',
      title: 'Join',
      designation: 'authorization',
      stages: [deny({ name: 'deny', message: 'Not this way.' })],
    });
    testApp = await openTestApp({ flows: [refusing] });
    const answer = await new Visitor(testApp).get(testApp.page);
    assert.equal(answer.status, 403);
    assert.match(answer.text, /Not this way\./);
  });

  it('is refused with 403 to a visitor who must sign in first, while the plan is kept', async () => {
    const profile = defineFlow({
      slug: 'profile',
      title: 'Profile',
      designation: 'stage_configuration',
      authentication: 'require_authenticated',
      stages: [
        promptStage({ name: 'first', prompts: [text({ key: 'username', label: 'Name' })] }),
        promptStage({ name: 'second', prompts: [text({ key: 'email', label: 'Email' })] }),
        userWrite({ name: 'user-write' }),
      ],
    });
    testApp = await openTestApp({ flows: [signup, profile], registration: 'open' });
    const page = '/if/flow/profile/';
    const visitor = new Visitor(testApp);
    assert.match((await visitor.get(page)).text, /Sign in first/);
    await visitor.signUp((await testApp.enrollment.invitations.create()).code, 'ann');
    await visitor.open(page);
    await visitor.follow(await visitor.submit({ username: 'x' }));
    assert.equal(visitor.step, 'second 1');
    const session = visitor.client.cookies.get('enrollment.sid') ?? '';
    visitor.client.cookies.set('enrollment.sid', 'none');
    assert.equal((await visitor.submit({ email: 'x@example.com' })).status, 403);
    visitor.client.cookies.set('enrollment.sid', session);
    await visitor.open(page);
    assert.equal(visitor.step, 'second 1');
  });
});
