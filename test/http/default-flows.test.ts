import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import {
  defineFlow,
  definePolicy,
  inviteSignupFlow,
  promptStage,
  signInFlow,
  signOutFlow,
  text,
  userWrite,
  type Flow,
  type MemoryUser,
  type EnrollmentOptions,
} from '../../lib/index.js';
import { designations } from '../../lib/flow/flow.js';
import { dummyStage, passwordStage } from '../../lib/stages.js';
import { member, openSignInApp, signIn } from '../support/http/sign-in-app.js';
import { openTestApp, signup, type TestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';

const page = (slug: string, designation: Flow['designation'], more: object = {}): Flow =>
  defineFlow({ slug, title: slug, designation, stages: [dummyStage({ name: `page-${slug}` })], ...more });
const only = (name: string) =>
  definePolicy({ name, check: ({ facts }) => facts.locale === name || `Only for ${name}.` });

describe('default flows', () => {
  let testApp: TestApp;
  afterEach(() => testApp.close());

  const at = (path: string, headers = {}, method = 'GET') => new Visitor(testApp).send(method, path, headers);
  const leadsTo = async (path: string, headers = {}): Promise<unknown> => {
    const { status, location } = await at(path, headers);
    return status === 303 ? location : status;
  };

  it('each designation has an address, which leads to its flow and keeps the query', async () => {
    const flows = [
      signInFlow({ slug: 'sign-in' }),
      signOutFlow({ slug: 'sign-out' }),
      signup,
      ...(['authorization', 'unenrollment', 'recovery', 'stage_configuration'] as const).map((one) =>
        page(`the-${one}`, one),
      ),
    ];
    testApp = await openTestApp({ flows, mount: '/join' });
    for (const designation of designations) {
      const { slug = '' } = flows.find((flow) => flow.designation === designation) ?? {};
      for (const path of [`/join/flows/-/default/${designation}/`, `/join/flows/-/default/${designation}`])
        assert.equal(await leadsTo(`${path}?next=%2Fok&invite=x`), `/join/if/flow/${slug}/?next=%2Fok&invite=x`);
      assert.equal((await at(`/join/flows/-/default/${designation}/`, {}, 'HEAD')).status, 303);
      const posted = await at(`/join/flows/-/default/${designation}/`, {}, 'POST');
      assert.deepEqual([posted.status, posted.headers.allow], [405, 'GET, HEAD']);
    }
    assert.equal(await leadsTo('/join/flows/-/default/nothing/'), 404);
    assert.equal(await leadsTo('/join/flows/-/default/'), 404);
    assert.equal(await leadsTo('/join/flows/-/other/'), 404);
  });

  it('without the option, it is the first flow by slug that the visitor may use', async () => {
    testApp = await openTestApp({
      flows: [
        signup,
        page('z-all', 'recovery'),
        page('a-german', 'recovery', { policies: [only('de')] }),
        page('b-signed-in', 'recovery', { authentication: 'require_authenticated' }),
        page('a-redirected', 'recovery', { authentication: 'require_redirect' }),
      ],
      locale: (req) => (req.get('x-language') === 'de' ? 'de' : 'en'),
      messages: { de: {} },
    });
    assert.equal(await leadsTo('/flows/-/default/recovery/'), '/if/flow/z-all/');
    assert.equal(await leadsTo('/flows/-/default/recovery/', { 'x-language': 'de' }), '/if/flow/a-german/');
  });

  it('where no flow applies, it is the first one, whose page says why', async () => {
    testApp = await openTestApp({
      flows: [
        signup,
        page('b', 'recovery', { policies: [only('b')] }),
        page('a', 'recovery', { policies: [only('a')] }),
      ],
    });
    assert.equal(await leadsTo('/flows/-/default/recovery/'), '/if/flow/a/');
    assert.match((await at('/if/flow/a/')).text, /Only for a\./);
  });

  const several = [signup, page('a', 'recovery'), page('b', 'recovery'), page('c', 'recovery')];

  it('the option sets it, by host name too; the header of a request is in no link', async () => {
    testApp = await openTestApp({
      flows: several,
      defaultFlows: { recovery: 'b', hosts: { 'staff.example': { recovery: 'c' } } },
    });
    assert.equal(await leadsTo('/flows/-/default/recovery/'), '/if/flow/b/');
    assert.equal(await leadsTo('/flows/-/default/recovery/', { host: 'STAFF.example:81' }), '/if/flow/c/');
    assert.equal(await leadsTo('/flows/-/default/recovery/', { host: 'evil.example' }), '/if/flow/b/');
    assert.equal(
      await leadsTo('/flows/-/default/recovery/', { host: 'a.example', 'x-forwarded-host': 'staff.example' }),
      '/if/flow/b/',
    );
  });

  it('a function of the request sets it; an answer that is no flow of the designation is ignored and logged', async () => {
    testApp = await openTestApp({
      flows: several,
      defaultFlows: (req) => ({ recovery: req.get('x-flow') ?? 'c' }),
    });
    assert.equal(await leadsTo('/flows/-/default/recovery/'), '/if/flow/c/');
    for (const wrong of ['invite', 'none', '__proto__', '//evil.example'])
      assert.equal(await leadsTo('/flows/-/default/recovery/', { 'x-flow': wrong }), '/if/flow/a/');
    assert.match(testApp.log.map(({ text: said }) => said).join('\n'), /defaultFlows answered for 'recovery'/);
  });

  it('a slug that does not exist, or has another designation, stops the start', async () => {
    const given = (defaultFlows: unknown) =>
      openTestApp({ flows: several, defaultFlows } as Partial<EnrollmentOptions<MemoryUser>>).then(
        async (opened) => {
          await opened.close();
          return [];
        },
        (error: unknown) => Reflect.get(Object(error), 'issues') as unknown,
      );
    assert.deepEqual(await given({ recovery: 'd', enrollment: 'a', hosts: { 'x.example': { recovery: 'invite' } } }), [
      '"defaultFlows.recovery": there is no flow \'d\'',
      "\"defaultFlows.enrollment\": the flow 'a' has the designation 'recovery'",
      "\"defaultFlows.hosts.x.example.recovery\": the flow 'invite' has the designation 'enrollment'",
    ]);
    assert.match(String(await given({ recover: 'a' })), /recover/);
    assert.match(String(await given({ hosts: { 'X.example:80': {} } })), /host name/);
    testApp = await openTestApp();
  });

  it('links lead to the flow itself, or to the address where it depends on the visitor', async () => {
    const link = async (defaultFlows: EnrollmentOptions<MemoryUser>['defaultFlows'], more: readonly Flow[] = []) => {
      testApp = await openTestApp({ flows: [signup, signInFlow({ slug: 'b-sign-in' }), ...more], defaultFlows });
      const { text: html } = await new Visitor(testApp).open('/if/flow/invite/?next=/books');
      await testApp.close();
      return /href="([^"]*)">Sign in</.exec(html)?.[1];
    };
    const staff = [signInFlow({ slug: 'a-staff' })];
    assert.equal(await link({}), '/if/flow/b-sign-in/?next=%2Fbooks');
    assert.equal(await link(() => ({})), '/if/flow/b-sign-in/?next=%2Fbooks');
    assert.equal(await link({ authentication: 'b-sign-in' }, staff), '/if/flow/b-sign-in/?next=%2Fbooks');
    for (const option of [{}, { hosts: { 'x.example': { authentication: 'a-staff' } } }, () => ({})])
      assert.equal(await link(option, staff), '/flows/-/default/authentication/?next=%2Fbooks');
    testApp = await openTestApp();
  });

  it('an invitation leads to the default enrollment flow', async () => {
    const other = inviteSignupFlow({ slug: 'another', fields: ['username'] });
    testApp = await openTestApp({ flows: [signup, other], defaultFlows: { enrollment: 'another' } });
    const { url } = await testApp.enrollment.invitations.create();
    assert.match(url ?? '', /\/if\/flow\/another\/\?invite=/);
  });

  it('configure leads signed-in users to the flow that sets the stage up', async () => {
    const setUp = page('set-up', 'stage_configuration');
    const change = page('change', 'stage_configuration');
    const step = passwordStage({ name: 'step', configureFlow: 'change' });
    const own = defineFlow({
      slug: 'own',
      title: 'Own',
      designation: 'authorization',
      insertable: [step],
      stages: [dummyStage({ name: 'first' })],
    });
    testApp = await openSignInApp({ flows: [signInFlow({ slug: 'sign-in' }), signup, setUp, change, own] });
    await member(testApp, 'ann');
    const visitor = new Visitor(testApp);
    const refused = await visitor.get('/flows/-/configure/step/?next=/x');
    assert.equal(refused.status, 403);
    assert.match(
      refused.text,
      /Sign in first[^]*href="\/if\/flow\/sign-in\/\?next=%2Fif%2Fflow%2Fchange%2F%3Fnext%3D%252Fx"/,
    );
    await signIn(visitor, 'ann');
    for (const [path, location] of [
      ['/flows/-/configure/step/?next=/x', '/if/flow/change/?next=/x'],
      ['/flows/-/configure/page-set-up', '/if/flow/set-up/'],
    ] as const)
      assert.equal((await visitor.get(path)).location, location);
    for (const name of ['nothing', 'first', '__proto__', '%2e%2e'])
      assert.equal((await visitor.get(`/flows/-/configure/${name}/`)).status, 404);
  });

  it('configureFlow must name one flow of its designation', async () => {
    const flow = (configureFlow: string, slug: string): Flow =>
      defineFlow({
        slug,
        title: 'x',
        designation: 'authorization',
        stages: [promptStage({ name: 'step', configureFlow, prompts: [text({ key: 'name', label: 'Name' })] }), write],
      });
    const write = userWrite({ name: 'write' });
    await assert.rejects(
      openTestApp({
        flows: [flow('change', 'one'), flow('none', 'two'), page('change', 'recovery')],
        registration: 'open',
      }),
      ({ message }: Error) =>
        /'step' has several values of configureFlow: change, none/.test(message) &&
        /configureFlow of the stage 'step': the flow 'change' has the designation 'recovery'/.test(message) &&
        /configureFlow of the stage 'step': there is no flow 'none'/.test(message),
    );
    testApp = await openTestApp();
  });
});
