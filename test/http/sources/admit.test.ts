import assert from 'node:assert/strict';
import type { ErrorRequestHandler, Express, Request } from 'express';
import { afterEach, beforeEach, describe, it } from 'mocha';
import {
  admittedSource,
  memoryConnections,
  type Connections,
  type Enrollment,
  type MemoryUser,
} from '../../../lib/index.js';
import type { PassportIdentity } from '../../../lib/ports/source.js';
import type { AdmittedSettings } from '../../../lib/sources/admitted-source.js';
import { accountOf } from '../../support/account.js';
import { openTestApp, signup, type TestApp } from '../../support/http/test-app.js';
import { Visitor } from '../../support/http/visitor.js';
import type { RawAnswer } from '../../support/raw-client.js';
import { connectPage, gatePage } from '../../support/sources/people.js';

/** An app whose authenticating proxy names the user: GET `/sso`. */
function behindProxy(app: Express, enrollment: Enrollment<MemoryUser>): void {
  const said = (req: Request): PassportIdentity | null => {
    const name = req.get('x-remote-user');
    if (name === undefined) throw new Error('the proxy said nothing');
    if (name === 'nobody') return null;
    return {
      subject: name,
      username: name,
      email: `${name}@corp.example`,
      emailVerified: true,
      otherEmails: [`${name}@old.example`],
    };
  };
  app.get('/sso', enrollment.admit('corp', said));
  app.use(appsOwn);
}

const appsOwn: ErrorRequestHandler = (error: unknown, _req, res, next) => {
  if (res.headersSent) {
    next(error);
    return;
  }
  res.status(500).send(`the app says: ${error instanceof Error ? error.message : 'something'}`);
};

describe('a sign-in that the app already has', () => {
  let testApp: TestApp;
  let connections: Connections;
  let visitor: Visitor;
  let on: boolean;
  afterEach(() => testApp.close());

  async function open(
    after: (app: Express, enrollment: Enrollment<MemoryUser>) => void,
    terms: Partial<AdmittedSettings> = {},
  ): Promise<void> {
    on = true;
    connections = memoryConnections();
    testApp = await openTestApp({
      sources: [
        admittedSource({ slug: 'corp', name: 'Corp', issuer: 'https://corp.example', enabled: () => on, ...terms }),
      ],
      connections,
      flows: [signup],
      after,
    });
    visitor = new Visitor(testApp);
  }

  const newCode = async (): Promise<string> => (await testApp.enrollment.invitations.create()).code;

  describe('an authenticating proxy', () => {
    beforeEach(() => open(behindProxy));

    const comes = (name: string, path = '/sso', who = visitor): Promise<RawAnswer> =>
      who.client.get(path, { 'x-remote-user': name });

    it('a new person reaches the gate, and signs in directly from then on', async () => {
      const back = await comes('ann', '/sso?next=/books');
      assert.deepEqual([back.status, back.location, testApp.members.length], [303, gatePage, 0]);
      await visitor.get(back.location);
      assert.match(visitor.page.text, /You’re signed in to Corp as ann@corp\.example/);
      assert.doesNotMatch(visitor.page.text, /Use another account/, 'there is nowhere to choose one');
      const done = await visitor.submit({ invite_code: await newCode() });
      assert.deepEqual([done.location, await visitor.me()], ['/books', 'ann']);
      assert.equal(testApp.members[0]?.email, 'ann@corp.example');

      const second = new Visitor(testApp);
      const again = await comes('ann', '/sso?next=%2Fpapers', second);
      assert.deepEqual([again.location, await second.me()], ['/papers', 'ann']);
    });

    it('redirects nowhere outside, whatever next says', async () => {
      await visitor.get((await comes('ann')).location);
      await visitor.submit({ invite_code: await newCode() });
      for (const next of ['https://evil.example/', '//evil.example', '/\\evil.example', 'javascript:alert(1)']) {
        const answer = await comes('ann', `/sso?next=${encodeURIComponent(next)}`, new Visitor(testApp));
        assert.doesNotMatch(answer.location, /evil|javascript/);
      }
    });

    it('a person who is refused sees a page with a message', async () => {
      const answer = await comes('nobody');
      assert.equal(answer.status, 403);
      assert.match(answer.text, /You weren’t signed in/);
      assert.ok(!answer.text.includes('/source/corp/login'), 'there is no such way');
      assert.equal(await visitor.me(), null);
    });

    it('an error thrown by toIdentity is the app’s', async () => {
      const answer = await visitor.client.get('/sso');
      assert.deepEqual([answer.status, answer.text], [500, 'the app says: the proxy said nothing']);
    });

    it('a HEAD request does not sign in', async () => {
      await visitor.get((await comes('ann')).location);
      await visitor.submit({ invite_code: await newCode() });
      const second = new Visitor(testApp);
      assert.equal((await second.client.send('HEAD', '/sso', { 'x-remote-user': 'ann' })).status, 204);
      assert.equal(await second.me(), null);
    });

    it('a signed-in user presses a button before the identity is connected', async () => {
      await visitor.enterCode(await newCode());
      await visitor.submit(accountOf('zoe'));
      const back = await comes('ann');
      assert.equal(back.location, connectPage);
      assert.equal(await connections.find({ source: 'corp', issuer: 'https://corp.example', subject: 'ann' }), null);
      await visitor.get(back.location);
      await visitor.submit({});
      assert.equal(
        await connections.find({ source: 'corp', issuer: 'https://corp.example', subject: 'ann' }),
        testApp.members[0]?.id,
      );
    });

    it('a disabled source admits no one', async () => {
      await visitor.get((await comes('ann')).location);
      await visitor.submit({ invite_code: await newCode() });
      on = false;
      const second = new Visitor(testApp);
      const answer = await comes('ann', '/sso', second);
      assert.ok([403, 404].includes(answer.status), String(answer.status));
      assert.equal(await second.me(), null);
      assert.equal((await comes('bert', '/sso', second)).location, '');
    });

    it('has no address in the kit, and no button', async () => {
      await visitor.open();
      assert.doesNotMatch(visitor.page.text, /Continue with Corp/);
      assert.equal((await visitor.client.get('/source/corp/login')).status, 404);
      assert.equal((await visitor.client.get('/if/flow/invite/source/corp/')).status, 404);
    });
  });

  it('accepts any verified address if its policy says so', async () => {
    await open(behindProxy, { address: 'verified-any' });
    const { code } = await testApp.enrollment.invitations.create({ email: 'ann@old.example' });
    await visitor.follow(await visitor.client.get('/sso', { 'x-remote-user': 'ann' }));
    await visitor.get(gatePage);
    await visitor.submit({ invite_code: code });
    assert.deepEqual([await visitor.me(), testApp.members[0]?.email], ['ann', 'ann@corp.example']);
  });

  it('an unknown admitted source aborts the start', async () => {
    await open((app, enrollment) => {
      assert.throws(() => enrollment.admit('nobody', () => null), TypeError);
      assert.throws(() => enrollment.admit('toString', () => null), { message: /there is no admitted source/ });
      behindProxy(app, enrollment);
    });
    const plain = await openTestApp();
    assert.throws(() => plain.enrollment.admit('corp', () => null), TypeError);
    await plain.close();
  });

  it('behind a mounted router, with an incomplete identity', async () => {
    await open((app, enrollment) => {
      const nonsense = JSON.parse('{"subject":7}') as PassportIdentity;
      app.use(
        '/deep',
        enrollment.admit('corp', (req) => (req.query['who'] === 'odd' ? nonsense : { subject: 'x'.repeat(256) })),
      );
    });
    for (const path of ['/deep/callback?who=odd', '/deep/callback']) {
      const answer = await visitor.client.get(path);
      assert.equal(answer.status, 403, answer.text);
      assert.equal(await visitor.me(), null);
    }
  });
});
