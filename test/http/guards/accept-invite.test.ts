import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import express5, { type ErrorRequestHandler } from 'express';
import { afterEach, describe, it } from 'mocha';
import {
  createEnrollment,
  InviteRefused,
  memoryUsers,
  sessionLogin,
  type Enrollment,
  type EnrollmentOptions,
  type MemoryUser,
} from '../../../lib/index.js';
import type { AcceptInviteSettings } from '../../../lib/http/guards/accept-invite-settings.js';
import { sampleAccount, sampleRedemption } from '../../../lib/testing/contracts/sample-enrollment.js';
import { secrets, type Told } from '../../support/http/test-app.js';
import { RawClient, type RawAnswer } from '../../support/raw-client.js';
import { startRedis } from '../../support/redis-server.js';
import { waitUntil } from '../../support/wait-until.js';

const express4 = createRequire(import.meta.url)('express4') as typeof express5;

const tell: ErrorRequestHandler = (error, _req, res, _next) => {
  const told = error instanceof InviteRefused ? { code: error.code, reason: error.reason, fields: error.fields } : {};
  const status = error instanceof InviteRefused ? error.status : 500;
  res.status(status).json({ ...told, message: error instanceof Error ? error.message : '' });
};

interface Opened {
  readonly enrollment: Enrollment<MemoryUser>;
  readonly users: ReturnType<typeof memoryUsers>['users'];
  readonly hooks: unknown[];
  readonly events: Told[];
  member(name: string, more?: object): Promise<string>;
  send(user: string | null, code: string, headers?: object): Promise<RawAnswer>;
  client: RawClient;
}

for (const version of [5, 4] as const)
  describe(`accepting an invitation on the app's own route, on Express ${String(version)}`, () => {
    const cleanups: (() => unknown)[] = [];
    afterEach(async () => {
      for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
    });

    async function open(
      settings: AcceptInviteSettings = {},
      more: Partial<EnrollmentOptions<MemoryUser>> = {},
    ): Promise<Opened> {
      const express = version === 5 ? express5 : express4;
      const server = createServer().listen(0, '127.0.0.1');
      await once(server, 'listening');
      server.unref();
      const address = server.address();
      const url = `http://127.0.0.1:${String(typeof address === 'object' ? address?.port : '')}`;
      const { users, redemptions } = memoryUsers();
      const [hooks, events]: [unknown[], Told[]] = [[], []];
      const enrollment = createEnrollment({
        baseUrl: url,
        secret: secrets[0],
        users,
        redemptions,
        login: sessionLogin(),
        flows: [],
        production: false,
        logger: { info: () => undefined, warn: () => undefined, error: () => undefined },
        events: ({ type: name, ...facts }) => void events.push({ name, facts }),
        onInvitationAccepted: ({ user, invitation, flow }) =>
          void hooks.push({ user: user.id, data: invitation.data, flow }),
        ...more,
      });
      const app = express();
      app.set('env', 'test');
      app.use(express.urlencoded({ extended: true }));
      app.use(enrollment.session());
      app.post('/sign-in/:id', async (req, res) => {
        const user = await users.findById(req.params.id);
        if (user !== null) await enrollment.signIn(req, res, user);
        res.json({});
      });
      const accept = enrollment.acceptInvite(
        { user: (req) => req.get('x-user') ?? null, ...settings },
        (_req, res, accepted) => void res.json(accepted),
      );
      app.get('/join', enrollment.prefillInvite(), (_req, res) => void res.json(res.locals['invite']));
      app.post('/join', accept);
      app.get('/wrong', accept);
      app.post(
        '/by-login',
        enrollment.acceptInvite({}, (_req, res, { userId }) => void res.json({ userId })),
      );
      app.use(tell);
      server.on('request', app);
      cleanups.push(() => {
        server.close();
        server.closeAllConnections();
        return enrollment.close();
      });
      const client = new RawClient(url);
      return {
        ...{ enrollment, users, hooks, events, client },
        async member(name, other = {}) {
          const account = sampleAccount({ username: name, email: `${name}@example.com`, ...other });
          return (await users.create(account, sampleRedemption())).id;
        },
        send: (user, code, headers = {}) =>
          new RawClient(url).post(
            '/join',
            { invite_code: code },
            { ...(user === null ? {} : { 'x-user': user }), ...headers },
          ),
      };
    }

    const said = ({ text }: RawAnswer): Record<string, unknown> => JSON.parse(text) as Record<string, unknown>;
    const summary = async ({ enrollment }: Opened, id: string) => {
      const { claimed, redeemed } = await enrollment.invitations.get(id);
      return { claimed, redeemed };
    };

    it('takes one seat for the signed-in user, and the app hears what it grants', async () => {
      const app = await open();
      const ann = await app.member('ann');
      const { code, id } = await app.enrollment.invitations.create({ uses: 2, label: 'Club', data: { team: 'red' } });
      const answer = await app.send(ann, code);
      assert.equal(answer.status, 200, answer.text);
      assert.deepEqual(said(answer), {
        ...{ type: 'accepted', userId: ann, id, label: 'Club', inviter: null, data: { team: 'red' }, redirect: null },
      });
      assert.deepEqual(await summary(app, id), { claimed: 0, redeemed: 1 });
      await waitUntil(
        () => (app.hooks.length > 0 ? true : undefined),
        () => 'onInvitationAccepted was not called',
      );
      assert.deepEqual(app.hooks, [{ user: ann, data: { team: 'red' }, flow: null }]);
      assert.equal(app.events.filter(({ name }) => name === 'invitation.accepted').length, 1);
      assert.equal(app.events.filter(({ name }) => name === 'enrollment.finished').length, 0);
    });

    for (const stores of ['memory', 'Redis'])
      it(`ten clicks at once, and one much later, take one seat, over ${stores}`, async () => {
        const redis = stores === 'Redis' ? await startRedis() : null;
        cleanups.push(() => redis?.stop());
        const app = await open({}, redis === null ? {} : { redis: redis.url });
        const ann = await app.member('ann');
        const { code, id } = await app.enrollment.invitations.create({ uses: 3 });
        const answers = await Promise.all(Array.from({ length: 10 }, () => app.send(ann, code)));
        const types = answers.map((answer) => said(answer)['type']);
        assert.deepEqual(
          [
            types.filter((type) => type === 'accepted').length,
            types.filter((type) => type === 'accepted_before').length,
          ],
          [1, 9],
        );
        assert.equal(said(await app.send(ann, code))['type'], 'accepted_before');
        assert.deepEqual(await summary(app, id), { claimed: 0, redeemed: 1 });
      });

    it('of ten users at once for three seats, three get one', async () => {
      const app = await open();
      const people = await Promise.all(Array.from({ length: 10 }, (_, at) => app.member(`user-${String(at)}`)));
      const { code, id } = await app.enrollment.invitations.create({ uses: 3 });
      const answers = await Promise.all(people.map((user) => app.send(user, code)));
      assert.deepEqual(answers.map(({ status }) => status).toSorted(), [200, 200, 200, ...Array<number>(7).fill(422)]);
      assert.deepEqual(await summary(app, id), { claimed: 0, redeemed: 3 });
    });

    it('refuses visitors who are not signed in, and ids without an account', async () => {
      const app = await open();
      const { code, id } = await app.enrollment.invitations.create();
      for (const user of [null, 'no-such-user']) {
        const answer = await app.send(user, code);
        assert.equal(answer.status, 403);
        assert.deepEqual(said(answer)['code'], 'ERR_ENROLLMENT_INVITE_SIGNED_OUT');
        assert.deepEqual(said(answer)['fields'], { invite_code: 'Sign in first, then open this page again.' });
      }
      assert.deepEqual(await summary(app, id), { claimed: 0, redeemed: 0 });
    });

    it('refuses an account that is switched off, by its id and by the option login, and takes no seat', async () => {
      const { users, redemptions } = memoryUsers();
      const asleep = new Set<string>();
      const toProfile: typeof users.toProfile = (user) => ({
        ...users.toProfile(user),
        active: !asleep.has(user.id),
      });
      const app = await open({}, { users: { ...users, toProfile }, redemptions });
      const account = sampleAccount({ username: 'ann', email: 'ann@example.com' });
      const { id: ann } = await users.create(account, sampleRedemption());
      const { code, id } = await app.enrollment.invitations.create({ uses: 1 });
      await app.client.post(`/sign-in/${ann}`, {});
      asleep.add(ann);
      const answer = await app.send(ann, code);
      assert.deepEqual([answer.status, said(answer)['reason']], [403, 'flow.signed_out']);
      assert.equal((await app.client.post('/by-login', { invite_code: code })).status, 403);
      assert.deepEqual(await summary(app, id), { claimed: 0, redeemed: 0 });
      asleep.delete(ann);
      assert.equal((await app.send(ann, code)).status, 200);
      assert.deepEqual(await summary(app, id), { claimed: 0, redeemed: 1 });
    });

    it('knows the user by the option login', async () => {
      const app = await open();
      const ann = await app.member('ann');
      const { code } = await app.enrollment.invitations.create();
      assert.equal((await app.client.post('/by-login', { invite_code: code })).status, 403);
      await app.client.post(`/sign-in/${ann}`, {});
      assert.deepEqual(said(await app.client.post('/by-login', { invite_code: code })), { userId: ann });
    });

    it('a wrong, a missing and a used-up code are the guard’s refusals', async () => {
      const app = await open();
      const [ann, bob] = [await app.member('ann'), await app.member('bob')];
      const { code } = await app.enrollment.invitations.create({ uses: 1 });
      assert.equal((await app.send(ann, code)).status, 200);
      for (const [typed, reason] of [
        ['', 'guard.required'],
        ['WRONG-CODE', 'invitation.unknown'],
        [code, 'invitation.used_up'],
      ] as const) {
        const answer = await app.send(bob, typed);
        assert.equal(answer.status, 422);
        assert.deepEqual([said(answer)['code'], said(answer)['reason']], ['ERR_ENROLLMENT_INVITE_REFUSED', reason]);
      }
    });

    it('a bound invitation is for the proved address of the account alone', async () => {
      const app = await open();
      const { code } = await app.enrollment.invitations.create({ email: 'ann@example.com' });
      assert.equal((await app.send(await app.member('bob'), code)).status, 422);
      const ann = await app.member('ann', { email: 'other@example.com' });
      const user = await app.users.findById(ann);
      assert.ok(user !== null);
      await app.users.update(user, { email: 'ann@example.com' });
      assert.equal((await app.send(ann, code)).status, 422, 'the address was changed and is not proved');
      await app.users.update(user, { emailVerified: true });
      assert.equal((await app.send(ann, code)).status, 200);
    });

    it('a form of another site is refused, and a GET accepts nothing', async () => {
      const app = await open();
      const ann = await app.member('ann');
      const { code, id } = await app.enrollment.invitations.create();
      const foreign = await app.send(ann, code, { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' });
      assert.deepEqual([foreign.status, said(foreign)['code']], [403, 'ERR_ENROLLMENT_FOREIGN_ORIGIN']);
      const read = await app.client.get('/wrong', { 'x-user': ann });
      assert.equal(read.status, 500);
      assert.match(read.text, /it is for POST routes/);
      assert.deepEqual(await summary(app, id), { claimed: 0, redeemed: 0 });
    });

    it('takes the code of a link, and forgets it once it is used', async () => {
      const app = await open();
      const ann = await app.member('ann');
      const { code } = await app.enrollment.invitations.create({ uses: 5 });
      await app.client.get(`/join?invite=${code}`);
      const shown = said(await app.client.get('/join'));
      assert.equal(shown['code'], code);
      assert.equal((await app.client.post('/join', {}, { 'x-user': ann })).status, 200);
      assert.equal(said(await app.client.get('/join'))['code'], '');
    });

    it('an own write gets the terms, its errors are passed on unchanged, and its seat is free again', async () => {
      const granted: unknown[] = [];
      let fails = true;
      const opened: Opened = await open({
        write: async (redemption, req) => {
          if (fails) throw new Error('the team is full');
          const user = await opened.users.findById(req.get('x-user') ?? '');
          if (user !== null) await opened.users.acceptInvitation(user, redemption);
          granted.push(redemption.invitation?.data);
        },
      });
      const ann = await opened.member('ann');
      const { code, id } = await opened.enrollment.invitations.create({ uses: 1, data: { team: 'red' } });
      const failed = await opened.send(ann, code);
      assert.deepEqual([failed.status, said(failed)['message']], [500, 'the team is full']);
      assert.deepEqual(await summary(opened, id), { claimed: 0, redeemed: 0 });
      fails = false;
      assert.equal((await opened.send(ann, code)).status, 200);
      assert.deepEqual(granted, [{ team: 'red' }]);
    });

    it('the row of another user is refused', async () => {
      const opened: Opened = await open({ write: async (redemption) => void redemption.row('somebody-else') });
      const { code, id } = await opened.enrollment.invitations.create();
      const answer = await opened.send(await opened.member('ann'), code);
      assert.deepEqual([answer.status, answer.text.includes('not of the signed-in user')], [500, true]);
      assert.deepEqual(await summary(opened, id), { claimed: 0, redeemed: 0 });
    });

    it('onRefused answers instead of the error handler', async () => {
      const app = await open({ onRefused: (_req, res, { reason }) => void res.status(409).json({ reason }) });
      const answer = await app.send(await app.member('ann'), 'WRONG-CODE');
      assert.deepEqual([answer.status, said(answer)], [409, { reason: 'invitation.unknown' }]);
    });
  });

describe('the settings of acceptInvite', () => {
  it('are checked at once: names, kinds, and what is needed without a login and a user store', () => {
    const { acceptInvite } = createEnrollment({
      baseUrl: 'http://localhost:3000',
      redemptions: null,
      logger: { info: () => undefined, warn: () => undefined, error: () => undefined },
    });
    const answer = (): void => undefined;
    assert.throws(() => acceptInvite({}, answer), /"user" is needed.*"write" is needed/s);
    assert.throws(
      () => acceptInvite(Object.assign<AcceptInviteSettings, object>({}, { feild: 'x' }), answer),
      /did you mean "field"/,
    );
    const wrong = Object.assign<AcceptInviteSettings, object>({}, { field: '', write: 1, checkOrigin: 'no' });
    assert.throws(() => acceptInvite(wrong, answer), /"field".*"checkOrigin".*"write" must be a function/s);
  });
});
