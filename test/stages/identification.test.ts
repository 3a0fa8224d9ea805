import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { english } from '../../lib/base/texts/english.js';
import { identification } from '../../lib/stages/identification.js';
import { servicesOf, right, throttled, wrong } from '../support/stages/sign-in-services.js';

const password = 'velvet tram over the harbour';
const both = identification({ name: 'who', password: true });
const alone = identification({ name: 'who' });

const texts: Readonly<Record<string, string>> = english;

describe('identification with a password', () => {
  it('is authentik’s stage by its names', () => {
    assert.deepEqual(
      [both.kind, both.component, both.view, both.submit?.id],
      ['identification', 'ak-stage-identification', 'pages/identification', 'sign_in.submit'],
    );
    assert.deepEqual([both.requires, both.writes], [['credentials'], ['pending_user', 'auth_method']]);
  });

  it('makes the person the pending user when both are right, and keeps nothing else', async () => {
    const manager = servicesOf(right);
    assert.deepEqual(await manager.submit(both, { uid_field: ' Ann ', password }), {
      type: 'completed',
      patch: { pending_user: 'u1', auth_method: 'password' },
      evidence: { type: 'password_verified', user: 'u1' },
    });
    assert.deepEqual(manager.questions(), [
      { identifier: 'Ann', password, fields: ['username', 'email'], address: '192.0.2.1', planId: 'plan-1' },
    ]);
  });

  it('asks again with one message if they are wrong, and with 429 after too many', async () => {
    const fields = { uid_field: 'ann', password };
    assert.deepEqual(await servicesOf(wrong(99)).submit(both, fields), {
      type: 'invalid',
      errors: { password: [{ id: 'no' }] },
    });
    assert.deepEqual(await servicesOf(throttled).submit(both, fields), {
      type: 'invalid',
      errors: { '': [{ id: 'later' }] },
      retryAfterSeconds: 60,
    });
  });

  it('asks for missing fields without a look-up', async () => {
    const manager = servicesOf(right);
    const name = 'sign_in.blank.username_or_email';
    assert.deepEqual(await manager.submit(both, {}), { uid_field: [name], password: ['sign_in.blank.password'] });
    assert.deepEqual(await manager.submit(both, { uid_field: ' \t', password }), { uid_field: [name] });
    assert.deepEqual(await manager.submit(both, { uid_field: 'ann', password: '' }), {
      password: ['sign_in.blank.password'],
    });
    for (const one of ['username', 'email'] as const) {
      const stage = identification({ name: 'who', userFields: [one] });
      assert.deepEqual(await manager.submit(stage, {}), { uid_field: [`sign_in.blank.${one}`] });
    }
    assert.deepEqual(await manager.submit(both, { uid_field: 'a'.repeat(321), password }), {
      uid_field: ['sign_in.too_long'],
    });
    assert.deepEqual(manager.questions(), []);
  });

  it('reads a password as typed, including spaces', async () => {
    const manager = servicesOf(right);
    await manager.submit(both, { uid_field: 'ann', password: '  two blanks, and a third ' });
    assert.equal(manager.questions()[0]?.password, '  two blanks, and a third ');
  });

  it('offers to stay signed in only if the settings say so', async () => {
    const remembering = identification({ name: 'who', password: true, rememberMe: true });
    const fields = { uid_field: 'ann', password };
    const patch = (remember_me: boolean) => ({
      type: 'completed',
      patch: { pending_user: 'u1', auth_method: 'password', remember_me },
      evidence: { type: 'password_verified', user: 'u1' },
    });
    assert.deepEqual(await servicesOf(right).submit(remembering, { ...fields, remember_me: 'yes' }), patch(true));
    assert.deepEqual(await servicesOf(right).submit(remembering, fields), patch(false));
    assert.deepEqual(await servicesOf(right).submit(both, { ...fields, remember_me: 'yes' }), {
      type: 'completed',
      patch: { pending_user: 'u1', auth_method: 'password' },
      evidence: { type: 'password_verified', user: 'u1' },
    });
    assert.deepEqual([both.fields.includes('remember_me'), remembering.fields.includes('remember_me')], [false, true]);
  });

  it('labels its fields for password managers, and never returns the password', async () => {
    const challenge = await both.challenge(servicesOf(right).at);
    const fields = challenge['fields'] as { field_key: string; type: string; autocomplete: string }[];
    assert.deepEqual(
      fields.map(({ field_key, type, autocomplete }) => [field_key, type, autocomplete]),
      [
        ['uid_field', 'username', 'username'],
        ['password', 'password', 'current-password'],
      ],
    );
    assert.deepEqual(both.secretFields, ['password']);
    assert.deepEqual(
      [challenge['user_fields'], challenge['password_fields'], challenge['flow_designation']],
      [['username', 'email'], true, 'authorization'],
    );
  });

  it('names the accepted identifiers', async () => {
    const labels = await Promise.all(
      ([['email'], ['username'], ['username', 'email']] as const).map(async (userFields) => {
        const stage = identification({ name: 'who', userFields });
        const [field] = (await stage.challenge(servicesOf(right).at))['fields'] as {
          type: string;
          label: { id: string };
        }[];
        return [field?.type, field?.label.id, texts[field?.label.id ?? '']];
      }),
    );
    assert.deepEqual(labels, [
      ['email', 'sign_in.email', 'Email address'],
      ['username', 'sign_in.username', 'Username'],
      ['username', 'sign_in.username_or_email', 'Username or email address'],
    ]);
  });

  it('links to flows and to pages of the app', () => {
    const stage = identification({ name: 'who', links: { enrollment: 'invite', recovery: '/forgotten' } });
    assert.deepEqual(stage.links, [
      { to: { path: '/forgotten' }, label: { id: 'stage.identification.recovery' } },
      {
        to: { flow: 'invite' },
        label: { id: 'stage.identification.enrollment' },
        question: { id: 'link.new_here' },
      },
    ]);
  });
});

describe('identification alone', () => {
  it('keeps what was typed, looks no one up and proves nothing', async () => {
    const manager = servicesOf(right);
    assert.deepEqual(await manager.submit(alone, { uid_field: ' Nobody ', password }), {
      type: 'completed',
      patch: { pending_user_identifier: 'Nobody' },
    });
    assert.deepEqual(manager.questions(), []);
    assert.deepEqual([alone.writes, alone.fields], [['pending_user_identifier'], ['uid_field']]);
  });

  it('shows the earlier input again', async () => {
    const { at } = servicesOf(right, { pending_user_identifier: 'ann' });
    const fields = (await alone.challenge(at))['fields'] as { initial_value: string }[];
    assert.deepEqual(
      fields.map(({ initial_value }) => initial_value),
      ['ann'],
    );
  });
});
