import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import { sessionLogin } from '../../../lib/index.js';
import { summaryOnceRedeemed } from '../../support/http/await-redeemed.js';
import {
  bodyEmail,
  Caller,
  openGuardApp,
  personIn,
  said,
  type GuardApp,
  type GuardAppOptions,
} from '../../support/guards/guard-app.js';
import type { Person } from '../../support/guards/people.js';

for (const express of [5, 4] as const) {
  describe(`redeeming around the app's own transaction, on Express ${express}`, () => {
    let guardApp: GuardApp;
    afterEach(() => guardApp.close());
    const open = async (options: GuardAppOptions = {}): Promise<GuardApp> =>
      (guardApp = await openGuardApp({ express, ...options }));

    it('provides the terms of the invitation, and writes the row along with the user', async () => {
      await open({ inviters: { displayName: (_inviter, { creator, label }) => `${creator ?? ''}, ${label}\n` } });
      const { code, id } = await guardApp.enrollment.invitations.create({
        creator: 'Wayan',
        email: 'ann@example.com',
        label: 'Reading club',
        data: { team: 'red', rights: { lend: true } },
        redirect: '/first-steps',
      });
      const answer = await new Caller(guardApp).send(code, 'Ann@Example.COM');
      assert.deepEqual(said(answer)['invite'], {
        id,
        label: 'Reading club',
        inviter: 'Wayan, Reading club',
        email: 'ann@example.com',
        data: { team: 'red', rights: { lend: true } },
        redirect: '/first-steps',
      });
      assert.deepEqual(await guardApp.people.all(), [{ email: 'Ann@Example.COM', key: `${id}:1` }]);
      await summaryOnceRedeemed(1, guardApp, id);
    });

    it('an error of the app is passed on as the same object, and the seat is free at once', async () => {
      const thrown: unknown[] = [];
      const mine = Object.assign(new Error('weak password'), { status: 418 });
      let fails = true;
      await open({
        handler: (inside) => async (req, res, invite) => {
          const person = await invite
            .redeem(async (redemption) => {
              if (fails) throw mine;
              return inside.people.insert(bodyEmail(req), redemption);
            })
            .catch((error: unknown) => {
              thrown.push(error);
              throw error;
            });
          res.status(201).json({ person });
        },
      });
      const code = await guardApp.invite();
      const answer = await new Caller(guardApp).send(code, 'ann@example.com');
      assert.deepEqual([answer.status, said(answer)['message']], [418, 'weak password']);
      assert.ok(thrown.length === 1 && thrown[0] === mine);
      fails = false;
      assert.equal((await new Caller(guardApp).send(code, 'bob@example.com')).status, 201);
    });

    it('an error that looks like a store error of the kit is still the app’s', async () => {
      const mine = Object.assign(new Error('our own store'), {
        status: 503,
        [Symbol.for('express-enrollment.error')]: true,
      });
      await open({
        handler: () => async (_req, _res, invite) => {
          await invite.redeem(() => Promise.reject(mine));
        },
      });
      const answer = await new Caller(guardApp).send(await guardApp.invite(), 'ann@example.com');
      assert.deepEqual(
        [answer.status, said(answer)['message'], said(answer)['reason']],
        [503, 'our own store', undefined],
      );
    });

    it('a taken address is the app’s own error, and spends no code, however often', async () => {
      await open();
      const first = await guardApp.invite();
      await new Caller(guardApp).send(first, 'taken@example.com');
      const code = await guardApp.invite();
      for (let times = 0; times < 3; times += 1) {
        const answer = await new Caller(guardApp).send(code, 'taken@example.com');
        assert.equal(answer.status, 500);
        assert.match(String(said(answer)['message']), /UNIQUE constraint failed: people\.email/);
      }
      assert.equal((await new Caller(guardApp).send(code, 'free@example.com')).status, 201);
    });

    it('calling redeem twice returns the same promise; a code that is not redeemed is not spent', async () => {
      let writes = 0;
      await open({
        handler: (inside) => async (req, res, invite) => {
          if (bodyEmail(req) === 'only-looking@example.com') return void res.sendStatus(204);
          const write = (redemption: Parameters<typeof inside.people.insert>[1]): Promise<Person> => {
            writes += 1;
            return inside.people.insert(bodyEmail(req), redemption);
          };
          const one = invite.redeem(write);
          assert.equal(invite.redeem(write), one);
          res.status(201).json({ person: await one });
        },
      });
      const code = await guardApp.invite();
      assert.equal((await new Caller(guardApp).send(code, 'only-looking@example.com')).status, 204);
      assert.equal((await new Caller(guardApp).send(code, 'ann@example.com')).status, 201);
      assert.equal(writes, 1);
    });

    it('a code that ends between the gate and the write is refused by redeem; nothing is written', async () => {
      await open({
        guard: {
          onRefused: (_req, res, refusal) =>
            res.status(refusal.status).json({ by: 'onRefused', reason: refusal.reason }),
        },
        handler: (inside) => async (req, res, invite) => {
          await inside.enrollment.invitations.revoke(invite.id);
          const person = await invite.redeem((redemption) => inside.people.insert(bodyEmail(req), redemption));
          res.status(201).json({ person });
        },
      });
      const answer = await new Caller(guardApp).send(await guardApp.invite(), 'ann@example.com');
      assert.deepEqual([answer.status, said(answer)], [422, { by: 'onRefused', reason: 'invitation.unknown' }]);
      assert.deepEqual(await guardApp.people.all(), []);
    });

    it('a second request of the attempt: 409 with the user’s id if nothing can load the user', async () => {
      await open({
        handler: (inside) => async (req, res, invite) =>
          void res
            .status(201)
            .json({ person: await invite.redeem((redemption) => inside.people.insert(bodyEmail(req), redemption)) }),
      });
      const code = await guardApp.invite();
      const caller = new Caller(guardApp);
      await caller.open();
      const first = await caller.send(code, 'ann@example.com');
      const again = await caller.send(code, 'ann@example.com');
      assert.equal(again.status, 409, again.text);
      assert.deepEqual(
        [said(again)['code'], said(again)['userId'], said(again)['reason']],
        ['ERR_ENROLLMENT_INVITE_REDEEMED', personIn(first), 'guard.redeemed'],
      );
    });

    it('and the account itself if the enrollment has users', async () => {
      const handler: GuardAppOptions['handler'] = (inside) => async (req, res, invite) => {
        const person = await invite.redeem((redemption) => inside.people.insert(bodyEmail(req), redemption));
        res.status(201).json({ person });
      };
      await open({
        users: {
          toProfile: (user) => ({ ...user, active: true }),
          create: () => Promise.reject(new Error('a guard writes by the app’s own code')),
          findById: (id) => guardApp.people.findById(id),
          findByLogin: async () => null,
        },
        login: sessionLogin(),
        handler,
      });
      const code = await guardApp.invite();
      const caller = new Caller(guardApp);
      await caller.open();
      const first = await caller.send(code, 'ann@example.com');
      assert.deepEqual(said(await caller.send(code, 'ann@example.com'))['person'], said(first)['person']);
    });

    it('the id of the user comes from idOf, from `id`, or from the row', async () => {
      const answers: unknown[] = [];
      for (const [guard, shape] of [
        [{ idOf: () => 'from-idOf' }, (person: Person) => person],
        [{}, (person: Person) => person],
        [{}, (person: Person) => [person] as unknown as Person],
      ] as const) {
        await open({
          guard,
          handler: (inside) => async (req, res, invite) => {
            await invite.redeem(async (redemption) => shape(await inside.people.insert(bodyEmail(req), redemption)));
            res.sendStatus(201);
          },
        });
        const { code, id } = await guardApp.enrollment.invitations.create();
        assert.equal((await new Caller(guardApp).send(code, 'ann@example.com')).status, 201);
        await summaryOnceRedeemed(1, guardApp, id);
        const ledger = await guardApp.enrollment.invitations.ledger(id);
        answers.push(ledger.at(-1)?.user);
        if (answers.length < 3) await guardApp.close();
      }
      assert.deepEqual(answers, ['from-idOf', '1', '1']);
    });

    it('an account without its row is reported to the developer', async () => {
      await open({
        handler: () => async (_req, res, invite) => {
          await invite.redeem(async () => ({ id: '7', email: 'nobody@example.com' }));
          res.sendStatus(201);
        },
      });
      assert.equal((await new Caller(guardApp).send(await guardApp.invite(), 'ann@example.com')).status, 201);
      assert.deepEqual(
        guardApp.log.filter(({ fields }) => fields['code'] === 'WARN_NO_ROW').map(({ level }) => level),
        ['warn'],
      );
    });
  });
}
