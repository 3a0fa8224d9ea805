import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import {
  connectAccountFlow,
  defineFlow,
  defineMessages,
  inviteSignupFlow,
  signOutFlow,
  sourceAuthenticationFlow,
  waitlistJoined,
  type Flow,
} from '../../lib/index.js';
import { openTestApp, type TestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';

const own = defineMessages({ 'club.intro': 'Readers come by invitation.', 'club.join': 'Join the club' });

describe('the wording of a flow and of its stages', () => {
  let testApp: TestApp;
  afterEach(() => testApp.close());

  /** Title, intro and button. */
  const said = (html: string): readonly (string | undefined)[] =>
    [/<h1[^>]*>([^<]*)</, /heading__intro">([^<]*)</, /<button[^>]*type="submit"[^>]*>([^<]*)</].map(
      (pattern) => pattern.exec(html)?.[1],
    );

  it('is that of the settings of a ready-made flow, and is translated where it is a message', async () => {
    testApp = await openTestApp({
      flows: [
        inviteSignupFlow({
          slug: 'invite',
          title: 'Join the reading club',
          intro: own.message('club.intro'),
          fields: ['username'],
          wording: { account: { title: 'Nearly there', submit: own.message('club.join') } },
        }),
      ],
      ownMessages: own.texts,
      languages: ['en', 'de'],
      messages: { de: { 'club.intro': 'Leser kommen auf Einladung.', 'club.join': 'Dem Club beitreten' } },
    });
    const visitor = new Visitor(testApp);
    const first = await visitor.open();
    assert.deepEqual(said(first.text), ['Join the reading club', 'Readers come by invitation.', 'Continue']);
    const { code } = await testApp.enrollment.invitations.create();
    await visitor.enterCode(code);
    assert.deepEqual(said(visitor.page.text), ['Nearly there', undefined, 'Join the club']);
    await visitor.open('/if/flow/invite/?locale=de');
    assert.deepEqual(said(visitor.page.text), ['Nearly there', undefined, 'Dem Club beitreten']);
  });

  it('of a stage comes before that of its flow, and that before the kit’s', async () => {
    testApp = await openTestApp({
      flows: [
        defineFlow({
          slug: 'ask',
          title: 'Ask',
          intro: 'We read every question.',
          submit: 'Send',
          designation: 'authorization',
          stages: [
            waitlistJoined({ name: 'question', text: 'What do you want to know?' }),
            waitlistJoined({ name: 'done', title: 'Thank you', intro: 'We answer soon.', submit: 'Back', text: 'Bye' }),
          ],
        }),
      ],
    });
    const visitor = new Visitor(testApp);
    const first = await visitor.open(testApp.page);
    assert.deepEqual(said(first.text), ['Ask', 'We read every question.', 'Send']);
    const second = await visitor.follow(await visitor.submit({}));
    assert.deepEqual(said(second.text), ['Thank you', 'We answer soon.', 'Back']);
  });

  it('is also that of a page with a button alone', async () => {
    const wording = { 'user-logout': { title: 'Leaving?', submit: own.message('club.join') } };
    testApp = await openTestApp({
      flows: [signOutFlow({ slug: 'sign-out', intro: 'Your books are kept.', wording })],
      ownMessages: own.texts,
    });
    const page = await new Visitor(testApp).open(testApp.page);
    assert.deepEqual(said(page.text), ['Leaving?', 'Your books are kept.', 'Join the club']);
    assert.match(page.text, /You can close this page/);
  });

  it('is taken by the flows of sources too, and misspelled stages are refused', () => {
    const words = { title: 'A', intro: 'B', submit: 'C' };
    const wordingIn = ({ intro, bindings }: Flow, stage: string): unknown => {
      const found = bindings.find(({ key }) => key === stage)?.stage;
      return [intro, found?.title, found?.intro, found?.submit].map((one) => one?.values?.['text']);
    };
    const connect = connectAccountFlow({ intro: 'I', wording: { password: words, 'source-connect': words } });
    for (const stage of ['password', 'source-connect'])
      assert.deepEqual(wordingIn(connect, stage), ['I', 'A', 'B', 'C'], stage);
    const signIn = sourceAuthenticationFlow({ intro: 'I', wording: { 'user-login': words } });
    assert.deepEqual(wordingIn(signIn, 'user-login'), ['I', 'A', 'B', 'C']);
    const wrong: object = { wording: { 'source-conect': words } };
    assert.throws(() => connectAccountFlow(wrong), { code: 'ERR_ENROLLMENT_CONFIG' });
    assert.throws(() => sourceAuthenticationFlow({ wording: { 'user-login': { titel: 'A' } as object } }), {
      code: 'ERR_ENROLLMENT_CONFIG',
    });
  });
});
