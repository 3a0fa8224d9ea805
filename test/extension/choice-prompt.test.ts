import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import {
  defineFlow,
  definePrompt,
  inviteCode,
  inviteCodePrompt,
  promptStage,
  userLogin,
  userWrite,
  username,
} from '../../lib/index.js';
import { openTestApp, type TestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';

/** Several answers: a list of texts. */
const days = definePrompt({
  type: 'days',
  asked: true,
  concealed: false,
  autocomplete: 'off',
  list: true,
  choices: ({ context }) => [
    { value: 'mon', label: 'Monday' },
    { value: 'tue', label: 'Tuesday' },
    ...(context.fixed_data?.['weekends'] === true ? [{ value: 'sat', label: 'Saturday' }] : []),
  ],
  read: (typed) => ({ value: typed }),
});

/** One answer: a number. */
const size = (input: 'radio' | 'select') =>
  definePrompt({
    type: 'size',
    asked: true,
    concealed: false,
    autocomplete: 'off',
    input,
    choices: [
      { value: '1', label: 'Small' },
      { value: '2', label: 'Large' },
    ],
    read: (typed) => ({ value: Number(typed) }),
  });

const flowWith = (input: 'radio' | 'select') =>
  defineFlow({
    slug: 'club',
    title: 'Club',
    designation: 'enrollment',
    stages: [
      promptStage({
        name: 'about',
        prompts: [
          inviteCodePrompt(),
          days({ key: 'days', label: 'Days' }),
          size(input)({ key: 'attributes.size', label: 'Size', required: false }),
        ],
        validation: [inviteCode()],
      }),
      promptStage({ name: 'name', prompts: [username({ key: 'username', label: 'Username' })] }),
      userWrite({ name: 'write', attributes: ['days', 'attributes.size'] }),
      userLogin({ name: 'login' }),
    ],
  });

describe('a prompt kind from outside with choices', () => {
  let testApp: TestApp;
  let visitor: Visitor;
  let code = '';
  const accounts: unknown[] = [];

  beforeEach(async () => {
    accounts.length = 0;
    await open('radio');
  });
  afterEach(() => testApp.close());

  async function open(input: 'radio' | 'select'): Promise<void> {
    testApp = await openTestApp({ flows: [flowWith(input)] });
    const { create } = testApp.users;
    testApp.users.create = (account, redemption) => {
      accounts.push(account.data);
      return create(account, redemption);
    };
    visitor = new Visitor(testApp);
    code = (await testApp.enrollment.invitations.create()).code ?? '';
    await visitor.open();
  }

  const post = (fields: string) =>
    visitor.post(
      visitor.form.action,
      `enrollment_step=${encodeURIComponent(visitor.signature)}&invite_code=${encodeURIComponent(code)}&${fields}`,
    );

  it('brings a list and a number into the account', async () => {
    await visitor.follow(await post('days=mon&days=tue&attributes.size=2'));
    const { status } = await visitor.submit({ username: 'ann' });
    assert.equal(status, 303);
    assert.deepEqual(accounts, [{ days: ['mon', 'tue'], attributes: { size: 2 } }]);
  });

  it('takes a list of one, and no answer where none is required', async () => {
    await visitor.follow(await post('days=tue'));
    await visitor.submit({ username: 'ann' });
    assert.deepEqual(accounts, [{ days: ['tue'] }]);
  });

  it('keeps what was chosen when the page is shown again', async () => {
    const { status, text } = await post('days=tue&days=sun&attributes.size=2');
    assert.equal(status, 422);
    assert.match(text, /This option isn’t available\. Choose one from the list\./);
    assert.match(text, /<legend[^>]*>Days/);
    assert.match(text, /type="checkbox" value="tue"\s+checked/);
    assert.doesNotMatch(text, /value="mon"\s+checked/);
    assert.match(text, /type="radio" value="2"\s+checked/);
  });

  it('refuses a choice that this visitor does not have, and a missing one', async () => {
    assert.equal((await post('days=sat')).status, 422);
    const { text } = await post('');
    assert.match(text, /Choose an option\./);
    assert.equal((await post('days=mon&attributes.size=3')).status, 422);
  });

  it('refuses a field that comes twice where the kind takes one answer', async () => {
    assert.equal((await post('days=mon&attributes.size=1&attributes.size=2')).status, 400);
  });

  it('draws a select', async () => {
    await testApp.close();
    await open('select');
    const { text } = await post('days=sun&attributes.size=2');
    assert.match(text, /<select[^>]*name="attributes\.size"[^]*<option value="2" selected>Large/);
  });
});
