import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { importFlowFiles } from '../../lib/flow-files.js';
import { memoryUsers } from '../../lib/index.js';
import { fakeClock } from '../../lib/testing/fake-clock.js';
import { openTestApp, type TestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';

const expressions: Readonly<Record<string, string>> = {
  nested: 'context["prompt_data"]["attributes"]["extra"] = "E"\nreturn True',
  flat: 'request.context["prompt_data"]["attributes.extra"] = "E"\nreturn True',
  record: 'context["prompt_data"]["attributes"] = {"team": "guests", "extra": {"level": 1}}\nreturn True',
  gone: 'context["prompt_data"]["attributes"].pop("team")\nreturn True',
  none: 'context["prompt_data"]["attributes"] = None\nreturn True',
  canonical: 'd = context["prompt_data"]\nd["username"] = "  UP-" + d["username"]\nreturn True',
  wrong: 'context["prompt_data"]["username"] = "no name"\nreturn True',
  rights: 'context["prompt_data"].update(is_superuser=True, password="typed", groups=["staff"])\nreturn "attributes"',
};
const wheres = ['validation', 'binding'] as const;

/** A flow whose expression judges the form, or decides about its write. */
const fileOf = (slug: string, expression: string, where: (typeof wheres)[number]): string => `version: 1
entries:
  - model: authentik_flows.flow
    id: flow
    identifiers: { slug: ${slug} }
    attrs: { title: T, designation: enrollment }
  - model: authentik_policies_expression.expressionpolicy
    id: policy
    identifiers: { name: ${slug}-policy }
    attrs: { expression: ${JSON.stringify(expression)} }
  - model: authentik_stages_prompt.prompt
    id: username
    identifiers: { name: ${slug}-username }
    attrs: { field_key: username, label: User, type: username, required: true }
  - model: authentik_stages_prompt.prompt
    id: team
    identifiers: { name: ${slug}-team }
    attrs: { field_key: attributes.team, label: Team, type: text, required: true }
  - model: authentik_stages_prompt.promptstage
    id: ask
    identifiers: { name: ${slug}-ask }
    attrs: { fields: [!KeyOf username, !KeyOf team], validation_policies: [${where === 'validation' ? '!KeyOf policy' : ''}] }
  - model: authentik_stages_user_write.userwritestage
    id: write
    identifiers: { name: ${slug}-write }
    attrs: { user_creation_mode: always_create }
  - model: authentik_stages_user_login.userloginstage
    id: login
    identifiers: { name: ${slug}-login }
  - model: authentik_flows.flowstagebinding
    identifiers: { target: !KeyOf flow, stage: !KeyOf ask, order: 10 }
  - model: authentik_flows.flowstagebinding
    id: binding
    identifiers: { target: !KeyOf flow, stage: !KeyOf write, order: 20 }
    attrs: { evaluate_on_plan: false, re_evaluate_policies: true }
  - model: authentik_flows.flowstagebinding
    identifiers: { target: !KeyOf flow, stage: !KeyOf login, order: 30 }
${
  where === 'validation'
    ? ''
    : `  - model: authentik_policies.policybinding
    identifiers: { target: !KeyOf binding, policy: !KeyOf policy, order: 0 }
`
}`;

describe('attributes that an expression of a flow file sets', () => {
  const clock = fakeClock();
  const store = memoryUsers({ clock });
  let app: TestApp;
  before(async () => {
    const files = Object.entries(expressions).flatMap(([name, expression]) =>
      wheres.map((where) => ({ file: `${name}-${where}`, text: fileOf(`${name}-${where}`, expression, where) })),
    );
    const { flows, problems } = importFlowFiles(files);
    assert.deepEqual(problems, []);
    app = await openTestApp({ clock, users: store.users, redemptions: store.redemptions, registration: 'open', flows });
  });
  after(() => app.close());

  async function dataOf(slug: string, username = slug): Promise<unknown> {
    const visitor = new Visitor(app);
    await visitor.open(`/if/flow/${slug}/`);
    const privileges = {
      'attributes.extra': 'typed',
      'attributes.level': '9',
      attributes: 'typed',
      is_superuser: 'true',
    };
    const sent = await visitor.submit({ username: slug, 'attributes.team': 'administrators', ...privileges });
    if (sent.status !== 303) return /Use letters, digits[^<]*/.exec(sent.text)?.[0];
    return (await store.users.findByLogin('username', username))?.data;
  }

  for (const where of wheres)
    it(`are written to the account, by a policy of the ${where}; what a form adds is not`, async () => {
      const extra = { attributes: { team: 'administrators', extra: 'E' } };
      assert.deepEqual(await dataOf(`nested-${where}`), extra);
      assert.deepEqual(await dataOf(`flat-${where}`), extra);
      assert.deepEqual(await dataOf(`record-${where}`), { attributes: { team: 'guests', extra: { level: 1 } } });
      assert.deepEqual(await dataOf(`gone-${where}`), {});
      assert.deepEqual(await dataOf(`none-${where}`), {});
      const typed = { attributes: { team: 'administrators' } };
      assert.deepEqual(await dataOf(`canonical-${where}`, `up-canonical-${where}`), typed);
      assert.match(String(await dataOf(`wrong-${where}`)), /^Use letters, digits/);
      assert.deepEqual(await dataOf(`rights-${where}`), typed);
    });

  it('a static prompt below `attributes` is written, whatever policies there are; a text that is shown is not', async () => {
    const text = fileOf('shown', 'return True', 'binding')
      .replace(/ {2}- model: authentik_policies[^]*?(?= {2}- model)/g, '')
      .replace(/ {2}- model: authentik_policies[^]*$/, '')
      .replace(
        'attributes.team, label: Team, type: text, required: true',
        'attributes.team, label: Team, type: static, initial_value: guests',
      )
      .replace(
        /( {2}- model: authentik_stages_prompt.promptstage)/,
        '  - {model: authentik_stages_prompt.prompt, id: rules, identifiers: {name: rules}, attrs: {field_key: rules, label: R, type: static, initial_value: Be kind}}\n$1',
      )
      .replace('!KeyOf team]', '!KeyOf team, !KeyOf rules]');
    const { flows, problems } = importFlowFiles([{ file: 'shown', text }]);
    assert.deepEqual(problems, []);
    const users = memoryUsers({ clock });
    const shown = await openTestApp({ clock, ...users, registration: 'open', flows });
    try {
      const visitor = new Visitor(shown);
      await visitor.open('/if/flow/shown/');
      await visitor.submit({ username: 'bea', 'attributes.team': 'administrators', rules: 'typed' });
      const data = (await users.users.findByLogin('username', 'bea'))?.data;
      assert.deepEqual(data, { attributes: { team: 'guests' } });
    } finally {
      await shown.close();
    }
  });
});
