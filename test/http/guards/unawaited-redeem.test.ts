import assert from 'node:assert/strict';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, describe, it } from 'mocha';
import type { InviteHandler } from '../../../lib/index.js';
import { waitUntil } from '../../support/wait-until.js';
import { Caller, openGuardApp, plainHandler, type GuardApp } from '../../support/guards/guard-app.js';
import type { Person } from '../../support/guards/people.js';

for (const express of [5, 4] as const) {
  describe(`a signup route that forgets to redeem, on Express ${express}`, () => {
    let guardApp: GuardApp;
    afterEach(() => guardApp.close());

    const said = (): readonly string[] =>
      guardApp.log.filter(({ fields }) => fields['code'] === 'WARN_NOT_REDEEMED').map(({ text }) => text);
    async function answers(handler: InviteHandler<Person>, times = 1): Promise<readonly number[]> {
      guardApp = await openGuardApp({ express, handler: () => handler });
      const code = await guardApp.invite();
      const statuses: number[] = [];
      for (let time = 0; time < times; time += 1)
        statuses.push((await new Caller(guardApp).send(code, `ann${time}@example.com`)).status);
      return statuses;
    }

    it('is warned once, by any response that looks like success', async () => {
      assert.deepEqual(await answers((_req, res) => void res.sendStatus(201), 3), [201, 201, 201]);
      await waitUntil(
        () => said().length > 0 || undefined,
        () => 'no warning',
      );
      assert.deepEqual(said(), [
        'a signup route answered 201 without invite.redeem(): an account made there has no seat',
      ]);
      await guardApp.close();
      assert.deepEqual(await answers((_req, res) => res.redirect(303, '/welcome')), [303]);
      await waitUntil(
        () => said().length > 0 || undefined,
        () => 'no warning',
      );
    });

    it('F11: redeem without a function, or with something else, is reported', async () => {
      for (const given of [[], [{}], [() => ({}), 'found']]) {
        const thrown: unknown[] = [];
        await answers(async (_req, res, invite) => {
          await Reflect.apply(invite.redeem, invite, given).catch((error: unknown) => thrown.push(error));
          res.sendStatus(422);
        });
        assert.match(String(thrown[0]), /invite\.redeem: "(write|found)" must be a function/);
        await guardApp.close();
      }
    });

    it('is not warned when it redeemed, showed its form again, or failed', async () => {
      await answers((_req, res) => void res.sendStatus(422));
      assert.deepEqual(said(), []);
      await guardApp.close();
      await answers(() => Promise.reject(new Error('broken')));
      assert.deepEqual(said(), []);
      await guardApp.close();
      guardApp = await openGuardApp({ express, handler: plainHandler });
      assert.equal((await new Caller(guardApp).send(await guardApp.invite(), 'ann@example.com')).status, 201);
      assert.equal((await new Caller(guardApp).send('WRONG-WORD', 'bob@example.com')).status, 422);
      assert.deepEqual(said(), []);
    });

    const mistakes = (): number => guardApp.log.filter(({ fields }) => fields['code'] === 'WARN_NOT_AWAITED').length;
    const broken = (): Promise<never> => wait(5).then(() => Promise.reject(new Error('the database said no')));

    // An unhandled rejection would end the process, so the test runner fails the test for it.
    const leftAlone: readonly (readonly [string, InviteHandler<Person>])[] = [
      ['not at all', (_req, _res, invite) => void invite.redeem(broken)],
      ['by then() alone', (_req, res, invite) => void invite.redeem(broken).then(() => res.sendStatus(201))],
      ['by finally() alone', (_req, _res, invite) => void invite.redeem(broken).finally(() => undefined)],
      ['in an async handler that ended', async (_req, _res, invite) => void invite.redeem(broken).then(() => 1)],
      [
        'twice, once with a catch()',
        (_req, _res, invite) => {
          invite.redeem(broken).catch(() => undefined);
          void invite.redeem(broken).then(() => undefined);
        },
      ],
    ];
    for (const [how, handler] of leftAlone) {
      it(`F15: a redeem that rejects and is awaited ${how} goes to next and is reported once`, async () => {
        assert.deepEqual(await answers(handler, 2), [500, 500]);
        assert.equal(mistakes(), 1);
        assert.deepEqual(await guardApp.people.all(), []);
      });
    }

    it('F15: an error handled by the handler does not go to next and is not reported', async () => {
      for (const handler of [
        (_req, res, invite) =>
          void invite.redeem(broken).then(
            () => undefined,
            () => res.sendStatus(418),
          ),
        (_req, res, invite) => void invite.redeem(broken).catch(() => res.sendStatus(418)),
        (_req, res, invite) => invite.redeem(broken).catch(() => res.sendStatus(418)),
        async (_req, res, invite) => {
          const redeeming = invite.redeem(broken);
          await wait(30);
          await Promise.all([redeeming]).catch(() => res.sendStatus(418));
        },
      ] satisfies readonly InviteHandler<Person>[]) {
        assert.deepEqual(await answers(handler), [418]);
        assert.equal(mistakes(), 0);
        await guardApp.close();
      }
      guardApp = await openGuardApp({ express, handler: plainHandler });
      assert.equal((await new Caller(guardApp).send(await guardApp.invite(), 'ann@example.com')).status, 201);
      assert.equal(mistakes(), 0);
    });

    it('F15: a response sent before redeem settles is reported; the account is still made', async () => {
      guardApp = await openGuardApp({
        express,
        handler: (inside) => (_req, res, invite) => {
          void invite.redeem((redemption) => wait(20).then(() => inside.people.insert('late@example.com', redemption)));
          res.sendStatus(201);
        },
      });
      assert.equal((await new Caller(guardApp).send(await guardApp.invite(), 'late@example.com')).status, 201);
      await waitUntil(
        () => mistakes() > 0 || undefined,
        () => 'no warning',
      );
      assert.equal((await guardApp.people.all()).length, 1);
    });

    it('F15: a redeem that begins after its handler has ended, and fails, is logged', async () => {
      const late: InviteHandler<Person> = (_req, res, invite) => {
        setImmediate(() => void invite.redeem(broken));
        res.sendStatus(202);
      };
      assert.deepEqual(await answers(late), [202]);
      const logged = await waitUntil(
        () => guardApp.log.find(({ fields }) => fields['err'] instanceof Error),
        () => 'no error in the log',
      );
      assert.match(String(logged.fields['err']), /the database said no/);
      assert.equal(mistakes(), 1);
    });

    it('F15: a redeem in a callback, with its failure handled there, is not reported', async () => {
      const late: InviteHandler<Person> = (_req, res, invite) => {
        setImmediate(() => void invite.redeem(broken).catch(() => res.sendStatus(418)));
      };
      assert.deepEqual(await answers(late), [418]);
      assert.equal(mistakes(), 0);
    });

    it('F15: a handler that fails during its redeem fails with its own error', async () => {
      assert.deepEqual(
        await answers((_req, _res, invite) => {
          void invite.redeem(broken);
          throw Object.assign(new Error('the handler'), { status: 409 });
        }),
        [409],
      );
    });
  });
}
