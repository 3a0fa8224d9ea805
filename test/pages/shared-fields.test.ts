import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { isJsonList, isJsonObject, type JsonObject } from '../../lib/base/json.js';
import type { Context } from '../../lib/flow/context.js';
import { literal } from '../../lib/flow/policy.js';
import type { PageForm } from '../../lib/pages/page-model.js';
import { email } from '../../lib/prompts/email.js';
import { inviteCodePrompt } from '../../lib/prompts/invite-code.js';
import { password } from '../../lib/prompts/password.js';
import { text } from '../../lib/prompts/text.js';
import { username } from '../../lib/prompts/username.js';
import { promptStage } from '../../lib/stages/prompt.js';
import { form, prompt, samplePages } from '../support/pages/samples.js';
import { question } from '../support/prompts/question.js';

let asked = 0;
const helped = text({
  key: 'help',
  label: 'Help',
  subText: () => literal(`Page ${String((asked += 1))}`),
});
const mail = email({ key: 'email', label: 'Email' });
const stage = promptStage({
  name: 'account',
  prompts: [username({ key: 'username', label: 'Username' }), mail, password({ key: 'password', label: 'P' }), helped],
});
const other = promptStage({ name: 'other', prompts: [mail] });

async function fieldsOf(of: typeof stage, context: Context = {}): Promise<readonly JsonObject[]> {
  const { fields } = await of.challenge({ ...question(), context });
  assert.ok(isJsonList(fields));
  return fields.filter(isJsonObject);
}

describe('fields that follow from the configuration alone', () => {
  it('are one frozen object for all pages; those with a value or a computed text are not', async () => {
    const [one, two] = [await fieldsOf(stage), await fieldsOf(stage)];
    const known = await fieldsOf(stage, { prompt_data: { email: 'ann@example.com' } });
    const isShared = (fields: readonly JsonObject[]) => fields.map((field, at) => field === one[at]);
    assert.deepEqual(isShared(two), [true, true, true, false]);
    assert.deepEqual(isShared(known), [true, false, true, false]);
    assert.equal(known[1]?.['initial_value'], 'ann@example.com');
    assert.ok(Object.isFrozen(one[0]) && Object.isFrozen(one[0]?.['label']));
    // At another place on another page it has another order.
    assert.equal((await fieldsOf(other))[0]?.['order'], 0);
    assert.equal((await fieldsOf(stage))[1], one[1]);
  });

  it('are two objects where the plan decides whether an answer is needed', async () => {
    const gate = promptStage({ name: 'code', prompts: [inviteCodePrompt()] });
    const [needed] = await fieldsOf(gate);
    const [optional] = await fieldsOf(gate, { invitation_rule: 'optional' });
    assert.deepEqual([needed?.['required'], optional?.['required']], [true, false]);
    assert.equal((await fieldsOf(gate))[0], needed);
    assert.equal((await fieldsOf(gate, { invitation_rule: 'optional' }))[0], optional);
  });

  it('leave nothing of a page on the next one', async () => {
    const pages = samplePages({ languages: ['de'] });
    const draw = async (more: Partial<PageForm> = {}, locale = 'en', context: Context = {}) =>
      pages
        .render({ ...prompt(await fieldsOf(stage, context), { form: form(more) }), locale })
        .replace(/Page \d+/, 'Page');
    const blank = await draw();
    const german = await draw({}, 'de');
    assert.notEqual(german, blank);
    const typed = { username: 'ann', email: 'ann@example.com' };
    const others = [
      await draw({ typed }),
      await draw({ typed, errors: { username: [literal('This name is taken.')] } }),
      await draw({ errors: { email: [literal('This address is taken.')] } }),
      await draw({ focus: 'email' }),
      await draw({}, 'en', { prompt_data: { email: 'bob@example.com' } }),
    ];
    assert.equal(new Set([blank, german, ...others]).size, 7);
    assert.match(others[2] ?? '', /This address is taken/);
    assert.match(others[3] ?? '', /name="email"[^>]* autofocus/);
    assert.match(others[4] ?? '', /value="bob@example.com"/);
    assert.equal(await draw(), blank);
    assert.equal(await draw({}, 'de'), german);
  });

  it('are drawn anew by other pages: with scripts or without', async () => {
    const fresh = samplePages();
    const html = fresh.render(prompt(await fieldsOf(stage)));
    const plain = samplePages({ scripts: false }).render(prompt(await fieldsOf(stage)));
    assert.match(html, /data-show=/);
    assert.doesNotMatch(plain, /data-show=/);
  });
});
