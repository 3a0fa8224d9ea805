import assert from 'node:assert/strict';
import Joi from 'joi';
import { describe, it } from 'mocha';
import { createEnrollment, memoryUsers, type MemoryUser, type UserStore } from '../../lib/index.js';
import { typedUsers } from '../../lib/users/typed-users.js';
import { dataReaderOf } from '../../lib/options/data-rules.js';
import { openRedemption } from '../../lib/invitations/redemption/redemption.js';

interface Team {
  readonly team: 'readers' | 'writers';
}
const schema = Joi.object<Team>({ team: Joi.valid('readers', 'writers').required() });

const account = { username: 'ann', email: null, name: null, passwordHash: null, data: {} };
const invited = (data: object): Parameters<UserStore<MemoryUser>['create']>[1] => ({
  ...openRedemption('an-enrollment'),
  invitation: { id: 'an-invitation', label: '', email: null, data: { ...data } },
});

const silent = (): void => undefined;
const quiet = { info: silent, warn: silent, error: silent };

/** A store that types its invitations' data and records what it received. */
function teamUsers(): { readonly users: UserStore<MemoryUser, Team>; readonly teams: string[] } {
  const { users } = memoryUsers();
  const teams: string[] = [];
  return {
    teams,
    users: {
      ...users,
      create: (given, { invitation, ...redemption }) => {
        if (invitation !== null) teams.push(invitation.data.team);
        return users.create(given, { ...redemption, invitation: null });
      },
    },
  };
}

describe('typed data of invitations', () => {
  it('is validated when an invitation is created, along with everything else', async () => {
    const { users } = teamUsers();
    const enrollment = createEnrollment({ baseUrl: 'http://localhost', logger: quiet, users, invitationData: schema });
    await assert.rejects(enrollment.invitations.create({ data: { team: 'painters' }, uses: 0 }), {
      code: 'ERR_ENROLLMENT_INVITATION',
      message: /"uses" must be.*"data" is not what invitationData wants: "team" must be one of \[readers, writers\]/,
    });
    await assert.rejects(enrollment.invitations.create({}), /./, 'data that the schema requires is missing');
    const { id } = await enrollment.invitations.create({ data: { team: 'readers' } });
    await assert.rejects(enrollment.invitations.edit(id, { data: {} }), { code: 'ERR_ENROLLMENT_INVITATION' });
    await enrollment.close();
  });

  it('reaches the user store with the type of the schema', async () => {
    const { users, teams } = teamUsers();
    await typedUsers(users, dataReaderOf(schema)).create(account, invited({ team: 'writers' }));
    assert.deepEqual(teams, ['writers']);
  });

  it('that was stored under another schema is refused before anything is written', async () => {
    const { users, teams } = teamUsers();
    const typed = typedUsers(users, dataReaderOf(schema));
    await assert.rejects(async () => typed.create(account, invited({ team: 'painters' })), {
      code: 'ERR_ENROLLMENT_INVITATION',
      message: /not what invitationData wants \(any more\)/,
    });
    assert.deepEqual(teams, []);
    assert.equal(await typed.findByLogin('username', 'ann'), null);
  });

  it('has the same type in a guard', async () => {
    const enrollment = createEnrollment({ baseUrl: 'http://localhost', logger: quiet, invitationData: schema });
    const seen: Team['team'][] = [];
    enrollment.requireInvite({ field: 'code' }, async (_req, _res, invite) => {
      seen.push(invite.data.team);
      await invite.redeem(({ invitation }) => ({ id: 1, team: invitation?.data.team }));
      // @ts-expect-error -- a Team has no such key
      return invite.data.color;
    });
    assert.deepEqual(seen, []);
    await enrollment.close();
  });

  it('of seeds is validated at start', () => {
    const { users } = teamUsers();
    const seed = [{ customCode: 'SPRING-2030', uses: 1, expires: '2030-01-01T00:00:00Z', data: { team: 'nobody' } }];
    assert.throws(
      () => createEnrollment({ baseUrl: 'http://localhost', logger: quiet, users, invitationData: schema, seed }),
      {
        code: 'ERR_ENROLLMENT_CONFIG',
        message: /seed\[0\]: "data" is not what invitationData wants/,
      },
    );
  });

  it('an app with its own type and no schema does not compile', () => {
    const { users } = teamUsers();
    // @ts-expect-error -- without a schema the data is not known to be a Team
    createEnrollment({ baseUrl: 'http://localhost', logger: quiet, users });
  });
});
