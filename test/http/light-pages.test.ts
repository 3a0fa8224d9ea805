import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import { inviteSignupFlow } from '../../lib/index.js';
import { openTestApp, type TestApp, type TestAppOptions } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';

const flow = inviteSignupFlow({ slug: 'invite', fields: ['username', 'email', 'password'], target: '/welcome' });

describe('the work that a page costs', () => {
  let testApp: TestApp;
  let visitor: Visitor;
  afterEach(() => testApp.close());

  async function open(options: TestAppOptions = {}): Promise<void> {
    testApp = await openTestApp({ flows: [flow], ...options });
    visitor = new Visitor(testApp);
  }

  async function openAccountPage(): Promise<void> {
    const { code } = await testApp.enrollment.invitations.create();
    await visitor.enterCode(code);
  }

  const keepsErrors = (): boolean => 'enrollment_errors' in visitor.form.hidden;

  // One other character doubles the size of the page in memory, and what it costs to search, copy and send.
  it('is that of one byte a character for the pages of a sign-up in English', async () => {
    await open();
    await visitor.open();
    assert.doesNotMatch(visitor.page.text, /[^\u0000-\u00ff]/);
    await openAccountPage();
    assert.match(visitor.page.text, / data-time="/);
    assert.doesNotMatch(visitor.page.text, /[^\u0000-\u00ff]/);
  });

  it('is no signature of the errors where nothing on the page asks for it again', async () => {
    await open();
    await visitor.open();
    assert.equal((await visitor.submit({ invite_code: 'WRONG-WORD-1' })).status, 422);
    assert.equal(keepsErrors(), false);
    // This one can be canceled, and kept.
    await openAccountPage();
    assert.equal((await visitor.submit({ username: 'x', email: 'half@', password: '' })).status, 422);
    assert.equal(keepsErrors(), true);
  });

  it('is one of the errors where the page has a language switch', async () => {
    await open({ languages: ['en', 'de'] });
    await visitor.open();
    assert.equal((await visitor.submit({ invite_code: 'WRONG-WORD-1' })).status, 422);
    assert.equal(keepsErrors(), true);
  });
});
