import assert from 'node:assert/strict';
import type { IncomingHttpHeaders } from 'node:http';
import { afterEach, describe, it } from 'mocha';
import { cookiePlace } from '../../lib/http/cookies/cookie-terms.js';
import { inviteSignupFlow, waitlistFlow } from '../../lib/index.js';
import { shippedTexts } from '../../lib/pages/languages/shipped-languages.js';
import { Caller, openGuardApp, said } from '../support/guards/guard-app.js';
import { openTestApp, type TestApp, type TestAppOptions } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';
import { viewFolder } from '../support/pages/view-folder.js';

describe('the language that a visitor chooses', () => {
  let testApp: TestApp;
  afterEach(() => testApp.close());

  const open = async (options: TestAppOptions = {}): Promise<Visitor> => {
    testApp = await openTestApp({ languages: ['en', 'de'], ...options });
    return new Visitor(testApp);
  };
  const lang = ({ text }: { readonly text: string }): string | undefined => /<html lang="([^"]*)"/.exec(text)?.[1];
  const linksIn = (text: string): readonly string[] =>
    [...text.matchAll(/<a class="enrollment-languages__link" href="([^"]*)"/g)].map(([, href = '']) => href);
  const buttonsIn = (text: string): readonly string[] =>
    [...text.matchAll(/<button class="enrollment-languages__link"[^>]* value="([^"]*)"/g)].map(([, tag = '']) => tag);

  const cookiesOf = ({ headers }: { readonly headers: IncomingHttpHeaders }): readonly string[] =>
    headers['set-cookie'] ?? [];

  it('is kept in a cookie: the link redirects to the same page without it', async () => {
    const visitor = await open();
    const first = await visitor.open();
    assert.equal(lang(first), 'en');
    assert.deepEqual(buttonsIn(first.text), ['en', 'de']);
    assert.match(first.text, /lang="en" dir="ltr" aria-current="true">English</);
    const answer = await visitor.get('/if/flow/invite/?locale=de');
    assert.equal(answer.status, 303);
    assert.equal(answer.location, '/if/flow/invite/');
    assert.deepEqual(
      cookiesOf(answer).map((line) => line.replace(/;.*/, '')),
      ['enrollment.locale=de'],
    );
    assert.match(cookiesOf(answer).join(), /Max-Age=31536000; Path=\/; HttpOnly; SameSite=Lax/);
    assert.equal(lang(await visitor.follow(answer)), 'de');
  });

  it('comes before the option locale and the browser; then they decide, in this order', async () => {
    const visitor = await open({ locale: (req) => req.get('X-Setting') });
    const ask = async (headers: Record<string, string>): Promise<string | undefined> =>
      lang(await visitor.get(testApp.page, headers));
    assert.equal(await ask({}), 'en');
    assert.equal(await ask({ 'Accept-Language': 'de' }), 'de');
    assert.equal(await ask({ 'Accept-Language': 'de', 'X-Setting': 'en-GB' }), 'en');
    await visitor.get('/if/flow/invite/?locale=de');
    assert.equal(await ask({ 'Accept-Language': 'en', 'X-Setting': 'en' }), 'de');
  });

  it('loses nothing in the middle of a flow: the code, the plan and the target stay', async () => {
    const visitor = await open({ flows: [inviteSignupFlow({ slug: 'invite', fields: ['username', 'password'] })] });
    const { code } = await testApp.enrollment.invitations.create();
    testApp.canaries.add(code);
    const answer = await visitor.get(`/if/flow/invite/?next=%2Fbooks&locale=de&invite=${code}`);
    assert.equal(answer.location, `/if/flow/invite/?next=%2Fbooks&invite=${code}`);
    await visitor.follow(answer);
    await visitor.follow(await visitor.submit({ invite_code: code }));
    assert.match(visitor.step, /^account/);
    const before = visitor.signature;
    const english = await visitor.open('/if/flow/invite/?locale=en');
    assert.equal(lang(english), 'en');
    assert.equal(visitor.signature, before);
    const refused = await visitor.submit({ username: '', password: '' });
    assert.match(refused.text, /Enter your username\./);
    await visitor.open('/if/flow/invite/?locale=de');
    const german = await visitor.submit({ username: '', password: '' });
    assert.equal(german.status, 422);
    assert.match(german.text, /Geben Sie Ihren Benutzernamen ein\./);
    const password = 'correct horse battery staple';
    testApp.canaries.add(password);
    const done = await visitor.submit({ username: 'ann', password, password_repeat: password });
    assert.equal(done.location, '/books');
    assert.equal(testApp.members.length, 1);
  });

  it('is not changed by a POST, and a form keeps its signature in every language', async () => {
    const visitor = await open();
    await visitor.open();
    const { signature } = visitor;
    await visitor.get('/if/flow/invite/?locale=de');
    const answer = await visitor.post('/if/flow/invite/?locale=en', { enrollment_step: signature, invite_code: '' });
    assert.equal(answer.status, 422);
    assert.equal(lang(answer), 'de');
    assert.deepEqual(
      cookiesOf(answer).filter((line) => line.includes('locale')),
      [],
    );
  });

  it('is one of the app’s: another one is dropped, and a planted cookie changes nothing', async () => {
    const visitor = await open();
    for (const wanted of ['fr', '', '%22%3E', 'de%0d%0aX: y', 'constructor']) {
      const answer = await visitor.get(`/if/flow/invite/?locale=${wanted}`);
      assert.equal(answer.location, '/if/flow/invite/');
      assert.deepEqual(cookiesOf(answer), []);
    }
    const austrian = await visitor.get('/if/flow/invite/?locale=de-AT');
    assert.match(cookiesOf(austrian).join(), /^enrollment\.locale=de;/);
    assert.equal(lang(await new Visitor(testApp).get(testApp.page, { Cookie: 'enrollment.locale=DE' })), 'de');
    for (const planted of ['fr', '../de', 'de-AT'])
      assert.equal(
        lang(await new Visitor(testApp).get(testApp.page, { Cookie: `enrollment.locale=${planted}` })),
        'en',
      );
  });

  it('is offered on every page that a GET shows, below a mount too, and on a page that ends a flow', async () => {
    const visitor = await open({
      mount: '/join',
      flows: [inviteSignupFlow({ slug: 'invite', fields: ['username'] }), waitlistFlow({ slug: 'wait' })],
    });
    assert.deepEqual(buttonsIn((await visitor.open('/join/if/flow/wait/')).text), ['en', 'de']);
    assert.equal((await visitor.get('/join/if/flow/wait/?locale=de')).location, '/join/if/flow/wait/');
    await visitor.open('/join/if/flow/invite/');
    assert.deepEqual(
      linksIn((await visitor.get('/join/if/flow/invite/cancel/')).text)[0],
      '/join/if/flow/invite/cancel/?locale=en',
    );
    const forged = await visitor.post('/join/if/flow/invite/', { enrollment_step: 'x' });
    assert.equal(forged.status, 403);
    assert.equal(linksIn(forged.text)[1], '/join/flows/-/problem/?locale=de');
    assert.equal((await visitor.get('/join/flows/-/problem/?locale=de')).location, '/join/flows/-/problem/');
    const german = await visitor.get('/join/flows/-/problem/');
    assert.deepEqual([german.status, lang(german)], [403, 'de']);
    assert.match(german.text, /Dieses Formular ist nicht mehr gültig/);
    const unknown = await visitor.get('/join/if/flow/none/');
    assert.equal(linksIn(unknown.text)[0], '/join/if/flow/none/?locale=en');
  });

  it('is offered where a template fails, and on the list of flows', async () => {
    const views = viewFolder({ 'pages/prompt.ejs': '<% if (locals.app.fails) throw new Error("no season") %>' });
    const visitor = await open({ mount: '/join', views, locals: () => ({ fails: true }) });
    const failed = await visitor.open('/join/if/flow/invite/');
    assert.equal(failed.status, 500);
    assert.deepEqual(linksIn(failed.text), ['/join/if/flow/invite/?locale=en', '/join/if/flow/invite/?locale=de']);
    const german = await visitor.open('/join/if/flow/invite/?locale=de');
    assert.deepEqual([german.status, lang(german)], [500, 'de']);
    assert.match(german.text, /aria-current="true">Deutsch<[^]*<\/nav>/);
    const list = await visitor.open('/join/');
    assert.deepEqual(linksIn(list.text), ['/join/?locale=en', '/join/?locale=de']);
    assert.equal((await visitor.get('/join/?locale=en')).location, '/join/');
    assert.equal(lang(await visitor.get('/join/')), 'en');
  });

  it('is no choice in an app with one language: the parameter stays as it is', async () => {
    const visitor = await open({ languages: ['de'] });
    const page = await visitor.get('/if/flow/invite/?locale=en');
    assert.equal(page.status, 200);
    assert.equal(lang(page), 'de');
    assert.deepEqual(linksIn(page.text), []);
  });

  it('has its tag in the usual letter case, wherever the tag comes from', async () => {
    const own = { 'form.submit': 'Siga' };
    const visitor = await open({
      languages: ['DE', 'PT-br'],
      defaultLocale: 'de',
      messages: { 'ES-mx': own },
      locale: (req) => req.get('X-Setting'),
    });
    const ask = async (headers: Record<string, string>): Promise<string | undefined> =>
      lang(await visitor.get(testApp.page, headers));
    assert.equal(await ask({}), 'de');
    assert.equal(await ask({ 'X-Setting': 'PT-BR' }), 'pt-BR');
    assert.equal(await ask({ 'Accept-Language': 'es-MX' }), 'es-MX');
    assert.match((await visitor.get(testApp.page, { 'Accept-Language': 'es-MX' })).text, />Siga</);
    assert.deepEqual(buttonsIn((await visitor.open()).text), ['de', 'pt-BR', 'es-MX']);
    const answer = await visitor.get('/if/flow/invite/?locale=pt-br');
    assert.match(cookiesOf(answer).join(), /^enrollment\.locale=pt-BR;/);
    assert.deepEqual(testApp.enrollment.messages.languages, ['de', 'pt-BR', 'es-MX']);
    await testApp.close();
    await open({ languages: undefined, defaultLocale: undefined, locale: 'DE' });
    assert.equal(lang(await new Visitor(testApp).open()), 'de');
  });

  it('is found for related tags: zh-CN, pt-PT, but not zh-TW', async () => {
    const visitor = await open({ languages: ['en', 'zh-Hans', 'pt-BR'] });
    const ask = async (accepted: string): Promise<string | undefined> =>
      lang(await visitor.get(testApp.page, { 'Accept-Language': accepted }));
    assert.equal(await ask('zh-CN'), 'zh-Hans');
    assert.equal(await ask('zh'), 'zh-Hans');
    assert.equal(await ask('zh-TW'), 'en');
    assert.equal(await ask('pt-PT,pt;q=0.9'), 'pt-BR');
    assert.equal(await ask('en-AU'), 'en');
  });
});

describe('a guarded signup', () => {
  it('is refused in the language that the visitor chose on a page of the kit', async () => {
    const guardApp = await openGuardApp({ express: 5, languages: ['en', 'de'] });
    try {
      const ask = async (cookie: string): Promise<unknown> =>
        said(await new Caller(guardApp).client.post('/signup', { invite_code: '' }, { Cookie: cookie }))['message'];
      assert.equal(await ask('enrollment.locale=de'), shippedTexts('de')?.['guard.required']);
      assert.equal(await ask('enrollment.locale=xx'), 'Enter your invitation code.');
    } finally {
      await guardApp.close();
    }
  });
});

describe('the cookie of the chosen language', () => {
  it('has the __Host- prefix and the path / on https', () => {
    const site = { origin: 'https://app.example', mount: '/join', secure: true };
    assert.deepEqual(cookiePlace(site, 'locale', 'invite'), { name: '__Host-enrollment.locale', path: '/' });
  });
});
