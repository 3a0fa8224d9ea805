import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'mocha';
import { message, type FieldErrors } from '../../lib/base/message.js';
import type { Context } from '../../lib/flow/context.js';
import type { StageContext } from '../../lib/flow/facts.js';
import { definePolicy } from '../../lib/flow/policy.js';
import type { AskingStage, StageOutcome, PromptField } from '../../lib/flow/stage.js';
import { fieldView } from '../../lib/pages/field-view.js';
import { inviteCode } from '../../lib/policies/invite-code.js';
import { passwordsMatch } from '../../lib/policies/passwords-match.js';
import type { PendingIdentity } from '../../lib/ports/pending-identity.js';
import { email } from '../../lib/prompts/email.js';
import { hidden } from '../../lib/prompts/hidden.js';
import { password } from '../../lib/prompts/password.js';
import { text } from '../../lib/prompts/text.js';
import { promptStage, type PromptStageSettings } from '../../lib/stages/prompt.js';
import { sampleAccount, sampleRedemption } from '../../lib/testing/contracts/sample-enrollment.js';
import { openScene, type Scene } from '../support/executor/scene.js';
import { identityOf, recognized } from '../support/policies/recognized.js';
import { question } from '../support/prompts/question.js';

const words = 'velvet tram over the harbour';
const [ann, bob] = ['ann@example.com', 'bob@elsewhere.example'];
const stageOf = (prompts: PromptStageSettings['prompts'], more: Partial<PromptStageSettings> = {}): AskingStage =>
  promptStage({ name: 'account', prompts, ...more });
const passwords = [
  password({ key: 'password', label: 'P' }),
  password({ key: 'password_repeat', label: 'P', repeats: true }),
];
const code = (required?: (at: StageContext) => boolean) =>
  text({ key: 'invite_code', label: 'Code', ...(required ? { required } : {}) });
const fieldsOf = async (stage: AskingStage, at: StageContext) =>
  (await stage.challenge(at))['fields'] as readonly PromptField[];

describe('a prompt stage for people identified by a source', () => {
  let scene: Scene;
  beforeEach(() => {
    scene = openScene();
  });
  const seen = (identity: PendingIdentity = identityOf(ann), context: Context = {}) =>
    recognized(scene, identity, { context });
  const send = async (
    stage: AskingStage,
    typed: Readonly<Record<string, string>>,
    at: StageContext,
  ): Promise<FieldErrors | StageOutcome> => {
    const parsed = await stage.read(typed, at);
    return parsed.ok ? stage.respond(parsed.value, at) : parsed.errors;
  };

  describe('asks for no password', () => {
    const account = stageOf([text({ key: 'name', label: 'Name' }), ...passwords], { validation: [passwordsMatch()] });

    it('on the page, but does so for everyone else', async () => {
      const keys = async (at: StageContext) => (await fieldsOf(account, at)).map(({ field_key }) => field_key);
      assert.deepEqual(await keys(seen()), ['name']);
      assert.deepEqual(await keys(question()), ['name', 'password', 'password_repeat']);
    });

    it('and reads none: a posted one is ignored', async () => {
      const typed = { name: 'Ann', password: words, password_repeat: `${words}!` };
      const parsed = await account.read(typed, seen());
      assert.deepEqual(parsed, { ok: true, value: { name: 'Ann' } });
      assert.ok(parsed.ok);
      for (const policy of account.validation)
        assert.equal((await policy.check({ ...seen(), answers: parsed.value })).pass, true);
      assert.deepEqual(await send(account, typed, seen()), {
        type: 'completed',
        patch: { prompt_data: { name: 'Ann' } },
        remove: ['password_hash'],
      });
      assert.equal((await account.read({ name: 'Ann' }, question())).ok, false, 'others must type one');
    });

    it('so that a page of passwords alone is skipped', async () => {
      const alone = stageOf(passwords, { validation: [passwordsMatch()] });
      assert.equal(await alone.satisfied(seen()), true);
      assert.equal(await stageOf(passwords).satisfied(seen()), true);
      assert.equal(await alone.satisfied(question({}, scene)), false);
      assert.equal(await account.satisfied(seen()), false);
      assert.equal(await stageOf([]).satisfied(seen()), false);
      const plan = hidden({ key: 'plan', label: 'Plan', initial: 'x' });
      assert.equal(await stageOf([...passwords, plan]).satisfied(seen()), false, 'it has a value to give');
      const terms = definePolicy({ name: 'terms', check: () => false });
      assert.equal(await stageOf(passwords, { validation: [terms] }).satisfied(seen()), false, 'it has a say');
    });

    it('but still for a concealed code', async () => {
      const stage = stageOf([password({ key: 'invite_code', label: 'Code', repeats: true }), ...passwords], {
        validation: [inviteCode()],
      });
      assert.deepEqual(
        (await fieldsOf(stage, seen())).map(({ field_key }) => field_key),
        ['invite_code'],
      );
    });
  });

  describe('with a verified address', () => {
    const stage = stageOf([email({ key: 'email', label: 'Email' })]);

    it('shows it read-only, whatever was typed', async () => {
      const [field] = await fieldsOf(stage, seen());
      assert.ok(field);
      assert.deepEqual([field.type, field.initial_value, field.required], ['text_read_only', ann, false]);
      const view = fieldView(field, {
        id: 'field-email',
        typed: bob,
        errors: [],
        canFocus: false,
        isNext: false,
        enterkeyhint: null,
        text: ({ id }) => id,
        has: () => false,
      });
      assert.deepEqual([view.readonly, view.value, view.required], [true, ann, false]);
    });

    it('uses it, whatever is posted', async () => {
      for (const typed of [{}, { email: '' }, { email: bob }, { email: 'not an address' }])
        assert.deepEqual(await send(stage, typed, seen()), {
          type: 'completed',
          patch: { prompt_data: { email: ann } },
          remove: [],
        });
    });

    it('even if the invitation was bound to another one, as the source’s policy decides', async () => {
      const at = seen(identityOf(ann), { fixed_data: { email: bob } });
      assert.deepEqual(await send(stage, {}, at), {
        type: 'completed',
        patch: { prompt_data: { email: ann } },
        remove: [],
      });
      assert.equal((await fieldsOf(stage, at))[0]?.initial_value, ann);
    });

    it('says so when another user has it here', async () => {
      await scene.people.users.create(sampleAccount({ email: ann, emailVerified: true }), sampleRedemption());
      assert.deepEqual(await send(stage, {}, seen()), { email: [message('prompt.email.taken')] });
    });

    it('asks for every other address, and for an unverified one', async () => {
      const asked = async (at: StageContext, key: string) => {
        const one = stageOf([email({ key, label: 'Email' })]);
        const [field] = await fieldsOf(one, at);
        const outcome = await send(one, { [key]: bob }, at);
        return [field?.type, 'type' in outcome && outcome.type === 'completed' && outcome.patch];
      };
      assert.deepEqual(await asked(seen(), 'second'), ['email', { prompt_data: { second: bob } }]);
      for (const identity of [identityOf(ann, { emailVerified: false }), identityOf(null, { emailVerified: true })])
        assert.deepEqual(await asked(seen(identity), 'email'), ['email', { prompt_data: { email: bob } }]);
    });
  });

  describe('with a source that has an invitation rule', () => {
    const gate = stageOf([code(({ context }) => context.invitation_rule !== 'optional')], {
      validation: [inviteCode()],
    });

    it('never: passes a gate without other fields', async () => {
      const satisfied = (stage: AskingStage, rule: 'never' | 'optional' | 'required') =>
        stage.satisfied(seen(identityOf(ann), { invitation_rule: rule }));
      assert.equal(await satisfied(gate, 'never'), true);
      assert.equal(await satisfied(gate, 'optional'), false);
      assert.equal(await satisfied(gate, 'required'), false);
      const more = stageOf([code(), text({ key: 'name', label: 'Name' })], { validation: [inviteCode()] });
      assert.equal(await satisfied(more, 'never'), false);
      assert.equal(await satisfied(stageOf([text({ key: 'name', label: 'Name' })]), 'never'), false);
    });

    it('optional: page and server both allow a blank code', async () => {
      for (const [rule, required] of [
        ['optional', false],
        ['required', true],
      ] as const) {
        const at = seen(identityOf(ann), { invitation_rule: rule });
        assert.equal((await fieldsOf(gate, at))[0]?.required, required);
        const parsed = await gate.read({ invite_code: ' ' }, at);
        assert.deepEqual(
          parsed,
          required
            ? { ok: false, errors: { invite_code: [message('stage.prompt.required')] } }
            : { ok: true, value: {} },
        );
      }
    });

    it('required: checks the plan’s invitation against the verified address, not the typed one', async () => {
      const { id } = await scene.invitations.manager.create({ email: ann });
      const satisfied = (identity: PendingIdentity, typed: string) =>
        gate.satisfied(seen(identity, { invitation: { id, version: 1 }, prompt_data: { email: typed } }));
      assert.equal(await satisfied(identityOf(ann), bob), true);
      assert.equal(await satisfied(identityOf(bob), ann), false);
      assert.equal(await satisfied(identityOf(null), ann), false);
    });
  });
});
