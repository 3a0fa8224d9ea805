import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { Secret } from '../../lib/base/secret.js';
import { checkFlows } from '../../lib/flow/check-flow.js';
import type { AskingStage } from '../../lib/flow/stage.js';
import { changePasswordFlow } from '../../lib/flows/change-password.js';
import { inviteSignupFlow } from '../../lib/flows/invite-signup.js';
import { recoveryFlow } from '../../lib/flows/recovery.js';
import { setPasswordFlow } from '../../lib/flows/set-password.js';
import { text } from '../../lib/prompts/text.js';
import { ExecutorClient } from '../support/executor/executor-client.js';
import { openScene } from '../support/executor/scene.js';
import { question } from '../support/prompts/question.js';

const standard = ['username', 'email', 'name', 'password'] as const;
const team = text({ key: 'attributes.team', label: 'Team' });
const password = 'velvet tram over the harbour';
const answers: Record<string, string> = {
  username: 'Ann',
  email: 'Ann@Example.com',
  name: 'Ann Example',
  password,
  password_repeat: password,
  'attributes.team': 'red',
};

describe('inviteSignupFlow', () => {
  const combinations = [...Array(32).keys()].map((bits) =>
    [...standard, team].filter((_field, index) => (bits >> index) % 2 === 1),
  );
  const usable = combinations.filter((fields) => fields.includes('username') || fields.includes('email'));

  it('is valid with every choice and order of fields', () => {
    for (const fields of combinations.filter(({ length }) => length > 0)) {
      for (const order of [fields, [...fields].reverse()])
        assert.deepEqual(
          checkFlows([inviteSignupFlow({ slug: 'invite', fields: order })], { registration: 'invite-only' }),
          [],
        );
    }
  });

  it('creates an account and signs it in, with every choice that names a user', async () => {
    for (const fields of usable) {
      const scene = openScene();
      const visitor = new ExecutorClient(scene, inviteSignupFlow({ slug: 'invite', fields, target: '/welcome' }));
      const { code } = await scene.invitations.manager.create({});
      await visitor.open();
      await visitor.submit({ invite_code: code });
      await visitor.open();
      const reply = await visitor.submit(answers);
      const user = fields.includes('username')
        ? await scene.people.users.findByLogin('username', 'ann')
        : await scene.people.users.findByLogin('email', 'ann@example.com');
      assert.ok(user, JSON.stringify(fields));
      assert.deepEqual(
        [reply.type === 'redirect' && reply.to, reply.type === 'redirect' && reply.signIn?.signIn],
        [{ path: '/welcome' }, user.id],
      );
      const hash = await scene.people.users.passwordHash(user);
      assert.deepEqual(
        [user.username, user.email, user.name, user.data, hash !== null],
        [
          fields.includes('username') ? 'ann' : null,
          fields.includes('email') ? 'ann@example.com' : null,
          fields.includes('name') ? 'Ann Example' : null,
          fields.includes(team) ? { attributes: { team: 'red' } } : {},
          fields.includes('password'),
        ],
      );
    }
  });

  it('asks for the code first, then for the account, and shows the code from a link', async () => {
    const flow = inviteSignupFlow({ slug: 'invite', fields: ['username'] });
    assert.deepEqual(
      flow.bindings.map(({ key, stage }) => [key, stage.kind]),
      [
        ['invite-code', 'prompt'],
        ['account', 'prompt'],
        ['user-write', 'user_write'],
        ['user-login', 'user_login'],
      ],
    );
    assert.deepEqual(
      [flow.designation, flow.authentication, flow.target],
      ['enrollment', 'require_unauthenticated', '/'],
    );
    const [gate] = flow.bindings.map(({ stage }) => stage as AskingStage);
    assert.ok(gate);
    const at = question();
    const shown = await gate.challenge({
      ...at,
      facts: { ...at.facts, entryLink: { code: new Secret('SPRING-2026') } },
    });
    assert.match(JSON.stringify(shown), /"initial_value":"SPRING-2026"/);
  });

  it('accepts a minimum password length of at least 8', async () => {
    const fits = async (minPasswordLength: number, length: number): Promise<boolean> => {
      const flow = inviteSignupFlow({ slug: 'invite', fields: ['password'], minPasswordLength });
      const account = flow.bindings[1]?.stage as AskingStage;
      const typed = 'velvet trams are blue'.slice(0, length);
      return (await account.read({ password: typed, password_repeat: typed }, question())).ok;
    };
    assert.deepEqual(
      [await fits(10, 9), await fits(10, 10), await fits(8, 7), await fits(8, 8)],
      [false, true, false, true],
    );
    for (const minPasswordLength of [7, 3, 1, 0, -5]) {
      const refused = {
        code: 'ERR_ENROLLMENT_CONFIG',
        message: /"minPasswordLength" must be greater than or equal to 8/,
      };
      for (const make of [
        () => inviteSignupFlow({ slug: 'invite', fields: ['password'], minPasswordLength }),
        () => changePasswordFlow({ minPasswordLength }),
        () => recoveryFlow({ slug: 'recovery', minPasswordLength }),
        () => setPasswordFlow({ slug: 'set-password', minPasswordLength }),
      ])
        assert.throws(make, refused, String(minPasswordLength));
    }
  });
});
