import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import type { OpenIdProvider } from '../../support/openid-provider.js';
import { signup } from '../../support/http/test-app.js';
import { Visitor } from '../../support/http/visitor.js';
import { openAcmeApp, startAcme, type AcmeApp } from '../../support/sources/acme.js';
import { assertNobody, atGate, gatePath, planCookie } from '../../support/sources/bypass-tricks.js';

describe('later steps of the gate, requested without a code', () => {
  let provider: OpenIdProvider;
  let testApp: AcmeApp;
  let visitor: Visitor;
  before(async () => {
    provider = await startAcme();
  });
  after(() => provider.close());
  beforeEach(async () => {
    testApp = await openAcmeApp(provider, { flows: [signup] });
    visitor = await atGate(testApp, 'carl');
  });
  afterEach(() => testApp.close());

  const steps = ['username', 'email', 'user-write', 'user-login', 'invite-code', 'source-connect', '~cancel'];

  it('by URL: no step has one', async () => {
    for (const step of steps) {
      for (const path of [
        `${gatePath}${step}`,
        `${gatePath}${step}/`,
        `${gatePath}?step=${step}`,
        `${gatePath}?at=3`,
      ]) {
        const seen = await visitor.client.get(path);
        assert.doesNotMatch(seen.text, /name="username"/, path);
        await visitor.client.post(path, { ...visitor.form.hidden, username: 'carl' });
      }
    }
    await assertNobody(testApp, visitor);
  });

  it('by the code page’s signature with another step or revision, or with none', async () => {
    const [revision = '', step = '', mac = ''] = visitor.signature.split('.');
    const forged = [
      ...steps.filter((one) => one !== step).map((one) => `${revision}.${one}.${mac}`),
      ...['0', '2', '99', '-1', '01', ''].map((one) => `${one}.${step}.${mac}`),
      `${revision}.${step}.${mac.slice(0, -1)}`,
      `${revision}.${step}.${mac.split('').reverse().join('')}`,
      `${revision}.${step}.`,
      `${revision}.${step}.${mac}.${mac}`,
      '',
    ];
    for (const enrollment_step of forged) {
      const answer = await visitor.client.post(gatePath, { enrollment_step, username: 'carl', invite_code: '' });
      assert.equal(answer.status, 403, `${enrollment_step}: ${answer.text}`);
    }
    assert.equal((await visitor.client.post(gatePath, { username: 'carl' })).status, 403);
    await assertNobody(testApp, visitor);
  });

  it('by the signature of a step reached by another plan of the gate, with either plan’s cookie', async () => {
    const { code } = await testApp.enrollment.invitations.create();
    const ahead = await atGate(testApp, 'carl');
    await ahead.follow(await ahead.submit({ invite_code: code }));
    assert.match(ahead.page.text, /Choose a username/);
    const posted = await visitor.client.post(gatePath, { ...ahead.form.hidden, username: 'taken-over' });
    assert.equal(posted.status, 403, posted.text);
    await assertNobody(testApp, visitor, ahead);
    // The signature of the code page is not valid for the page after it, whichever cookie comes with it.
    const cookie = ahead.client.cookies.get(planCookie) ?? '';
    const answer = await visitor.client.post(
      gatePath,
      { ...visitor.form.hidden, username: 'taken-over' },
      { cookie: `${planCookie}=${cookie}` },
    );
    assert.equal(answer.status, 403, answer.text);
    await assertNobody(testApp, visitor, ahead);
  });

  it('by the signature and the plan token of another flow’s plan', async () => {
    const { code } = await testApp.enrollment.invitations.create();
    const local = new Visitor(testApp);
    await local.enterCode(code);
    const planToken = local.client.cookies.get('enrollment.plan.invite') ?? '';
    assert.ok(planToken);
    const tries = [
      await visitor.client.post(gatePath, { ...local.form.hidden, username: 'carl' }),
      await visitor.client.post(
        gatePath,
        { ...local.form.hidden, username: 'carl' },
        { cookie: `${planCookie}=${planToken}` },
      ),
      await local.client.post(testApp.page, { ...visitor.form.hidden, username: 'carl' }),
      // Sends the gate's plan, with carl's identity, to the other flow.
      await local.client.post(
        testApp.page,
        { ...local.form.hidden, username: 'carl' },
        { cookie: `enrollment.plan.invite=${visitor.client.cookies.get(planCookie) ?? ''}` },
      ),
    ];
    for (const { status, text } of tries) assert.ok(status === 403 || status === 303, text);
    const shown = await new Visitor(testApp).get(gatePath, { cookie: `${planCookie}=${planToken}` });
    assert.equal(shown.status, 403, shown.text);
    await assertNobody(testApp, visitor, local);
  });

  it('by a blank code, spaces, no code, or a repeated one', async () => {
    for (const fields of [{}, { invite_code: '' }, { invite_code: ' \t\u200b' }, { invite_code: ['', ''] }]) {
      const answer = await visitor.client.post(gatePath, { ...visitor.form.hidden, ...fields });
      assert.ok(answer.status === 422 || answer.status === 400, answer.text);
    }
    await assertNobody(testApp, visitor);
  });

  it('by an earlier step’s signature once the code was accepted: no step is skipped or repeated', async () => {
    const { code, id } = await testApp.enrollment.invitations.create();
    const { hidden } = visitor.form;
    await visitor.follow(await visitor.submit({ invite_code: code }));
    const stale = await visitor.client.post(gatePath, { ...hidden, username: 'carl', invite_code: code });
    assert.deepEqual([stale.status, stale.location], [303, gatePath]);
    await assertNobody(testApp, visitor);
    await visitor.get(gatePath);
    await visitor.follow(await visitor.submit({ username: 'carl' }));
    assert.equal(await visitor.me(), 'carl');
    // Goes back with the back button, with each form that was shown.
    const again = await visitor.client.post(gatePath, { ...hidden, invite_code: code });
    assert.ok([303, 403].includes(again.status), again.text);
    const last = await visitor.submit({ username: 'carl-the-second' });
    assert.ok([303, 403].includes(last.status), last.text);
    assert.equal(testApp.members.length, 1);
    assert.equal((await testApp.enrollment.invitations.ledger(id)).filter(({ kind }) => kind === 'redeemed').length, 1);
  });

  it('by the signature of the cancel page', async () => {
    await visitor.get(`${gatePath}cancel/`);
    const posted = await visitor.client.post(gatePath, { ...visitor.form.hidden, username: 'carl' });
    assert.ok([303, 403].includes(posted.status), posted.text);
    await assertNobody(testApp, visitor);
    assert.equal((await visitor.get(gatePath)).status, 200, 'the plan is as it was');
    assert.match(visitor.page.text, /name="invite_code"/);
  });

  it('from the page of another site', async () => {
    const { code } = await testApp.enrollment.invitations.create();
    for (const headers of [{ origin: 'https://evil.example' }, { 'sec-fetch-site': 'cross-site' }])
      assert.equal((await visitor.submit({ invite_code: code }, headers)).status, 403);
    await assertNobody(testApp, visitor);
  });
});
