import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { passwordStage } from '../../lib/stages/password.js';
import { servicesOf, right, throttled, wrong } from '../support/stages/sign-in-services.js';

const password = 'velvet tram over the harbour';
const known = { pending_user_identifier: 'Ann' };
const stage = passwordStage({ name: 'password' });

describe('password', () => {
  it('is authentik’s stage by its names, and requires an identified user', () => {
    assert.deepEqual(
      [stage.kind, stage.component, stage.view, stage.needs, stage.requires],
      ['password', 'ak-stage-password', 'pages/password', ['pending_user_identifier'], ['credentials']],
    );
  });

  it('makes the identified user the pending user, and forgets the identifier', async () => {
    const manager = servicesOf(right, known);
    assert.deepEqual(await manager.submit(stage, { password }), {
      type: 'completed',
      patch: { pending_user: 'u1', auth_method: 'password' },
      evidence: { type: 'password_verified', user: 'u1' },
      remove: ['pending_user_identifier'],
    });
    assert.deepEqual(manager.questions(), [
      { identifier: 'Ann', password, fields: ['username', 'email'], address: '192.0.2.1', planId: 'plan-1' },
    ]);
  });

  it('ignores a name in the form', async () => {
    const manager = servicesOf(right, known);
    await manager.submit(stage, { password, uid_field: 'admin' });
    assert.equal(manager.questions()[0]?.identifier, 'Ann');
    assert.deepEqual([stage.fields, stage.serverFields], [['password'], ['uid_field']]);
  });

  it('shows the identifier as typed, for users and password managers', async () => {
    const fields = (await stage.challenge(servicesOf(right, known).at))['fields'] as Record<string, unknown>[];
    assert.deepEqual(
      fields.map(({ field_key, type, initial_value, autocomplete }) => [field_key, type, initial_value, autocomplete]),
      [
        ['uid_field', 'username_read_only', 'Ann', 'username'],
        ['password', 'password', '', 'current-password'],
      ],
    );
    assert.deepEqual(stage.secretFields, ['password']);
  });

  it('asks again if it is wrong, and with 429 after too many', async () => {
    assert.deepEqual(await servicesOf(wrong(4), known).submit(stage, { password }), {
      type: 'invalid',
      errors: { password: [{ id: 'no' }] },
    });
    assert.deepEqual(await servicesOf(throttled, known).submit(stage, { password }), {
      type: 'invalid',
      errors: { '': [{ id: 'later' }] },
      retryAfterSeconds: 60,
    });
    assert.deepEqual(await servicesOf(right, known).submit(stage, {}), { password: ['sign_in.blank.password'] });
  });

  it('ends the plan after five wrong ones, or as many as configured', async () => {
    const refused = { type: 'denied', message: { id: 'stage.password.cancelled' } };
    assert.deepEqual(await servicesOf(wrong(5), known).submit(stage, { password }), refused);
    const stricter = passwordStage({ name: 'password', failedAttemptsBeforeCancel: 2 });
    assert.deepEqual(await servicesOf(wrong(2), known).submit(stricter, { password }), refused);
    assert.notDeepEqual(await servicesOf(wrong(1), known).submit(stricter, { password }), refused);
    assert.deepEqual(await servicesOf(throttled, known).submit(stricter, { password }), {
      type: 'invalid',
      errors: { '': [{ id: 'later' }] },
      retryAfterSeconds: 60,
    });
  });

  it('offers to stay signed in if the settings say so', async () => {
    const remembering = passwordStage({ name: 'password', rememberMe: true });
    const patchOf = async (fields: Record<string, string>): Promise<unknown> => {
      const outcome = (await servicesOf(right, known).submit(remembering, fields)) as { patch?: unknown };
      return outcome.patch;
    };
    const proved = { pending_user: 'u1', auth_method: 'password' };
    assert.deepEqual(await patchOf({ password, remember_me: 'yes' }), { ...proved, remember_me: true });
    assert.deepEqual(await patchOf({ password }), { ...proved, remember_me: false });
  });

  it('signs no one in when no user was identified', async () => {
    const manager = servicesOf(right);
    assert.deepEqual(await manager.submit(stage, { password }), {
      type: 'denied',
      message: { id: 'stage.password.no_account' },
    });
    assert.deepEqual(manager.questions(), []);
  });
});
