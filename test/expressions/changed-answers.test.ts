import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { defineFlow, memoryUsers, password, promptStage, text, username, userWrite } from '../../lib/index.js';
import { checkbox, date, number, radioButtonGroup } from '../../lib/prompts.js';
import { pythonPolicy } from '../../lib/python.js';
import { openTestApp, type TestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';

/** Ways to leave `VALUE` as the answer to `KEY`. */
const ways: Readonly<Record<string, string>> = {
  assigned: 'd["KEY"] = VALUE',
  updated: 'd.update({"KEY": VALUE})',
  keyword: 'd.update(KEY=VALUE)',
  joined: 'd |= dict(KEY=VALUE)',
  popped: 'd.pop("KEY", None)\nd["KEY"] = VALUE',
  whole: 'context["prompt_data"] = {"username": d["username"], "KEY": VALUE}',
  copied: 'request.context["prompt_data"] = {**d, "KEY": VALUE}',
  alias: 'x = context\nx["prompt_data"]["KEY"] = VALUE',
};

/** Ways to leave none. */
const without: Readonly<Record<string, string>> = {
  popped: 'd.pop("KEY", None)',
  deleted: 'if "KEY" in d:\n  del d["KEY"]',
  none: 'd["KEY"] = None',
  cleared: 'name = d["username"]\nd.clear()\nd["username"] = name',
  whole: 'context["prompt_data"] = {"username": d["username"]}',
};

/** What each kind of field is left with, what a visitor types, and a value that the field cannot have. */
const kinds = {
  note: { value: '"left"', kept: 'left', typed: 'typed', other: '[1]' },
  age: { value: '7', kept: 7, typed: '5', other: '"seven"' },
  day: { value: '"2020-01-02"', kept: '2020-01-02', typed: '2019-01-01', other: '5.5' },
  color: { value: '"red"', kept: 'red', typed: 'blue', other: '{"a": 1}' },
  news: { value: 'True', kept: true, typed: 'yes', other: '"yes"' },
} as const;

const nested: Readonly<Record<string, { readonly source: string; readonly left: unknown }>> = {
  member: { source: 'd["attributes"]["team"] = "guests"', left: { org: 'Org', team: 'guests' } },
  flat: { source: 'd["attributes.team"] = "guests"', left: { org: 'Org', team: 'guests' } },
  updated: { source: 'd["attributes"].update(team="guests")', left: { org: 'Org', team: 'guests' } },
  alias: { source: 'x = d["attributes"]\nx |= {"team": "guests"}', left: { org: 'Org', team: 'guests' } },
  replaced: { source: 'd["attributes"] = {"team": "guests"}', left: { team: 'guests' } },
  readAndReplaced: { source: 'd["attributes"].get("team")\nd["attributes"] = {"only": 1}', left: { only: 1 } },
  wholeReplaced: {
    source: 'context["prompt_data"] = {"username": d["username"], "attributes": {"only": {"deep": 1}}}',
    left: { only: { deep: 1 } },
  },
  emptied: { source: 'd["attributes"] = {}', left: undefined },
  cleared: { source: 'd["attributes"].clear()', left: undefined },
  popped: { source: 'd.pop("attributes")', left: undefined },
  none: { source: 'd["attributes"] = None', left: undefined },
  list: { source: 'd["attributes"] = [1]', left: [1] },
  innerNone: { source: 'd["attributes"]["org"] = None', left: { team: 'TYPED' } },
  memberPopped: { source: 'd["attributes"].pop("org")', left: { team: 'TYPED' } },
};

const fields = [...Object.keys(kinds), 'pin', 'attributes', 'attributes.org', 'attributes.team'];

function flowOf(slug: string, policies: readonly string[], consumes: readonly string[] = []) {
  return defineFlow({
    slug,
    title: slug,
    designation: 'enrollment',
    stages: [
      promptStage({ name: 'earlier', prompts: [text({ key: 'attributes.org', label: 'Org' })] }),
      promptStage({
        name: 'form',
        prompts: [
          username({ key: 'username', label: 'Username' }),
          text({ key: 'note', label: 'Note', required: false }),
          number({ key: 'age', label: 'Age', required: false }),
          number({ key: 'pin', label: 'Pin', required: false }),
          date({ key: 'day', label: 'Day', required: false }),
          radioButtonGroup({ key: 'color', label: 'Color', required: false, choices: ['red', 'blue'] }),
          checkbox({ key: 'news', label: 'News', required: false }),
          text({ key: 'attributes.team', label: 'Team', required: false }),
          password({ key: 'password', label: 'Password', required: false }),
        ],
        validation: policies.map((source, at) =>
          pythonPolicy(`d = context["prompt_data"]\n${source}\nreturn True`, { name: `p${String(at)}`, consumes }),
        ),
      }),
      userWrite({ name: 'write', attributes: fields }),
    ],
  });
}

describe('what an expression leaves in prompt_data', () => {
  const sources = new Map<string, { readonly policies: readonly string[]; readonly consumes?: readonly string[] }>();
  const slugOf = (policies: readonly string[], consumes: readonly string[] = []): string => {
    const slug = `f-${String(sources.size)}`;
    sources.set(slug, { policies, consumes });
    return slug;
  };
  const cases: { readonly name: string; readonly check: () => Promise<void> }[] = [];
  const store = memoryUsers();
  let app: TestApp;

  type Typed = Readonly<Record<string, string>>;
  async function dataOf(slug: string, typed: Typed = {}): Promise<Readonly<Record<string, unknown>> | number> {
    const visitor = new Visitor(app);
    await visitor.open(`/if/flow/${slug}/`);
    await visitor.follow(await visitor.submit({ 'attributes.org': 'Org' }));
    const username = `u-${String((made += 1))}`;
    const sent = await visitor.submit({ username, ...typed });
    if (sent.status !== 303) return sent.status;
    return (await store.users.findByLogin('username', username))?.data ?? {};
  }
  let made = 0;

  for (const [key, kind] of Object.entries(kinds)) {
    const filled = { [key]: kind.typed };
    for (const [way, source] of Object.entries(ways)) {
      const slug = slugOf([source.replaceAll('KEY', key).replaceAll('VALUE', kind.value)]);
      cases.push({
        name: `${key}, ${way}`,
        check: async () => {
          for (const typed of [{}, filled]) {
            const data = await dataOf(slug, typed);
            assert.deepEqual(
              typeof data === 'object' ? data[key] : data,
              kind.kept,
              `${slug} ${JSON.stringify(typed)}`,
            );
          }
        },
      });
    }
    for (const [way, source] of Object.entries(without)) {
      const slug = slugOf([source.replaceAll('KEY', key)]);
      cases.push({
        name: `${key}, without: ${way}`,
        check: async () => {
          for (const typed of [{}, filled]) {
            const data = await dataOf(slug, typed);
            assert.deepEqual(
              typeof data === 'object' ? (data[key] ?? null) : data,
              null,
              `${way} ${JSON.stringify(typed)}`,
            );
          }
        },
      });
    }
    const other = slugOf([`d["${key}"] = ${kind.other}`]);
    cases.push({
      name: `${key}, of another kind`,
      check: async () => {
        for (const typed of [{}, filled]) assert.equal(await dataOf(other, typed), 422, `${key}: ${kind.other}`);
      },
    });
  }
  for (const [way, { source, left }] of Object.entries(nested)) {
    const slug = slugOf([source]);
    cases.push({
      name: `attributes, ${way}`,
      check: async () => {
        const data = await dataOf(slug, { 'attributes.team': 'TYPED' });
        assert.deepEqual(typeof data === 'object' ? data['attributes'] : data, left);
      },
    });
  }

  const untyped =
    'ak_logger.info("asked")\nd["note"] = str(d["note"]).lower()\nd["attributes"]["team"] = str(d["attributes"]["team"]).lower()';
  const unfit = ['["guest", "trial"]', '[]', 'False', '("guest",)', '{"a": 1}'].flatMap((value) =>
    ['d["note"]', 'd["attributes"]["team"]'].map((place) => slugOf([`${place} = ${value}`, untyped])),
  );
  const unfitCode = slugOf(['d["note"] = ["x"]', 'd["age"] = 1'], ['note']);
  const refilled = slugOf(['d.pop("attributes")', 'd["attributes"] = {"more": 1}']);
  const many = slugOf([
    'for i in range(400): d[f"attributes.line{i}"] = "w"\nfor i in range(300): d[f"a{i}.b.c"] = 1',
    'd.pop("attributes")\nfor key in list(d):\n  if key[0] == "a": del d[key]',
  ]);
  const tooMany = slugOf([
    'for i in range(4000): d[f"attributes.line{i}"] = "w"\nfor i in range(3000): d[f"a{i}.b.c"] = 1',
  ]);
  const tooLarge = slugOf(['d["attributes"]["big"] = ["\u00e9" * 1000] * 20']);
  const deep = slugOf(['d[".".join("a" * 8000)] = 1']);
  const blankText = slugOf(['assert d["note"] == "" and "age" not in d', 'd.pop("note")', 'assert "note" not in d']);
  const setDefault = slugOf(['d.setdefault("note", "x")\nd.setdefault("age", 3)', 'assert d["age"] == 3']);
  const filledTwice = slugOf(['if not d["note"]: d["note"] = "one"', 'd["note"] += "two"']);
  const beside = slugOf(['d["attributes"]["more"] = 1']);
  const wrong = slugOf(['d["age"] = 1.5']);
  const unknown = slugOf(['d["color"] = "green"']);
  const secret = slugOf(['d["password"] = "set by the expression"\nd["attributes"]["password"] = 1']);
  const code = slugOf(['d["note"] = str(d["pin"])\nd["age"] = d["pin"]\nprint(d["pin"])'], ['pin']);

  before(async () => {
    const flows = [...sources].map(([slug, { policies, consumes }]) => flowOf(slug, policies, consumes));
    app = await openTestApp({ users: store.users, redemptions: store.redemptions, registration: 'open', flows });
  });
  after(() => app.close());

  it('is stored, however it got there, of each kind, blank or not; what the field cannot have is refused', async () => {
    await Promise.all(cases.map(({ check }) => check()));
  });

  it('of a kind that the field cannot have refuses the form at once: no later policy gets what was typed', async () => {
    const typed = { note: 'Admin', 'attributes.team': 'Admin' };
    for (const slug of [...unfit, unfitCode]) assert.equal(await dataOf(slug, typed), 422, slug);
    assert.equal(app.log.filter(({ fields: { policy } }) => policy === 'p1').length, 0);
  });

  it('of a text that was left blank is the empty text; a number that was left blank is missing', async () => {
    assert.equal(typeof (await dataOf(blankText)), 'object');
    assert.deepEqual(await dataOf(setDefault), { age: 3, news: false, attributes: { org: 'Org' } });
    assert.deepEqual(await dataOf(filledTwice), { note: 'onetwo', news: false, attributes: { org: 'Org' } });
    assert.deepEqual(await dataOf(beside), { news: false, attributes: { org: 'Org', more: 1 } });
  });

  it('is read as a typed answer is: a number out of steps and an unknown choice are said beside the field', async () => {
    assert.equal(await dataOf(wrong), 422);
    assert.equal(await dataOf(unknown), 422);
  });

  it('is taken over in time that grows with the number of keys; keys with more parts than the limit, and more than a plan takes, are refused', async () => {
    const begun = performance.now();
    assert.deepEqual(await dataOf(many, { 'attributes.team': 'typed' }), { news: false });
    assert.equal(await dataOf(tooMany), 422);
    assert.equal(await dataOf(tooLarge), 422);
    const took = performance.now() - begun;
    assert.ok(took < 2000, `${String(took)} ms`);
    assert.equal(await dataOf(deep), 422);
    assert.ok(app.log.some(({ fields: { err } }) => /prompt_data has \d+ bytes; 16384/.test(JSON.stringify(err))));
    assert.ok(app.log.some(({ fields: { err } }) => /more than 80 parts/.test(JSON.stringify(err))));
    assert.deepEqual(await dataOf(refilled, { 'attributes.team': 'typed' }), { news: false, attributes: { more: 1 } });
  });

  it('is no password of a blank field, and no code that a number asks', async () => {
    assert.deepEqual(await dataOf(secret), {
      news: false,
      attributes: { org: 'Org', password: 1 },
    });
    assert.equal(await dataOf(code, { pin: '73915524' }), 422);
    assert.doesNotMatch(JSON.stringify(app.log), /73915524/);
  });
});
