import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import {
  defineFlow,
  definePolicy,
  defineSilentStage,
  inviteCode,
  isEnrollmentError,
  promptStage,
  text,
  userLogin,
  userWrite,
  username,
  type Flow,
  type Stage,
} from '../../lib/index.js';
import { openTestApp, type TestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';

const name = promptStage({ name: 'name', prompts: [username({ key: 'username', label: 'Name' })] });
const write = userWrite({ name: 'user-write' });
const login = userLogin({ name: 'user-login' });
const flowOf = (...stages: readonly Stage[]): Flow =>
  defineFlow({ slug: 'own', title: 'Own', designation: 'enrollment', stages });
/** Not of designation `enrollment`: that one is refused at startup when no stage declares that it creates accounts. */
const flowOfAnotherKind = (...stages: readonly Stage[]): Flow =>
  defineFlow({ slug: 'own', title: 'Own', designation: 'authorization', stages });

/** Creates an account without declaring it, under the invitation that is passed. */
const smuggle = (invitation: { readonly id: string; readonly version: number } | null) =>
  defineSilentStage<object, 'pending_user'>({
    kind: 'smuggle',
    hasSideEffects: true,
    writes: ['pending_user'],
    consumes: () => ['username'],
    async run(_settings, at) {
      const account = { username: 'smuggled', email: null, name: null, passwordHash: null, data: {} };
      const enrolled = await at.services.accounts.enroll({
        enrollmentId: at.enrollmentId,
        flow: at.flow.slug,
        invitation,
        account,
      });
      if (enrolled.type === 'written')
        return {
          type: 'completed',
          patch: { pending_user: enrolled.userId },
          evidence: { type: 'account_written', user: enrolled.userId },
        };
      if (enrolled.type === 'written_before') return { type: 'written_before', sameDetails: true, recently: false };
      return enrolled.type === 'invalid'
        ? enrolled
        : { type: 'denied', message: enrolled.message, reference: enrolled.reference };
    },
  })({ name: 'smuggle' });

describe('registration is invite-only', () => {
  let testApp: TestApp | undefined;
  afterEach(async () => {
    await testApp?.close();
    testApp = undefined;
  });

  async function attempt(
    flow: Flow,
    registration: 'invite-only' | 'open' = 'invite-only',
  ): Promise<{ status: number; text: string; visitor: Visitor }> {
    testApp = await openTestApp({ flows: [flow], registration });
    const visitor = new Visitor(testApp);
    await visitor.open();
    const { status, text: page } = await visitor.submit({ username: 'smuggled', invite_code: '' });
    return { status, text: page, visitor };
  }

  it('a flow that makes accounts without a gate is refused at start, with its path', async () => {
    await assert.rejects(openTestApp({ flows: [flowOf(name, write, login)] }), (error) => {
      assert.ok(isEnrollmentError(error));
      assert.equal(error.code, 'ERR_ENROLLMENT_CONFIG');
      assert.match(error.issues.join('\n'), /flows\.own\.user-write: no gate comes before/);
      return true;
    });
  });

  it('F11: an enrollment flow in which no stage creates accounts is refused at start', async () => {
    await assert.rejects(
      openTestApp({ flows: [flowOf(name, smuggle(null), login)] }),
      /flows\.own: no stage .* account/,
    );
  });

  it('a gate after the write is not accepted', async () => {
    const gate = promptStage({
      name: 'gate',
      prompts: [text({ key: 'invite_code', label: 'Code', entryLink: true })],
      validation: [inviteCode()],
    });
    await assert.rejects(openTestApp({ flows: [flowOf(name, write, gate, login)] }), /no gate comes before/);
  });

  for (const [what, stages, make] of [
    ['a stage that does not say that it makes accounts', [name, smuggle(null), login], flowOfAnotherKind],
    ['an invitation that does not exist', [name, smuggle({ id: 'made-up', version: 1 }), login], flowOfAnotherKind],
    [
      'a gate that lets everybody in',
      [
        promptStage({
          name: 'name',
          prompts: [username({ key: 'username', label: 'Name' })],
          validation: [definePolicy({ name: 'open', gate: true, check: () => true })],
        }),
        write,
        login,
      ],
      flowOf,
    ],
    [
      'a gate that writes an invitation of its own making',
      [
        promptStage({
          name: 'name',
          prompts: [username({ key: 'username', label: 'Name' })],
          validation: [
            definePolicy({
              name: 'forger',
              gate: true,
              writes: ['invitation'],
              check: () => ({ pass: true, patch: { invitation: { id: 'forged', version: 1 } } }),
            }),
          ],
        }),
        write,
        login,
      ],
      flowOf,
    ],
  ] as const) {
    it(`${what}: no account, a page with 403 and a reference, no sign-in`, async () => {
      const { status, text: page, visitor } = await attempt(make(...stages));
      assert.equal(status, 403, page);
      assert.match(page, /Reference: \w{8}/);
      assert.deepEqual(testApp?.members, []);
      assert.equal(await visitor.me(), null);
      assert.equal(await testApp?.users.findByLogin('username', 'smuggled'), null);
    });
  }

  it('the log tells the developer what to fix', async () => {
    const { text: page } = await attempt(flowOfAnotherKind(name, smuggle(null), login));
    const problem = testApp?.log.find(({ level }) => level === 'error');
    assert.match(problem?.text ?? '', /put inviteCode\(\) before it or set registration: open/);
    assert.ok(page.includes(String(problem?.fields['reference'])));
  });

  it('with open registration the same flow creates the account', async () => {
    const { status, visitor } = await attempt(flowOf(name, write, login), 'open');
    assert.equal(status, 303);
    assert.equal(await visitor.me(), 'smuggled');
  });
});

describe('a flow that creates accounts never changes one', () => {
  it('a taken name asks for another one; its account stays as it was', async () => {
    const testApp = await openTestApp();
    const { code } = await testApp.enrollment.invitations.create({ uses: 5 });
    await new Visitor(testApp).signUp(code, 'holder');
    const hash = await testApp.users.passwordHash?.(testApp.members[0]!);
    const visitor = new Visitor(testApp);
    await visitor.enterCode(code);
    const password = 'a very different password';
    const answer = await visitor.submit({
      username: 'HOLDER',
      email: 'Holder@Example.com',
      password,
      password_repeat: password,
    });
    assert.equal(answer.status, 422);
    assert.match(answer.text, /already taken/);
    assert.equal(await visitor.me(), null);
    assert.equal(testApp.members.length, 1);
    assert.equal(await testApp.users.passwordHash?.(testApp.members[0]!), hash);
    await testApp.close();
  });
});
