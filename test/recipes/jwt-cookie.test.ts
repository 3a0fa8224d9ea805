import assert from 'node:assert/strict';
import jwt from 'jsonwebtoken';
import request from 'supertest';
import { sampleAccount, sampleRedemption } from '../../lib/testing/contracts/sample-enrollment.js';
import { accountOf } from '../support/account.js';
import { form } from '../support/html-form.js';
import { openTestApp, type TestApp, type TestAppOptions } from '../support/http/test-app.js';
import { jwtLogin } from './jwt-cookie.js';

const secret = 'q8Jm2xVtR6sYk1LwZb4Nc7Hd9FpGe3Ua';
const login = jwtLogin({ secret, secure: false });

describe('the JWT cookie recipe', () => {
  let testApp: TestApp;
  afterEach(() => testApp.close());
  const opened = async (options: TestAppOptions = {}): Promise<ReturnType<typeof request.agent>> => {
    // No session at all: express-session is not installed.
    testApp = await openTestApp({ login, session: () => undefined, ...options });
    return request.agent(testApp.url);
  };

  /** From the code to the end; returns the last answer. */
  async function signUp(agent: ReturnType<typeof request.agent>, name: string): Promise<request.Response> {
    const { code } = await testApp.enrollment.invitations.create({ uses: 1 });
    const first = form((await agent.get(testApp.page).expect(200)).text);
    await agent
      .post(first.action)
      .type('form')
      .send({ ...first.hidden, invite_code: code })
      .expect(303);
    const second = form((await agent.get(testApp.page).expect(200)).text);
    return agent
      .post(second.action)
      .type('form')
      .send({ ...second.hidden, ...accountOf(name) })
      .expect(303);
  }
  const cookieOf = (answer: request.Response, name: string): string =>
    ([] as string[]).concat(answer.headers['set-cookie'] ?? []).find((line) => line.startsWith(`${name}=`)) ?? '';

  it('signs in at the end of a signup, is recognized by the app, and signs out', async () => {
    const agent = await opened();
    assert.equal((await agent.get('/me')).body, null);
    const answer = await signUp(agent, 'ann');
    assert.equal(answer.headers['location'], '/welcome');
    assert.equal((await agent.get('/me')).body.username, 'ann');
    assert.match(cookieOf(await agent.post('/sign-out'), 'login'), /^login=;.*Expires=Thu, 01 Jan 1970/);
    assert.equal((await agent.get('/me')).body, null);
  });

  it('sets a cookie hidden from scripts and other sites, with nothing but the id in it', async () => {
    const agent = await opened();
    const line = cookieOf(await signUp(agent, 'ann'), 'login');
    assert.match(line, /; Path=\/; HttpOnly; SameSite=Lax$/);
    const claims = jwt.decode(line.slice('login='.length, line.indexOf(';'))) as jwt.JwtPayload;
    assert.deepEqual(Object.keys(claims).sort(), ['aud', 'exp', 'iat', 'sub']);
    assert.equal(claims.sub, testApp.members[0]?.id);
    assert.equal(claims.exp! - claims.iat!, 12 * 60 * 60);
  });

  it('over TLS, the cookie has the __Host- prefix', async () => {
    const lines: [string, string, object][] = [];
    const made = jwtLogin({ secret, secure: true });
    testApp = await openTestApp({ login });
    const member = made(testApp.users);
    const response = { cookie: (...line: [string, string, object]) => lines.push(line) };
    const user = { id: 'u1', username: 'ann', email: null, name: null, data: {}, active: true, createdAt: 0 };
    const details = { method: 'enrollment', rememberSeconds: 3600 } as const;
    await member.signIn({} as never, response as never, user, details);
    const flags = { httpOnly: true, secure: true, sameSite: 'lax', path: '/', maxAge: 3_600_000 };
    assert.deepEqual([lines[0]?.[0], lines[0]?.[2]], ['__Host-login', flags]);
  });

  it('accepts only tokens that it signed for this purpose', async () => {
    await opened();
    const { id: subject } = await testApp.users.create(sampleAccount(), sampleRedemption());
    const good = jwt.sign({}, secret, { subject, audience: 'login', expiresIn: 60 });
    const none = `${Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url')}.${good.split('.')[1] ?? ''}.`;
    const asks = async (token: string) =>
      (await request(testApp.url).get('/me').set('Cookie', `login=${token}`)).body as { id: string } | null;
    assert.equal((await asks(good))?.id, subject);
    for (const bad of [
      '',
      'x',
      none,
      good.slice(0, -2),
      jwt.sign({}, secret, { subject, audience: 'login', expiresIn: -1 }),
      jwt.sign({}, secret, { subject, audience: 'download', expiresIn: 60 }),
      jwt.sign({}, secret, { subject, expiresIn: 60 }),
      jwt.sign({}, secret, { subject, audience: 'login', expiresIn: 60, algorithm: 'HS512' }),
      jwt.sign({}, secret.toLowerCase(), { subject, audience: 'login', expiresIn: 60 }),
      jwt.sign({}, secret, { audience: 'login', expiresIn: 60 }),
      jwt.sign({}, secret, { subject: 'somebody else', audience: 'login', expiresIn: 60 }),
    ])
      assert.equal(await asks(bad), null, bad);
  });

  it('reports a bad secret on the first page', async () => {
    const agent = await opened({ login: jwtLogin({ secret: 'short', secure: false }) });
    assert.equal((await agent.get(testApp.page)).status, 500);
    const error = testApp.log.find(({ level }) => level === 'error')?.fields['err'] as Error | undefined;
    assert.match(error?.message ?? '', /32 characters/);
  });
});
