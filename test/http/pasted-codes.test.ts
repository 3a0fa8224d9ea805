import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import {
  defineFlow,
  inviteCode,
  inviteCodePrompt,
  promptStage,
  userLogin,
  username,
  userWrite,
} from '../../lib/index.js';
import { openTestApp, type TestApp } from '../support/http/test-app.js';
import { Caller, openGuardApp, said, type GuardApp } from '../support/guards/guard-app.js';
import { Visitor } from '../support/http/visitor.js';

/** A custom flow as in the README. */
const own = defineFlow({
  slug: 'own',
  title: 'Join the reading club',
  designation: 'enrollment',
  stages: [
    promptStage({ name: 'code', prompts: [inviteCodePrompt()], validation: [inviteCode()] }),
    promptStage({ name: 'account', prompts: [username({ key: 'username', label: 'Username' })] }),
    userWrite({ name: 'write' }),
    userLogin({ name: 'login' }),
  ],
});

const around: readonly (readonly [what: string, write: (code: string, url: string) => string])[] = [
  ['the whole link', (_code, url) => url],
  ['a label', (code) => `Code: ${code}`],
  ['quotes', (code) => `"${code}"`],
  ['brackets', (code) => `(${code})`],
  ['a full stop', (code) => `${code}.`],
  ['a mail in lines', (code) => `Hello,\r\nyour code:\r\n\t${code}\r\nSee you!`],
];

describe('what people paste as a code', () => {
  let testApp: TestApp;
  let guardApp: GuardApp;
  let code: string;
  let url: string;
  before(async () => {
    testApp = await openTestApp({ flows: [own] });
    guardApp = await openGuardApp();
    const made = await testApp.enrollment.invitations.create({ uses: 'unlimited' });
    ({ code } = made);
    url = made.url ?? '';
  });
  after(() => Promise.all([testApp.close(), guardApp.close()]));

  const filledIn = (visitor: Visitor): string | undefined =>
    visitor.form.controls.find(({ name }) => name === 'invite_code')?.value;

  for (const [what, write] of around) {
    it(`F23: ${what} around the code: the flow accepts it`, async () => {
      const visitor = new Visitor(testApp);
      await visitor.open();
      assert.equal((await visitor.submit({ invite_code: write(code, url) })).status, 303);
    });

    it(`F23: ${what} around the code: a guard accepts it, as a form and as JSON`, async () => {
      const invited = await guardApp.invite({ uses: 2 });
      const typed = write(invited, `https://app.example/signup?invite=${invited}`);
      const name = what.replaceAll(' ', '-');
      assert.equal((await new Caller(guardApp).send(typed, `${name}@example.com`)).status, 201);
      const body = JSON.stringify({ invite_code: typed, email: `${name}-json@example.com` });
      const json = { 'content-type': 'application/json' };
      const answer = await new Caller(guardApp).client.send('POST', '/signup', json, body);
      assert.equal(answer.status, 201, answer.text);
    });
  }

  it('F23: a page of text that cannot be a code locks no one out, in a flow or behind a guard', async () => {
    const visitor = new Visitor(testApp);
    await visitor.open();
    for (let times = 0; times < 25; times += 1) {
      const typed = ['https://app.example/', 'mailto:ann@example.com', '(:', 'a'.repeat(100)][times % 4] ?? '';
      const answer = await visitor.submit({ invite_code: typed });
      assert.notEqual(answer.status, 429, typed);
      assert.equal(
        said(await new Caller(guardApp).send('https://app.example/', 'ann@example.com'))['reason'],
        'invitation.unreadable',
      );
    }
    assert.equal((await visitor.submit({ invite_code: code })).status, 303);
  });

  for (const [what, damaged] of [
    ['a carriage return before its name', (link: string) => link.replace('?', '?%0D')],
    ['a line break within the code', (link: string) => link.replace(/-(?=[^-]+$)/, '-%0A')],
    ['a line break behind the code', (link: string) => `${link}%0D%0A`],
    ['an equals sign that was not decoded', (link: string) => link.replace('invite=', 'invite=3D')],
    ['a soft line break before its name', (link: string) => link.replace('?', '?=%0D%0A')],
    ['a soft line break within its name', (link: string) => link.replace('invite=', 'inv=%0Aite=')],
    ['a soft line break behind its name', (link: string) => link.replace('invite=', 'invite==%0A')],
    ['a soft line break within the code', (link: string) => link.replace(/-(?=[^-]+$)/, '-=%0A')],
    ['a soft line break of which a browser left the sign', (link: string) => link.replace(/-(?=[^-]+$)/, '-=')],
    ['an ampersand of HTML', (link: string) => link.replace('?', '?utm=mail&amp;')],
    ['the bracket that followed it', (link: string) => `${link})`],
    ['the full stop that followed it', (link: string) => `${link}.`],
    ['a quote that followed it', (link: string) => `${link}%22`],
  ] as const) {
    it(`F22: a link with ${what} fills the code in`, async () => {
      const visitor = new Visitor(testApp);
      const page = await visitor.open(damaged(url));
      assert.equal(page.status, 200);
      const { client } = new Caller(guardApp);
      const invited = await guardApp.invite();
      const answer = await client.get(damaged(`/signup?invite=${invited}`));
      assert.equal(answer.location.startsWith('/signup'), true, answer.text);
      assert.equal((await visitor.submit({ invite_code: filledIn(visitor) ?? '' })).status, 303);
      const shown = String(said(await client.get('/signup'))['code']);
      assert.doesNotMatch(shown, /[^\w=-]/);
      assert.equal((await new Caller(guardApp).send(shown, `damaged-${invited}@example.com`)).status, 201);
    });
  }
});
