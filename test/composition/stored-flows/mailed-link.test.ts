import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { emailStage, identification, userLogin } from '../../../lib/stages.js';
import { memoryMailer } from '../../../lib/testing/memory-mailer.js';
import { member } from '../../support/http/sign-in-app.js';
import { openTestApp, type TestApp } from '../../support/http/test-app.js';
import { Visitor } from '../../support/http/visitor.js';

const page = '/if/flow/staff/';

/** A flow that signs in by a mail. */
const staffFile = (title: string): string => `version: 1
entries:
  - model: authentik_flows.flow
    id: flow
    identifiers: { slug: staff }
    attrs: { title: ${title}, designation: authentication, target: /done }
${['who', 'mail', 'login']
  .map(
    (name, order) => `  - model: express_enrollment.stage
    id: ${name}
    identifiers: { name: ${name} }
  - model: authentik_flows.flowstagebinding
    identifiers: { target: !KeyOf flow, stage: !KeyOf ${name}, order: ${String(order)} }
`,
  )
  .join('')}`;

describe('the link of a mail whose plan has ended', () => {
  const mailer = memoryMailer();
  let app: TestApp;
  let visitor: Visitor;
  let link: string;
  beforeEach(async () => {
    const stages = {
      who: identification({ name: 'who' }),
      mail: emailStage({ name: 'mail', recipient: 'identified' }),
      login: userLogin({ name: 'login' }),
    };
    app = await openTestApp({ mailer, flowFiles: { stored: true, stages } });
    await app.enrollment.ready();
    await change('Staff');
    await member(app, 'ann');
    visitor = new Visitor(app);
    await visitor.open(page);
    await visitor.follow(await visitor.submit({ uid_field: 'ann' }));
    link = mailer.linkIn(await mailer.next('ann@example.com'))?.slice(app.url.length) ?? '';
  });
  afterEach(() => app.close());

  const change = (title: string): Promise<unknown> =>
    app.enrollment.flows.import([{ file: 'staff.yaml', text: staffFile(title) }], {
      by: 'ann',
      runningPlans: 'restart',
    });

  const elsewhere = /opened this link in a different browser/;
  const invalid = /This link isn’t valid anymore/;

  it('says in its own browser that it is not valid anymore where a new version has started the plan again', async () => {
    assert.match((await new Visitor(app).open(link)).text, elsewhere);
    await change('Our staff');
    for (let opened = 0; opened < 2; opened += 1) assert.match((await visitor.open(link)).text, invalid);
    const again = await visitor.open(page);
    assert.match(again.text, /name="uid_field"/);
    assert.equal(await visitor.me(), null);
  });

  it('says so in every browser where the visitor has canceled', async () => {
    await visitor.open(`${page}cancel/`);
    await visitor.submit({});
    for (const browser of [visitor, new Visitor(app)]) assert.match((await browser.open(link)).text, invalid);
  });
});
