import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import type { InviteHandler } from '../../../lib/index.js';
import { waitUntil } from '../../services/wait-until.js';
import { Caller, openHouse, plainHandler, type House } from './house.js';
import type { Person } from './people.js';

for (const express of [5, 4] as const) {
  describe(`a signup route that forgets to redeem, on Express ${express}`, () => {
    let house: House;
    afterEach(() => house.close());

    const said = (): readonly string[] =>
      house.log.filter(({ fields }) => fields['code'] === 'WARN_NOT_REDEEMED').map(({ text }) => text);
    async function answers(handler: InviteHandler<Person>, times = 1): Promise<readonly number[]> {
      house = await openHouse({ express, handler: () => handler });
      const code = await house.invite();
      const statuses: number[] = [];
      for (let time = 0; time < times; time += 1)
        statuses.push((await new Caller(house).send(code, `ann${time}@example.com`)).status);
      return statuses;
    }

    it('is told so once, by every answer that sounds like success', async () => {
      assert.deepEqual(await answers((_req, res) => void res.sendStatus(201), 3), [201, 201, 201]);
      await waitUntil(
        () => said().length > 0 || undefined,
        () => 'no warning',
      );
      assert.deepEqual(said(), [
        'a signup route answered 201 without invite.redeem(): an account made there took no place',
      ]);
      await house.close();
      assert.deepEqual(await answers((_req, res) => res.redirect(303, '/welcome')), [303]);
      await waitUntil(
        () => said().length > 0 || undefined,
        () => 'no warning',
      );
    });

    it('is not told so when it redeemed, showed its form again, or failed', async () => {
      await answers((_req, res) => void res.sendStatus(422));
      assert.deepEqual(said(), []);
      await house.close();
      await answers(() => Promise.reject(new Error('broken')));
      assert.deepEqual(said(), []);
      await house.close();
      house = await openHouse({ express, handler: plainHandler });
      assert.equal((await new Caller(house).send(await house.invite(), 'ann@example.com')).status, 201);
      assert.equal((await new Caller(house).send('WRONG-WORD', 'bob@example.com')).status, 422);
      assert.deepEqual(said(), []);
    });
  });
}
