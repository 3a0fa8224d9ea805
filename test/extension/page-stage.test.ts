import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import { defineFlow, defineStage, deny } from '../../lib/index.js';
import { openTestApp, type TestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';

/** A page with a text and a button, which loads a third party's script. */
const welcome = defineStage<object, Record<string, never>, Record<string, never>>({
  kind: 'welcome',
  component: 'app-stage-welcome',
  view: 'pages/prompt',
  pageOnly: true,
  contentSecurityPolicy: {
    scriptSrc: ['https://captcha.example/api.js'],
    frameSrc: ['https://captcha.example'],
    styleSrc: ['https://captcha.example'],
  },
  fields: () => [],
  challenge: () => ({}),
  read: () => ({ ok: true, value: {} }),
  respond: () => ({ type: 'completed' }),
});

const flow = defineFlow({
  slug: 'club',
  title: 'Club',
  designation: 'authorization',
  stages: [welcome({ name: 'welcome' }), deny({ name: 'deny', message: 'Come back tomorrow.' })],
});

describe('a stage from outside with a page and no field', () => {
  let testApp: TestApp;
  afterEach(() => testApp.close());

  it('shows a button, whose press completes the stage', async () => {
    testApp = await openTestApp({ flows: [flow] });
    const visitor = new Visitor(testApp);
    await visitor.client.get(testApp.page);
    const page = await visitor.client.get(testApp.page);
    const [, signature = ''] = /name="enrollment_step" value="([^"]*)"/.exec(page.text) ?? [];
    const denied = await visitor.client.post(testApp.page, { enrollment_step: signature });
    assert.equal(denied.status, 403);
    assert.match(denied.text, /Come back tomorrow\./);
  });

  it('loads the script of a third party on its own page only', async () => {
    testApp = await openTestApp({ flows: [flow] });
    const { client } = new Visitor(testApp);
    const page = await client.get(testApp.page);
    const policy = String(page.headers['content-security-policy']);
    assert.match(policy, /script-src \S+\/if\/assets\/ https:\/\/captcha\.example\/api\.js(;|$)/);
    assert.match(policy, /style-src 'self' https:\/\/captcha\.example/);
    assert.match(policy, /default-src 'none'/);
    const cancel = await client.get(`${testApp.page}cancel/`);
    assert.doesNotMatch(String(cancel.headers['content-security-policy']), /captcha/);
  });

  it('refuses sources that would let inline scripts run', () => {
    const spec = { kind: 'x', component: 'x', view: 'pages/prompt', pageOnly: true } as const;
    const rest = {
      fields: () => [],
      challenge: () => ({}),
      read: () => ({ ok: true as const, value: {} }),
      respond: () => ({ type: 'completed' as const }),
    };
    const unusable = ['https://*', 'https://a.example/\0', 'https://a.example/日', 'https://a.example/a,b'];
    for (const source of ["'unsafe-inline'", 'https://a.example; script-src *', '*', 'http://a.example', ...unusable])
      assert.throws(() => defineStage({ ...spec, ...rest, contentSecurityPolicy: { scriptSrc: [source] } }), {
        code: 'ERR_ENROLLMENT_CONFIG',
        message: /must be an https origin or path, such as https:\/\/captcha\.example/,
      });
    const scriptSrc = ["'self'", 'https://*.example.com/v1/a-b.js?render=explicit', 'http://localhost:8080/x.js'];
    assert.doesNotThrow(() => defineStage({ ...spec, ...rest, contentSecurityPolicy: { scriptSrc } }));
  });
});
