import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'mocha';
import { acceptInvitationFlow, consentFlow, recoveryFlow, setPasswordFlow } from '../../../lib/flows.js';
import { inviteSignupFlow, memoryUsers, signInFlow } from '../../../lib/index.js';
import { memoryAuthenticators } from '../../../lib/stores/memory/authenticators.js';
import { memoryMailer } from '../../../lib/testing/memory-mailer.js';
import { accountOf, password } from '../../support/account.js';
import { assertDocumented } from '../../support/executor-api/documented.js';
import { JsonClient, type JsonAnswer } from '../../support/executor-api/json-client.js';
import { forms } from '../../support/html-form.js';
import { member } from '../../support/http/sign-in-app.js';
import { openTestApp, type TestApp } from '../../support/http/test-app.js';
import { Visitor } from '../../support/http/visitor.js';
import { waitUntil } from '../../support/wait-until.js';

const prompt = 'ak-stage-prompt';

describe('the buttons of pages beside their form, by JSON', () => {
  const mailer = memoryMailer();
  let app: TestApp;
  before(async () => {
    const { users, redemptions } = memoryUsers();
    app = await openTestApp({
      executorApi: true,
      mailer,
      users,
      redemptions,
      authenticators: memoryAuthenticators(),
      flows: [
        inviteSignupFlow({ slug: 'invite', fields: ['username', 'email', 'password'], target: '/welcome' }),
        signInFlow({ slug: 'sign-in', target: '/inside' }),
        recoveryFlow({ slug: 'forgot' }),
        setPasswordFlow({ slug: 'set' }),
        acceptInvitationFlow({ target: '/teams' }),
        consentFlow({ slug: 'consent', application: { id: 'acme', name: 'Acme' }, target: '/consented' }),
      ],
      tickets: { clients: { shop: { resultUrl: 'https://shop.example/done', name: 'Shop' } } },
    });
  });
  after(() => app.close());
  beforeEach(() => {
    mailer.clear();
  });

  /** The query of the link in the mail to this address. */
  async function queryFor(to: string): Promise<string> {
    const link = await waitUntil(
      () => mailer.mails.filter((mail) => mail.to === to).map((mail) => mailer.linkIn(mail) ?? undefined)[0],
      () => `no mail came to ${to}`,
    );
    return new URL(link).search.slice(1);
  }

  async function invited(email: string): Promise<{ readonly id: string; readonly query: string }> {
    const { id } = await app.enrollment.invitations.send({ email, expires: '1d' });
    return { id, query: await queryFor(email) };
  }

  const actionsOf = ({ body }: JsonAnswer): readonly string[] => (body.page?.actions ?? []).map(({ name }) => name);

  function responseOf({ body, text }: JsonAnswer, name: string): object {
    return body.page?.actions.find((one) => one.name === name)?.response ?? assert.fail(text);
  }

  /** The buttons of a page that are not the one of its form. */
  function buttonsOf(page: string): readonly string[] {
    return forms(page)
      .flatMap(({ controls }) => controls)
      .filter(({ type, name }) => type === 'submit' && !/^enrollment_(?:locale|cancel|extend)$/.test(name))
      .map(({ name }) => name);
  }

  async function signedIn(name: string, { client: browser } = new Visitor(app)): Promise<JsonClient> {
    await member(app, name);
    const client = new JsonClient(app, { browser, namesSteps: true });
    await client.get('sign-in');
    await client.post('sign-in', { component: 'ak-stage-identification', uid_field: name, password });
    assert.equal(await client.me(), name);
    return client;
  }

  for (const byBearer of [false, true]) {
    const by = byBearer ? 'by bearer' : 'by cookies';

    it(`a mailed invitation is declined, ${by}, and its page says so`, async () => {
      const { id, query } = await invited(`ann-${String(byBearer)}@example.com`);
      const visitor = new Visitor(app);
      const client = new JsonClient(app, { browser: visitor.client, byBearer, namesSteps: true });
      const opened = await client.get('invite', query);
      assert.deepEqual(actionsOf(opened), ['decline_invitation']);
      assert.equal(opened.body.page?.actions[0]?.label, 'Decline the invitation');
      const declined = await client.post('invite', responseOf(opened, 'decline_invitation'), query);
      assert.equal((await app.enrollment.invitations.get(id)).state, 'declined');
      assert.equal(declined.body.component, 'ak-stage-access-denied', declined.text);
      assert.equal(declined.body.page?.title, 'You declined this invitation');
      assert.deepEqual(actionsOf(declined), []);
      const page = await visitor.open(`/if/flow/invite/${byBearer ? `?${query}` : ''}`);
      assert.match(page.text, /You declined this invitation/);
      await assertDocumented(app, client.answers);
    });

    it(`a mailed invitation that has expired is mailed again, ${by}`, async () => {
      const email = `bob-${String(byBearer)}@example.com`;
      const { query } = await invited(email);
      app.clock.advance(86_400_000);
      mailer.clear();
      const client = new JsonClient(app, { byBearer, namesSteps: true });
      const opened = await client.get('invite', query);
      assert.deepEqual(actionsOf(opened), ['send_fresh_link'], opened.text);
      const asked = await client.post('invite', responseOf(opened, 'send_fresh_link'), query);
      assert.match(asked.body.page?.notice ?? '', /link/, asked.text);
      assert.deepEqual(actionsOf(asked), []);
      const fresh = new JsonClient(app, { byBearer });
      const again = await queryFor(email);
      const { body } = await fresh.get('invite', again);
      assert.equal(body.fields?.[0]?.field_key, 'invite_code');
      await assertDocumented(app, client.answers);
    });

    it(`a ticket that has expired is mailed again, ${by}`, async () => {
      const name = `cem-${String(byBearer)}`;
      const { id } = await member(app, name);
      const terms = { purpose: 'recovery', delivery: 'kit', client: 'shop', ttlSeconds: 60 } as const;
      await app.enrollment.tickets.create({ user: id }, terms);
      const query = await queryFor(`${name}@example.com`);
      app.clock.advance(120_000);
      mailer.clear();
      const client = new JsonClient(app, { byBearer, namesSteps: true });
      const expired = await client.get('set', query);
      assert.deepEqual(
        [expired.body.component, expired.body['ticket_status'], actionsOf(expired)],
        ['ak-stage-access-denied', 'expired', ['send_fresh_link']],
      );
      const asked = await client.post('set', responseOf(expired, 'send_fresh_link'), query);
      assert.equal(asked.body.component, 'ak-stage-access-denied', asked.text);
      assert.deepEqual(actionsOf(asked), []);
      assert.notEqual(asked.body.page?.title, expired.body.page?.title);
      const fresh = await new JsonClient(app, { byBearer }).get('set', await queryFor(`${name}@example.com`));
      assert.equal(fresh.body.component, prompt, fresh.text);
      await assertDocumented(app, client.answers);
    });
  }

  it('a page began, JSON declines; JSON opened the link, the page declines', async () => {
    const [first, second] = [await invited('dan@example.com'), await invited('eva@example.com')];
    const visitor = new Visitor(app);
    await visitor.open(`/if/flow/invite/?${first.query}`);
    const client = new JsonClient(app, { browser: visitor.client, namesSteps: true });
    // The browser has the entry link of its page: no query repeats it.
    const seen = await client.get('invite');
    const declined = await client.post('invite', responseOf(seen, 'decline_invitation'));
    assert.equal(declined.body.component, 'ak-stage-access-denied', declined.text);
    assert.match((await visitor.open()).text, /You declined this invitation/);

    const page = new Visitor(app);
    const other = new JsonClient(app, { browser: page.client });
    await other.get('invite', second.query);
    await page.open();
    await page.submit({ enrollment_decline: 'confirmed' });
    const after = await other.get('invite', second.query);
    assert.equal(after.body.page?.title, 'You declined this invitation', after.text);
  });

  it('nothing is done without the mail, the CSRF value, the step of a signed-in user, or a name that is known', async () => {
    const { id, query } = await invited('fay@example.com');
    const action = { component: prompt, enrollment_action: 'decline_invitation' };
    const isOpen = async (): Promise<void> => {
      assert.equal((await app.enrollment.invitations.get(id)).state, 'open');
    };
    const client = new JsonClient(app);
    const first = await client.post('invite', action, query);
    assert.equal(first.status, 403, first.text);
    await client.get('invite', query);
    const forged = await client.send(
      'POST',
      client.path('invite', query),
      { 'x-authentik-csrf': 'x' },
      JSON.stringify(action),
    );
    assert.deepEqual([forged.status, forged.body.code], [403, 'csrf_failed']);
    const unknown = await client.post('invite', { ...action, enrollment_action: 'decline' }, query);
    assert.deepEqual([unknown.status, unknown.body.code], [400, 'invalid']);
    assert.match(String(unknown.body.detail), /decline_invitation\. Other buttons have another "response" in page/);
    const foreign = await client.post('invite', action, query, { 'sec-fetch-site': 'cross-site' });
    assert.equal(foreign.status, 403);
    await isOpen();

    const copied = new JsonClient(app);
    const code = new URLSearchParams(query).get('invite') ?? '';
    for (const enrollment_action of ['decline_invitation', 'send_fresh_link']) {
      await copied.get('invite', `invite=${code}`);
      const without = await copied.post('invite', { ...action, enrollment_action }, `invite=${code}`);
      assert.equal(without.body.component, 'ak-stage-access-denied', without.text);
    }
    const bare = new JsonClient(app);
    await bare.get('invite');
    assert.equal((await bare.post('invite', action)).body.component, 'ak-stage-access-denied');
    await isOpen();

    const user = await signedIn('gus');
    await user.get('accept-invitation', query);
    const { step } = user;
    user.step = '';
    const unnamed = await user.post('accept-invitation', action, query);
    assert.deepEqual([unnamed.status, unnamed.body.code], [403, 'step_required'], unnamed.text);
    await isOpen();
    const named = await user.post('accept-invitation', action, query, { 'x-enrollment-step': step });
    assert.equal(named.status, 200, named.text);
    assert.equal((await app.enrollment.invitations.get(id)).state, 'declined');
  });

  it('a button that was drawn for a signed-out visitor does nothing once a user has signed in, on the page neither', async () => {
    const { id, query } = await invited('joy@example.com');
    const visitor = new Visitor(app);
    const client = new JsonClient(app, { browser: visitor.client, namesSteps: true });
    await client.get('invite', query);
    const { step } = client;
    await visitor.open(`/if/flow/invite/?${query}`);
    const { hidden } = visitor.form;
    await signedIn('ken', visitor);
    const action = { component: prompt, enrollment_action: 'decline_invitation' };
    await client.post('invite', action, query, { 'x-enrollment-step': step });
    await visitor.post('/if/flow/invite/', { ...hidden, enrollment_decline: 'confirmed' });
    assert.equal((await app.enrollment.invitations.get(id)).state, 'open');
  });

  it('each button of a page is an action: a new mail, and declining a consent or an invitation', async () => {
    const visitor = new Visitor(app);
    const client = await signedIn('hal', visitor);
    const asPage = async (slug: string, shown: JsonAnswer): Promise<void> => {
      const { text } = await visitor.open(`/if/flow/${slug}/`);
      assert.equal(buttonsOf(text).length, actionsOf(shown).length, text);
      for (const { label } of shown.body.page?.actions ?? []) assert.ok(text.includes(label), label);
    };
    const consent = await client.get('consent');
    await asPage('consent', consent);
    const refused = await client.post('consent', responseOf(consent, 'decline'));
    assert.equal(refused.body.component, 'ak-stage-access-denied', refused.text);

    const { code } = await app.enrollment.invitations.create({ uses: 1, flow: 'accept-invitation' });
    app.canaries.add(code);
    await client.get('accept-invitation');
    const accept = await client.post('accept-invitation', { component: prompt, invite_code: code });
    assert.equal(accept.body.component, 'ak-stage-accept-invitation', accept.text);
    await asPage('accept-invitation', accept);
    const declined = await client.post('accept-invitation', responseOf(accept, 'decline'));
    assert.equal(declined.body.component, 'xak-flow-redirect', declined.text);

    const other = new Visitor(app);
    const lost = new JsonClient(app, { browser: other.client, namesSteps: true });
    await member(app, 'ida');
    await lost.get('forgot');
    const mailed = await lost.post('forgot', { component: 'ak-stage-identification', uid_field: 'ida' });
    const page = await other.open('/if/flow/forgot/');
    assert.deepEqual([buttonsOf(page.text), actionsOf(mailed)], [['resend'], ['resend']], mailed.text);
    await queryFor('ida@example.com');
    app.clock.advance(120_000);
    mailer.clear();
    const again = await lost.post('forgot', responseOf(mailed, 'resend'));
    assert.equal(again.body.response_errors?.['non_field_errors']?.[0]?.code, 'email-sent', again.text);
    await queryFor('ida@example.com');
    await assertDocumented(app, [...client.answers, ...lost.answers]);
  });

  it('an account may be made after all: an action does nothing to the form', async () => {
    const { query } = await invited('jon@example.com');
    const client = new JsonClient(app, { namesSteps: true });
    const { body } = await client.get('invite', query);
    const code = body.fields?.[0]?.initial_value ?? '';
    app.canaries.add(code);
    const account = await client.post('invite', { component: prompt, invite_code: code }, query);
    assert.deepEqual(actionsOf(account), []);
    const done = await client.post('invite', { component: prompt, ...accountOf('jon') }, query);
    assert.equal(done.body.to, '/welcome', done.text);
  });
});
