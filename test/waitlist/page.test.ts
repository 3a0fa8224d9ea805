import assert from 'node:assert/strict';
import { HtmlValidate } from 'html-validate';
import { describe, it } from 'mocha';
import { text, waitlistFlow } from '../../lib/index.js';
import { checkFlows } from '../../lib/flow/check-flow.js';
import { openTestApp, signup } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';

const validator = new HtmlValidate({
  root: true,
  extends: ['html-validate:standard', 'html-validate:a11y'],
  rules: { 'void-style': ['error', { style: 'omit' }], 'doctype-style': ['error', { style: 'lowercase' }] },
});

describe('the flow of the waitlist', () => {
  it('follows the rules of flows, whatever it asks, and always asks for the address', () => {
    for (const fields of [undefined, [], ['name'], ['name', 'email', text({ key: 'a.b', label: 'x' })]] as const) {
      const flow = waitlistFlow({ slug: 'waitlist', ...(fields === undefined ? {} : { fields }) });
      assert.deepEqual(checkFlows([flow], { registration: 'invite-only' }), []);
      const [first] = flow.bindings;
      assert.ok(first?.stage.asking && first.stage.fields.includes('email'));
      assert.ok(!flow.bindings.some(({ stage }) => !stage.asking && stage.creates));
    }
  });

  it('has pages of valid HTML, with the texts of the app', async () => {
    const testApp = await openTestApp({
      flows: [waitlistFlow({ slug: 'waitlist', thanks: 'Done & <noted>.', title: 'Join us' }), signup],
      messages: { 'flow.waitlist.noted': 'Patience, please' },
    });
    const visitor = new Visitor(testApp);
    const pages = [await visitor.open(), await visitor.follow(await visitor.submit({ email: 'ann@example.com' }))];
    assert.match(pages[0]?.text ?? '', /<h1[^>]*>Join us<\/h1>/);
    assert.match(pages[1]?.text ?? '', /<h1[^>]*>Patience, please<\/h1>[^]*Done &amp; &lt;noted&gt;\./);
    for (const { text: html } of pages) {
      const { results } = await validator.validateString(html);
      assert.deepEqual(
        results.flatMap(({ messages }) => messages.map(({ ruleId, message }) => `${ruleId}: ${message}`)),
        [],
      );
    }
    await testApp.close();
  });
});
