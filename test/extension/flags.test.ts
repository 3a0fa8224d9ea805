import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import {
  deny,
  defineFlow,
  definePolicy,
  definePrompt,
  defineStage,
  inviteCode,
  inviteCodePrompt,
  memoryConnections,
  openIdConnectSource,
  promptStage,
  userLogin,
  userWrite,
  Secret,
  type Flow,
} from '../../lib/index.js';
import { openTestApp, type TestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';

const acme = openIdConnectSource({
  slug: 'acme',
  name: 'Acme',
  issuer: 'http://127.0.0.1:1',
  clientId: 'app',
  clientSecret: 'not-a-secret-of-anything',
});

describe('flags of custom definitions', () => {
  let testApp: TestApp;
  afterEach(() => testApp.close());

  async function open(flow: Flow): Promise<Visitor> {
    testApp = await openTestApp({ flows: [flow], sources: [acme], connections: memoryConnections() });
    return new Visitor(testApp);
  }

  it('requiresSource: an invitation link to a flow with this policy shows the sources', async () => {
    const members = definePolicy({
      name: 'members',
      requiresSource: true,
      check: ({ context }) => 'identity' in context,
    });
    const visitor = await open(
      defineFlow({
        slug: 'club',
        title: 'Club',
        designation: 'enrollment',
        policies: [members],
        providedContext: ['prompt_data'],
        stages: [
          promptStage({ name: 'code', prompts: [inviteCodePrompt()], validation: [inviteCode()] }),
          userWrite({ name: 'write' }),
        ],
      }),
    );
    const { url } = await testApp.enrollment.invitations.create();
    const { pathname, search } = new URL(url ?? '');
    const { text } = await visitor.open(pathname + search);
    assert.match(text, /You’re invited[^]*Continue with Acme/);
  });

  it('offersSources: the page of a stage offers the sources only with the flag', async () => {
    const terms = (offersSources: { offersSources?: 'sign-up' }) =>
      defineStage<object, Record<string, never>, { agree: string }>({
        kind: 'terms',
        component: 'app-stage-terms',
        view: 'pages/prompt',
        ...offersSources,
        fields: () => ['agree'],
        consumes: () => ['agree'],
        challenge: () => ({}),
        read: ({ agree = '' }) => ({ ok: true, value: { agree } }),
        respond: () => ({ type: 'completed' }),
      })({ name: 'terms' });
    for (const [flag, offered] of [
      [{ offersSources: 'sign-up' }, true],
      [{}, false],
    ] as const) {
      const visitor = await open(
        defineFlow({
          slug: 'club',
          title: 'Club',
          designation: 'enrollment',
          providedContext: ['prompt_data'],
          stages: [
            terms(flag),
            promptStage({ name: 'code', prompts: [inviteCodePrompt()], validation: [inviteCode()] }),
            userWrite({ name: 'write' }),
          ],
        }),
      );
      await visitor.open();
      assert.equal(visitor.page.text.includes('Continue with Acme'), offered);
      if (offered) await testApp.close();
    }
  });

  it('newPassword: custom password fields must be equal, and only their hash is stored', async () => {
    const pin = definePrompt({
      type: 'pin',
      asked: true,
      concealed: true,
      newPassword: true,
      autocomplete: 'new-password',
      input: 'password',
      messages: {},
      read: (typed) => ({ value: new Secret(typed) }),
    });
    const visitor = await open(
      defineFlow({
        slug: 'club',
        title: 'Club',
        designation: 'enrollment',
        stages: [
          promptStage({
            name: 'account',
            prompts: [
              inviteCodePrompt(),
              definePrompt({
                type: 'nickname',
                asked: true,
                concealed: false,
                autocomplete: 'username',
                messages: {},
                read: (typed) => ({ value: typed }),
              })({ key: 'username', label: 'Nickname' }),
              pin({ key: 'password', label: 'PIN' }),
              pin({ key: 'password_repeat', label: 'Repeat the PIN', required: false }),
            ],
            validation: [inviteCode()],
          }),
          userWrite({ name: 'write' }),
          userLogin({ name: 'login' }),
        ],
      }),
    );
    const { code } = await testApp.enrollment.invitations.create();
    await visitor.open();
    assert.equal(visitor.form.controls.filter(({ type }) => type === 'password').length, 2);
    const account = { invite_code: code ?? '', username: 'ann', password: 'velvet tram over' };
    const refused = await visitor.submit({ ...account, password_repeat: '' });
    assert.equal(refused.status, 422);
    await visitor.submit({ ...account, password_repeat: account.password });
    assert.equal(await visitor.me(), 'ann');
    assert.match((await testApp.users.passwordHash?.(testApp.members[0] ?? assert.fail())) ?? '', /^\$argon2id\$/);
  });

  it('connects: a flow with the role connection needs a stage with this flag', async () => {
    const connection = (stage: Flow['bindings'][number]['stage']): Flow =>
      defineFlow({
        slug: 'link',
        title: 'Link',
        designation: 'stage_configuration',
        sourceRole: 'connection',
        policies: [definePolicy({ name: 'members', requiresSource: true, check: () => true })],
        stages: [stage],
      });
    const without = openTestApp({
      flows: [connection(deny({ name: 'deny' }))],
      sources: [acme],
      connections: memoryConnections(),
    });
    await assert.rejects(without, /flows\.link: [^\n]*no sourceConnect\(\)/);
    testApp = await openTestApp({
      flows: [connection({ ...deny({ name: 'deny' }), connects: true })],
      sources: [acme],
      connections: memoryConnections(),
    });
  });
});
