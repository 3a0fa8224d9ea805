import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type RequestHandler } from 'express';
import session from 'express-session';
import { after, before, describe, it } from 'mocha';
import passport from 'passport';
import OpenIdConnectStrategy from 'passport-openidconnect';
import { isEnrollmentError } from '../../lib/base/error.js';
import { readTicketResult, ticketResult, type TicketResultSettings } from '../../lib/tickets.js';
import type { OpenIdProvider } from '../support/openid-provider.js';
import { openAcmeApp, startAcme, type AcmeApp } from '../support/sources/acme.js';
import { Visitor } from '../support/http/visitor.js';

const express4 = createRequire(import.meta.url)('express4') as typeof express;
const done = 'success=true&ticket_status=done&email=ann%2Bclub%40example.com';
const read = (query: string): ReturnType<typeof readTicketResult> => readTicketResult({ url: `/welcome?${query}` });

describe('the result of a ticket, in a request', () => {
  it('is success, address and status', () => {
    const email = 'ann+club@example.com';
    assert.deepEqual(read(done), { success: true, status: 'done', email });
    assert.deepEqual(read(`tab=2&${done}`), { success: true, status: 'done', email });
    assert.deepEqual(read('success=false&ticket_status=used'), { success: false, status: 'used', email: null });
  });

  for (const query of [
    '',
    'success=1&ticket_status=done',
    'success=true',
    'ticket_status=done',
    'code=success&state=x',
  ])
    it(`is not there in "${query}"`, () => assert.equal(read(query), null));

  for (const twice of ['success=true', 'success=false', 'ticket_status=used', 'email=bob@example.com'])
    it(`is not there with a second ${twice}`, () => assert.equal(read(`${done}&${twice}`), null));

  for (const [what, email] of [
    ['line breaks', 'ann@example.com%0d%0aSet-Cookie:x'],
    ['two addresses', 'ann@example.com,bob@example.com'],
    ['no address', '"><script>'],
  ] as const)
    it(`has no address where the URL has ${what}`, () => {
      assert.equal(read(`success=true&ticket_status=done&email=${email}`)?.email, null);
    });

  it('has no status that is not known', () => {
    assert.equal(read('success=false&ticket_status=toString')?.status, null);
  });
});

describe('a page that is the result URL of tickets', () => {
  let provider: OpenIdProvider;
  let kit: AcmeApp;
  const servers: Server[] = [];
  before(async () => {
    provider = await startAcme();
    kit = await openAcmeApp(provider, {
      after(app) {
        app.get(
          '/welcome',
          ticketResult({ signIn: '/source/acme/login?next=/inside' }),
          (_req, res) => void res.json(res.locals['ticket'] ?? 'no ticket'),
        );
      },
    });
  });
  after(async () => {
    await kit.close();
    await provider.close();
    for (const server of servers) server.close();
  });

  it('starts no sign-in for a success with another status', async () => {
    const visitor = new Visitor(kit);
    for (const status of ['zzz', 'expired']) {
      const page = await visitor.get(`/welcome?success=true&ticket_status=${status}`);
      assert.equal(page.status, 200, status);
      assert.match(page.text, /"success":true/);
    }
  });

  async function targetApp(
    make: typeof express,
    settings: TicketResultSettings,
  ): Promise<(path: string) => Promise<Response>> {
    const app = make();
    app.use(session({ secret: 'x', resave: false, saveUninitialized: false }));
    const failed: express.ErrorRequestHandler = (error, _req, res, _next) => {
      res.status(500).send(String(error));
    };
    app.get('/welcome', ticketResult(settings), ((_req, res) => {
      res.send('page');
    }) satisfies RequestHandler);
    app.use(failed);
    const server = app.listen(0, '127.0.0.1');
    servers.push(server);
    await once(server, 'listening');
    const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
    return (path) => fetch(url + path, { redirect: 'manual' });
  }

  it('starts the sign-in at a source of the kit at once, with the address as login_hint', async () => {
    const visitor = new Visitor(kit);
    const answer = await visitor.client.get(`/welcome?${done}`);
    assert.equal(answer.status, 303);
    assert.equal(answer.location, '/source/acme/login?next=/inside&login_hint=ann%2Bclub%40example.com');
    assert.equal(answer.headers['cache-control'], 'no-store');
    const away = await visitor.client.get(answer.location);
    assert.equal(new URL(away.location).searchParams.get('login_hint'), 'ann+club@example.com');
  });

  it('signs in too where the ticket was used before, and without an address', async () => {
    const { client } = new Visitor(kit);
    const used = await client.get('/welcome?success=false&ticket_status=used');
    assert.equal(used.location, '/source/acme/login?next=/inside');
  });

  it('shows its page for any other result, which the page can read, and without one', async () => {
    const { client } = new Visitor(kit);
    const expired = await client.get('/welcome?success=false&ticket_status=expired&email=ann@example.com');
    assert.deepEqual(JSON.parse(expired.text), { success: false, email: 'ann@example.com', status: 'expired' });
    assert.equal((await client.get('/welcome')).text, '"no ticket"');
    assert.equal((await client.get(`/welcome?${done}&success=true`)).text, '"no ticket"');
    assert.equal((await client.send('HEAD', `/welcome?${done}`)).status, 200);
  });

  for (const [version, make] of [
    ['5', express],
    ['4', express4],
  ] as const) {
    it(`starts any Passport strategy, in Express ${version}`, async () => {
      const strategy = new OpenIdConnectStrategy(
        {
          issuer: provider.issuer,
          authorizationURL: `${provider.issuer}/auth`,
          tokenURL: `${provider.issuer}/token`,
          userInfoURL: `${provider.issuer}/me`,
          clientID: provider.clientId,
          clientSecret: provider.clientSecret,
          callbackURL: '/callback',
        },
        () => undefined,
      );
      const own = new passport.Passport().use('acme', strategy);
      const get = await targetApp(make, {
        signIn: (options) => own.authenticate('acme', options),
      });
      const answer = await get(`/welcome?${done}`);
      assert.equal(answer.status, 302);
      const location = new URL(answer.headers.get('location') ?? '');
      assert.equal(location.origin + location.pathname, `${provider.issuer}/auth`);
      assert.equal(location.searchParams.get('login_hint'), 'ann+club@example.com');
      assert.equal(answer.headers.get('referrer-policy'), 'no-referrer');
    });

    it(`hands errors of the sign-in to the app, in Express ${version}`, async () => {
      const get = await targetApp(make, { signIn: () => () => Promise.reject(new Error('provider away')) });
      const answer = await get(`/welcome?${done}`);
      assert.deepEqual([answer.status, await answer.text()], [500, 'Error: provider away']);
    });
  }

  for (const [what, settings] of [
    ['no settings', undefined],
    ['a misspelled name', { signin: '/x' }],
    ['another site without TLS', { signIn: 'http://evil.example/login' }],
    ['a scheme that is no web address', { signIn: 'javascript:alert(1)' }],
    ['a path that leads elsewhere', { signIn: '//evil.example' }],
  ] as const)
    it(`is not made with ${what}`, () => {
      assert.throws(
        () => ticketResult(settings as never),
        (error) =>
          isEnrollmentError(error) && error.code === 'ERR_ENROLLMENT_CONFIG' && /ticketResult: "/.test(error.message),
      );
    });
});
