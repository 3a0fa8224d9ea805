import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { defineFlow, memoryUsers, password, promptStage, text, username, userWrite } from '../../lib/index.js';
import { textArea } from '../../lib/prompts.js';
import { pythonPolicy } from '../../lib/python.js';
import { openTestApp, type TestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';

/** Of each flow: what its expression does, having read the password. */
const sources = {
  fixed: 'if d["attributes"]["role"] != "x": d["attributes"]["role"] = "external contractor"',
  made: 'd["attributes"]["role"] = d["username"].title() + "@corp.example"',
  shown: 'for i in range(40): ak_logger.info("x", data=str(d))\nd["attributes"]["role"] = "guest"',
  quoted: [
    'import json',
    'd["attributes"]["a"] = [json.dumps(json.dumps(d["attributes"]["bio"]))] * 60',
    'd["attributes"]["role"] = "guest"',
  ].join('\n'),
  prose: 'd["attributes"]["copy"] = [repr(d["attributes"]["bio"])] * 7\nd["attributes"]["role"] = "guest"',
  code: 'd["attributes"]["role"] = "by " + d["code"]\nd["attributes"]["n"] = -int(d["code"])',
  nameOfCode: 'd["username"] = d["code"]',
  known: 'd["attributes"]["role"] = "vip" if d["code"] == "VIP-2026" else "guest"\nd["attributes"]["quota"] = 5',
  named: 'd["attributes"]["name"] = d["username"] + " " + d["attributes"]["role"]',
  record: 'd["attributes"] = {"role": [d["code"]], "more": 1}',
} as const;

const flows = Object.entries(sources).map(([slug, source]) =>
  defineFlow({
    slug,
    title: slug,
    designation: 'enrollment',
    stages: [
      promptStage({
        name: 'form',
        prompts: [
          username({ key: 'username', label: 'Username' }),
          text({ key: 'attributes.role', label: 'Role', required: false }),
          text({ key: 'code', label: 'Code', required: false }),
          textArea({ key: 'attributes.bio', label: 'Bio', required: false }),
          password({ key: 'password', label: 'Password', minLength: 8 }),
        ],
        validation: [
          pythonPolicy(`d = context["prompt_data"]\np = d["password"]\n${source}\nreturn True`, { consumes: ['code'] }),
        ],
      }),
      userWrite({ name: 'write', attributes: ['attributes', 'attributes.role', 'attributes.bio'] }),
    ],
  }),
);

describe('a copy of a password or a code in what an expression leaves', () => {
  const store = memoryUsers();
  let app: TestApp;
  before(async () => {
    app = await openTestApp({ users: store.users, redemptions: store.redemptions, registration: 'open', flows });
  });
  after(() => app.close());

  type Typed = Readonly<Record<string, string>>;
  let made = 0;
  /** The attributes of the account; a number: the form was refused so. */
  async function signUp(slug: keyof typeof sources, typed: Typed): Promise<unknown> {
    const visitor = new Visitor(app);
    await visitor.open(`/if/flow/${slug}/`);
    const username = typed['username'] ?? `user-${String((made += 1))}`;
    const sent = await visitor.submit({
      'attributes.role': 'admin',
      password: 'a quiet lamp in rain',
      ...typed,
      username,
    });
    const account = await store.users.findByLogin('username', username.toLowerCase());
    if (sent.status === 303) return account?.data?.['attributes'];
    assert.equal(account, null);
    return sent.status;
  }

  const errors = (): string => app.log.map(({ fields: { err } }) => String(err)).join();

  it('of a password refuses the form: what the expression corrects never stays as it was typed', async () => {
    assert.deepEqual(await signUp('fixed', {}), { role: 'external contractor' });
    for (const password of ['external contractor', 'External-Contractor', 'contractor'])
      assert.equal(await signUp('fixed', { password }), 422, password);
    assert.match(errors(), /sets in prompt_data \(attributes\.role\) has a password in it/);
  });

  it('is none where the password stands in another answer, too', async () => {
    assert.deepEqual(await signUp('made', { username: 'Alice-2024', password: 'Alice-2024' }), {
      role: 'Alice-2024@corp.example',
    });
    assert.equal(await signUp('made', { username: 'bob-2024', password: 'Bob-2024@corp' }), 422);
  });

  it('is looked for whatever was logged before, and where it cannot be, the form is refused', async () => {
    const bio = '\\a'.repeat(950);
    assert.deepEqual(await signUp('shown', { 'attributes.bio': bio }), { bio, role: 'guest' });
    assert.match(JSON.stringify(app.log), /"fields":"•••"/);
    const quoting = { password: '\\\\n\\n\\\\a\\n\\\\b\\\\\\n\\t', 'attributes.bio': '\\\\n\\n'.repeat(250) };
    assert.equal(await signUp('quoted', quoting), 422);
    assert.match(errors(), /\([a-z.•]+\) could not be searched to its end/);
  });

  it('costs ordinary texts little: 14 kB with line breaks and quotation marks are kept', async () => {
    const bio = 'I said "hello", it\'s fine.\nC:\\notes\\new é\n'.repeat(40);
    const kept = await signUp('prose', { 'attributes.bio': bio.slice(0, 1800) });
    assert.equal(typeof kept, 'object');
  });

  it('is none of a password that is made as the value is: of other answers, with anything between', async () => {
    const typed = { username: 'ada.lovelace', 'attributes.role': 'of Lon-don' };
    const made = { role: 'of Lon-don', name: 'ada.lovelace of Lon-don' };
    assert.deepEqual(await signUp('named', { ...typed, password: 'Ada Lovelace of Lon-don' }), made);
    assert.deepEqual(await signUp('made', { username: 'ada-love-lace', password: 'ada love lace' }), {
      role: 'Ada-Love-Lace@corp.example',
    });
  });

  it('of a code refuses the form: no code that a visitor chooses takes away what the expression sets', async () => {
    const code = '88417362951';
    for (const slug of ['code', 'record', 'nameOfCode'] as const) assert.equal(await signUp(slug, { code }), 422, slug);
    assert.match(errors(), /sets in prompt_data \(attributes\.role\) has a code in it/);
    assert.doesNotMatch(JSON.stringify(app.log), /88417362951/);
    for (const typed of ['guest', 'Guest', '5', '-5', '05'])
      assert.equal(await signUp('known', { code: typed }), 422, typed);
    assert.equal(await signUp('known', { code: 'QUOTA' }), 422, 'a name that the expression makes');
    assert.deepEqual(await signUp('known', { code: 'ROLE' }), { role: 'guest', quota: 5 }, 'the name of a field');
    assert.deepEqual(await signUp('known', { code: 'hello' }), { role: 'guest', quota: 5 });
    assert.deepEqual(await signUp('known', { code: 'VIP-2026' }), { role: 'vip', quota: 5 });
  });
});
