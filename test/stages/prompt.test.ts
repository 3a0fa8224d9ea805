import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'mocha';
import { message, messageOf, type FieldErrors } from '../../lib/base/message.js';
import { Secret } from '../../lib/base/secret.js';
import type { Context } from '../../lib/flow/context.js';
import { definePolicy } from '../../lib/flow/policy.js';
import type { Prompt } from '../../lib/flow/prompt.js';
import type { AskingStage, StageOutcome, PromptField } from '../../lib/flow/stage.js';
import { inviteCode } from '../../lib/policies/invite-code.js';
import { passwordsMatch } from '../../lib/policies/passwords-match.js';
import { hidden } from '../../lib/prompts/hidden.js';
import { password } from '../../lib/prompts/password.js';
import { staticText } from '../../lib/prompts/static.js';
import { text } from '../../lib/prompts/text.js';
import { promptStage, type PromptStageSettings } from '../../lib/stages/prompt.js';
import { openScene } from '../support/executor/scene.js';
import { question } from '../support/prompts/question.js';

const words = 'velvet tram over the harbour';
const field = (key: string, more: Partial<Parameters<typeof text>[0]> = {}): Prompt =>
  text({ key, label: key, ...more });
const stageOf = (prompts: readonly Prompt[], more: Partial<PromptStageSettings> = {}): AskingStage =>
  promptStage({ name: 'account', prompts, ...more });

/** The result of one page for the typed values: errors, or the outcome. */
async function send(
  stage: AskingStage,
  typed: Readonly<Record<string, string>>,
  context: Context = {},
): Promise<FieldErrors | StageOutcome> {
  const at = question(context);
  const parsed = await stage.read(typed, at);
  return parsed.ok ? stage.respond(parsed.value, at) : parsed.errors;
}

const passed = (patch: object) => ({ type: 'completed', patch, remove: [] });

describe('a prompt stage', () => {
  describe('shows its fields', () => {
    const fields = async (stage: AskingStage, context: Context = {}) =>
      (await stage.challenge(question(context)))['fields'] as PromptField[];

    it('as authentik names them, in their order', async () => {
      const stage = stageOf([
        field('late', { order: 9 }),
        field('early', {
          order: 1,
          placeholder: 'p',
          subText: messageOf('help', { n: 1 }),
          autocomplete: 'name',
          required: false,
        }),
      ]);
      const [first, second] = await fields(stage);
      assert.deepEqual(first, {
        field_key: 'early',
        label: { id: 'literal', values: { text: 'early' } },
        type: 'text',
        required: false,
        placeholder: { id: 'literal', values: { text: 'p' } },
        initial_value: '',
        order: 0,
        sub_text: { id: 'help', values: { n: 1 } },
        choices: null,
        autocomplete: 'name',
        display: 'input',
        input: 'text',
        code: false,
        entry_link: false,
        read_only: false,
      });
      assert.deepEqual(
        [second?.field_key, second?.order, second?.autocomplete, second?.sub_text],
        ['late', 1, 'off', null],
      );
      assert.deepEqual(
        (await fields(stageOf([field('b'), field('a')]))).map(({ field_key }) => field_key),
        ['b', 'a'],
      );
    });

    it('with the earlier answer, the fixed value, or their own initial value', async () => {
      const stage = stageOf([
        field('email', { initial: 'own' }),
        field('attributes.team', { initial: ({ enrollmentId }) => enrollmentId }),
      ]);
      const initial = async (context: Context) =>
        (await fields(stage, context)).map(({ initial_value }) => initial_value);
      assert.deepEqual(await initial({}), ['own', 'plan-1']);
      assert.deepEqual(await initial({ fixed_data: { email: 'ann@example.com' } }), ['ann@example.com', 'plan-1']);
      assert.deepEqual(await initial({ fixed_data: { email: '@example.com' } }), ['own', 'plan-1']);
      assert.deepEqual(await initial({ fixed_data: { email: null } }), ['own', 'plan-1']);
      assert.deepEqual(
        await initial({
          fixed_data: { email: 'ann@example.com' },
          prompt_data: { email: '@nn', attributes: { team: 'red' } },
        }),
        ['@nn', 'red'],
      );
    });

    it('without passwords', async () => {
      const [shown] = await fields(stageOf([password({ key: 'password', label: 'P', initial: words })]), {
        prompt_data: { password: words },
      });
      assert.equal(shown?.initial_value, '');
      assert.deepEqual(stageOf([password({ key: 'password', label: 'P' }), field('name')]).secretFields, ['password']);
    });
  });

  describe('stores answers', () => {
    it('nested by their dotted keys and merged recursively', async () => {
      const stage = stageOf([
        field('attributes.team'),
        field('attributes.seat.row'),
        field('attributes.seat.number'),
        field('name'),
      ]);
      assert.deepEqual(
        await send(stage, {
          'attributes.team': 'red',
          'attributes.seat.row': 'A',
          'attributes.seat.number': '7',
          name: 'Ann',
        }),
        passed({ prompt_data: { attributes: { team: 'red', seat: { row: 'A', number: '7' } }, name: 'Ann' } }),
      );
    });

    it('for its own prompts and no other field', async () => {
      assert.deepEqual(
        await send(stageOf([field('name')]), {
          name: 'Ann',
          is_superuser: 'true',
          pending_user: 'root',
          attributes: 'x',
          'attributes.team': 'x',
        }),
        passed({ prompt_data: { name: 'Ann' } }),
      );
    });

    it('for hidden and static ones from the server, whatever was posted', async () => {
      const stage = stageOf([
        hidden({ key: 'plan', label: 'Plan', initial: ({ enrollmentId }) => enrollmentId }),
        staticText({ key: 'terms', label: 'Terms', initial: 'v3' }),
        field('name'),
      ]);
      assert.deepEqual([stage.fields, stage.serverFields], [['name'], ['plan', 'terms']]);
      assert.deepEqual(
        await send(stage, { name: 'Ann', plan: 'forged', terms: 'forged' }, { prompt_data: { plan: 'forged' } }),
        passed({ prompt_data: { plan: 'plan-1', terms: 'v3', name: 'Ann' } }),
      );
    });

    it('without reaching a prototype', async () => {
      const stage = stageOf(
        ['__proto__', 'constructor.prototype', 'a.__proto__.b'].map((key) => hidden({ key, label: key, initial: 'x' })),
      );
      const outcome = await send(stage, {});
      assert.deepEqual([Reflect.get({}, 'b'), Reflect.get({}, 'prototype')], [undefined, undefined]);
      assert.deepEqual(outcome, passed({ prompt_data: { a: {} } }));
    });

    it('but not those that a policy consumes', async () => {
      const using = definePolicy({ name: 'using', fields: ['code'], consumes: ['code'], check: () => true });
      assert.deepEqual(
        await send(stageOf([field('code'), field('name')], { validation: [using] }), { code: 'x', name: 'Ann' }),
        passed({ prompt_data: { name: 'Ann' } }),
      );
    });

    it('and clears one that is now blank', async () => {
      const stage = stageOf([
        field('name'),
        field('attributes.phone', { required: false }),
        field('attributes.fax', { required: false }),
      ]);
      assert.deepEqual(
        await send(stage, { name: 'Ann', 'attributes.phone': ' ' }, { prompt_data: { attributes: { phone: '123' } } }),
        passed({ prompt_data: { name: 'Ann', attributes: { phone: null } } }),
      );
    });
  });

  it('says that a saved password is not needed, and keeps it where it is left blank', async () => {
    const stage = stageOf([field('name'), password({ key: 'password', label: 'P' })]);
    const at = { ...question({ password_hash: 'saved' }), savedPassword: true };
    const { fields } = (await stage.challenge(at)) as { fields: readonly PromptField[] };
    assert.deepEqual(
      fields.map(({ required, ...more }) => [required, more['saved'] ?? false, more['minlength'] ?? 0]),
      [
        [true, false, 0],
        [false, true, 15],
      ],
    );
    const parsed = await stage.read({ name: 'Ann', password: '' }, at);
    assert.ok(parsed.ok);
    assert.deepEqual(await stage.respond(parsed.value, at), passed({ prompt_data: { name: 'Ann' } }));
  });

  it('reports the mistakes of all fields at once', async () => {
    const stage = stageOf([
      field('name'),
      field('nickname'),
      field('motto', { required: false }),
      password({ key: 'password', label: 'P' }),
    ]);
    assert.deepEqual(await send(stage, { nickname: 'x'.repeat(1001), password: 'short' }), {
      name: [message('stage.prompt.required')],
      nickname: [message('prompt.text.too_long', { most: 1000 })],
      password: [message('prompt.password.too_short', { least: 15 })],
    });
  });

  describe('with passwords', () => {
    const one = (key: string, more: object = {}) => password({ key, label: key, ...more });
    const differ = [message('stage.prompt.passwords_differ')];

    it('stores only the hash, made once, of the password as typed', async () => {
      const outcome = await send(stageOf([one('password'), one('again')]), {
        password: `  ${words}`,
        again: `  ${words}`,
      });
      assert.ok('type' in outcome && outcome.type === 'completed');
      const { patch } = outcome as { patch: Context };
      assert.deepEqual(Object.keys(patch), ['prompt_data', 'password_hash']);
      assert.deepEqual(patch.prompt_data, {});
      const { passwords } = openScene().context.services;
      assert.equal(await passwords.verify(patch.password_hash ?? '', new Secret(`  ${words}`)), true);
    });

    it('requires all of them to be equal, however many there are', async () => {
      const three = stageOf([one('a'), one('b'), one('c')]);
      assert.deepEqual(await send(three, { a: words, b: words, c: `${words}!` }), { a: differ });
      assert.deepEqual(await send(three, { a: `${words}!`, b: words, c: words }), { a: differ });
      assert.deepEqual(await send(three, { a: words, b: `${words} `, c: words }), { a: differ });
    });

    it('treats a blank one as different', async () => {
      const optional = stageOf([
        one('password', { required: false }),
        one('again', { required: false, repeats: true }),
      ]);
      assert.deepEqual(
        await send(optional, { again: 'x' }),
        { password: differ },
        'the repetition has no rules of its own, so it can never be the password',
      );
      assert.deepEqual(await send(optional, { password: words }), { password: differ });
      assert.deepEqual(await send(optional, {}, { password_hash: 'of before' }), {
        type: 'completed',
        patch: { prompt_data: {} },
        remove: ['password_hash'],
      });
    });

    it('does not compare passwords with other mistakes', async () => {
      assert.deepEqual(
        await send(stageOf([one('password'), one('again', { repeats: true })]), { password: 'short', again: 'short' }),
        { password: [message('prompt.password.too_short', { least: 15 })] },
      );
    });

    it('leaves the comparison to a policy that names them all', async () => {
      const stage = stageOf([one('password'), one('password_repeat')], { validation: [passwordsMatch()] });
      assert.deepEqual((await stage.read({ password: words, password_repeat: `${words}!` }, question())).ok, true);
      const partly = stageOf([one('password'), one('password_repeat'), one('third')], {
        validation: [passwordsMatch()],
      });
      assert.deepEqual(
        (await partly.read({ password: words, password_repeat: words, third: `${words}!` }, question())).ok,
        false,
      );
    });

    it('does not compare them with a concealed code', async () => {
      const using = definePolicy({ name: 'using', fields: ['code'], consumes: ['code'], check: () => true });
      const stage = stageOf([one('code', { repeats: true }), one('password')], { validation: [using] });
      const outcome = await send(stage, { code: 'X1', password: words });
      assert.equal('type' in outcome && outcome.type, 'completed');
    });
  });

  describe('that is a gate', () => {
    const scene = openScene();
    let invitation: { id: string; version: number };
    beforeEach(async () => {
      const { id } = await scene.invitations.manager.create({});
      invitation = { id, version: 1 };
    });
    const gate = stageOf([field('invite_code')], { validation: [inviteCode()] });
    const satisfied = (stage: AskingStage, context: Context) => stage.satisfied(question(context, scene));

    it('is passed without a page while the plan’s invitation is valid', async () => {
      assert.equal(await satisfied(gate, {}), false);
      assert.equal(await satisfied(gate, { invitation }), true);
      await scene.invitations.manager.revoke(invitation.id);
      assert.equal(await satisfied(gate, { invitation }), false);
      assert.equal(await satisfied(gate, { invitation: { id: 'unknown', version: 1 } }), false);
    });

    it('is shown if it asks for something else as well', async () => {
      assert.equal(
        await satisfied(stageOf([field('invite_code'), field('name')], { validation: [inviteCode()] }), { invitation }),
        false,
      );
      assert.equal(await satisfied(stageOf([field('name')]), { invitation }), false);
    });
  });
});
