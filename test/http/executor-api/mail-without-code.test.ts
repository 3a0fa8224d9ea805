import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { recoveryFlow } from '../../../lib/flows.js';
import { signInFlow } from '../../../lib/index.js';
import { memoryMailer } from '../../../lib/testing/memory-mailer.js';
import { assertDocumented } from '../../support/executor-api/documented.js';
import { JsonClient } from '../../support/executor-api/json-client.js';
import { member } from '../../support/http/sign-in-app.js';
import { openTestApp, type TestApp } from '../../support/http/test-app.js';
import { Visitor } from '../../support/http/visitor.js';

const email = { component: 'ak-stage-email' };

describe('an answer without the code of a mail', () => {
  const mailer = memoryMailer();
  let app: TestApp;
  before(async () => {
    const flows = [
      signInFlow({ slug: 'sign-in', target: '/inside' }),
      recoveryFlow({ slug: 'recovery', signInFlow: 'sign-in' }),
    ];
    app = await openTestApp({ executorApi: true, mailer, flows });
    for (const name of ['ann', 'bob']) await member(app, name);
  });
  after(() => app.close());

  /** Asks for the mail of this user; the path of its link. */
  async function begin(client: JsonClient, name: string): Promise<string> {
    await client.get('recovery');
    const asked = await client.post('recovery', { component: 'ak-stage-identification', uid_field: name });
    assert.equal(asked.body.component, email.component, asked.text);
    const { pathname, search } = new URL(mailer.linkIn(await mailer.next(`${name}@example.com`)) ?? '');
    return pathname + search;
  }

  it('confirms the link that this browser opened', async () => {
    const visitor = new Visitor(app);
    const client = new JsonClient(app, { browser: visitor.client, namesSteps: true });
    await visitor.open(await begin(client, 'ann'));
    assert.equal((await client.get('recovery')).body['opens_mail_link'], true);
    const next = await client.post('recovery', email);
    assert.equal(next.body.component, 'ak-stage-prompt', next.text);
    await assertDocumented(app, client.answers);
  });

  it('sends the mail again where the link was that of another plan, and confirms nothing', async () => {
    const visitor = new Visitor(app);
    const client = new JsonClient(app, { browser: visitor.client, namesSteps: true });
    await visitor.open(await begin(client, 'ann'));
    await client.get('recovery');
    const cancel = '/api/v3/flows/executor/recovery/cancel/';
    await client.send('POST', cancel, { 'x-enrollment-step': client.step }, '{}');
    await begin(client, 'bob');
    assert.equal((await client.get('recovery')).body['opens_mail_link'], false);
    for (const answer of [email, { ...email, code: '' }, { ...email, code: null }]) {
      const sent = await client.post('recovery', answer);
      assert.equal(sent.body.component, email.component, sent.text);
      assert.deepEqual(sent.body.response_errors?.['non_field_errors']?.[0]?.code, 'email-sent', sent.text);
      assert.ok(await mailer.next('bob@example.com'));
    }
    await assertDocumented(app, client.answers);
  });
});
