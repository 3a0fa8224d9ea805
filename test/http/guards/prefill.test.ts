import assert from 'node:assert/strict';
import express from 'express';
import { setTimeout as pause } from 'node:timers/promises';
import { after, before, describe, it } from 'mocha';
import { startRedis, type TestRedis } from '../../support/redis-server.js';
import { exchange, requestOf } from '../../support/http/raw-exchange.js';
import { Caller, openGuardApp, said, type GuardApp } from '../../support/guards/guard-app.js';

for (const version of [5, 4] as const) {
  describe(`a link that brings a code, on Express ${version}`, () => {
    let guardApp: GuardApp;
    let redis: TestRedis;
    before(async () => {
      redis = await startRedis();
      guardApp = await openGuardApp({
        express: version,
        redis: redis.url,
        clock: { now: () => Date.now() },
        before(app, { enrollment }) {
          const below = express.Router();
          below.get(
            '/in',
            enrollment.prefillInvite({ field: 'ticket' }),
            (_req, res) => void res.json(res.locals['invite']),
          );
          app.use('/club', below);
          app.use('/everywhere', enrollment.prefillInvite(), (_req, res) => void res.json(res.locals['invite']));
        },
      });
      await guardApp.enrollment.ready();
    });
    after(async () => {
      await guardApp.close();
      await redis.stop();
    });

    it('redirects to the clean address; the view gets the code; other parameters keep their order', async () => {
      const { client } = new Caller(guardApp);
      const answer = await client.get('/signup?b=2&invite=K7PQ-3XWM&a=1&a=%20x&in%76ite=second');
      assert.deepEqual([answer.status, answer.location], [303, '/signup?b=2&a=1&a=%20x']);
      assert.equal(answer.headers['cache-control'], 'no-store');
      assert.ok(!JSON.stringify(answer.headers).includes('K7PQ'));
      const page = await client.get(answer.location);
      assert.deepEqual(said(page), { code: 'K7PQ-3XWM', field: 'invite_code' });
      assert.equal(page.headers['cache-control'], 'no-store');
      assert.deepEqual(said(await new Caller(guardApp).open()), { code: '', field: 'invite_code' });
    });

    it('HEAD too, and an empty code keeps the previous one', async () => {
      const { client } = new Caller(guardApp);
      const answer = await client.send('HEAD', '/signup?invite=K7PQ-3XWM');
      assert.deepEqual([answer.status, answer.location], [303, '/signup']);
      assert.deepEqual([(await client.get('/signup?invite=')).location], ['/signup']);
      assert.equal(said(await client.get('/signup'))['code'], 'K7PQ-3XWM');
    });

    it('below a router, with the field named by the app', async () => {
      const { client } = new Caller(guardApp);
      assert.equal((await client.get('/club/in?invite=K7PQ-3XWM')).location, '/club/in');
      assert.deepEqual(said(await client.get('/club/in')), { code: 'K7PQ-3XWM', field: 'ticket' });
    });

    it('never redirects to another site', async () => {
      for (const path of [
        '//evil.example/everywhere?invite=X',
        '/everywhere//evil.example?invite=X',
        '/everywhere/..//evil.example/?invite=X',
        '/\\evil.example?invite=X',
        '/everywhere/%5cevil.example?invite=X',
      ]) {
        const { text } = await exchange(guardApp.url, requestOf('GET', path));
        const location = /\r\nLocation: (.*)\r\n/i.exec(text)?.[1] ?? '/';
        assert.equal(new URL(location, guardApp.url).origin, guardApp.url, path);
        assert.doesNotMatch(location, /^\/[/\\]|^\w+:/, path);
      }
      const { text } = await exchange(
        guardApp.url,
        requestOf('GET', '/signup?invite=X', ['X-Forwarded-Host: evil.example']),
      );
      assert.match(text, /\r\nLocation: \/signup\r\n/i);
    });

    it('the code applies if the body lacks the field; any field in the body wins, even if empty', async () => {
      const code = await guardApp.invite({ uses: 3 });
      const caller = new Caller(guardApp);
      await caller.open(`/signup?invite=${code}`);
      const wrong = await caller.send('WRONG-WORD', `wrong-${version}@example.com`);
      const empty = await caller.send('', `empty-${version}@example.com`);
      assert.deepEqual([said(wrong)['reason'], said(empty)['reason']], ['invitation.unknown', 'guard.required']);
      assert.equal((await caller.client.post('/signup', { email: `absent-${version}@example.com` })).status, 201);
      // The code belonged to that account: no part of it remains for the next user.
      assert.equal(said(await caller.open())['code'], '');
    });

    it('changes nothing in Redis, however often it is opened', async () => {
      const code = await guardApp.invite();
      // The refunds of earlier forms to the limits, and the reasons for refusals, are sent a moment after their
      // answers.
      await pause(500);
      const seen = await redis.monitor();
      const caller = new Caller(guardApp);
      for (let times = 0; times < 5; times += 1) {
        await caller.open(`/signup?invite=${code}`);
        await caller.open();
      }
      assert.deepEqual(await seen.commands(), []);
      assert.equal((await caller.send(code, `opened-${version}@example.com`)).status, 201);
    });
  });
}
