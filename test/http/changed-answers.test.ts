import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { definePolicy, memoryUsers, promptStage, userLogin, userWrite, type Policy } from '../../lib/index.js';
import { defineFlow } from '../../lib/flow/flow.js';
import { checkbox, email, password, text, username } from '../../lib/prompts.js';
import { pythonPolicy } from '../../lib/python.js';
import { fakeClock } from '../../lib/testing/fake-clock.js';
import { openTestApp, type TestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';

const typedPassword = 'a tram that crosses the harbor';

const python = (...lines: string[]): Policy =>
  pythonPolicy(['d = context["prompt_data"]', ...lines, 'return True'].join('\n'), { name: 'change' });

/** Validation policies that change answers of the form that they judge, as authentik's do. */
const policies: Readonly<Record<string, Policy | readonly Policy[]>> = {
  assigned: python(
    'd["username"] = d["email"].split("@")[0]',
    'd["attributes"]["team"] = "guests"',
    'd["attributes"]["news"] = False',
  ),
  flat: python('d["attributes.team"] = "guests"', 'd["username"] = "u-" + d["username"]'),
  code: definePolicy({
    name: 'change',
    writes: ['prompt_data'],
    check: () => ({ pass: true, patch: { prompt_data: { attributes: { team: 'guests' } } } }),
  }),
  canonical: python('d["username"] = "  Ann." + d["username"]', 'd["email"] = d["email"].upper()'),
  taken: python('d["username"] = "typed-code"'),
  wrong: python('d["email"] = "no address"', 'd["attributes"]["team"] = ""'),
  twice: [
    python('d["attributes"]["team"] = "one"', 'd["username"] = d["username"].upper()', 'd["note"] = "seen"'),
    python('d["attributes"]["team"] += " two " + d["note"] + " " + d["username"]'),
  ],
  whole: python('context["prompt_data"] = {**d, "username": "w-" + d["username"], "attributes": {"team": "whole"}}'),
  updated: python('d.update(username="u-updated")', 'd["attributes"].pop("team")', 'd["attributes"].clear()'),
  cleared: python('d.clear()', 'd["username"] = "c-cleared"', 'd["email"] = "mail-cleared@example.com"'),
  half: python('d["note"] = "\\ud800"'),
  otherkind: python('d["attributes"]["team"] = 5', 'd["attributes"]["news"] = 0', 'd["password"] = "x"'),
  flag: python('d["attributes"]["news"] = "no"'),
  listed: python('d["attributes"]["team"] = ("guests",)'),
};

describe('answers that a validation policy changes', () => {
  const clock = fakeClock();
  const store = memoryUsers({ clock });
  let app: TestApp;
  before(async () => {
    app = await openTestApp({
      clock,
      users: store.users,
      redemptions: store.redemptions,
      registration: 'open',
      flows: Object.entries(policies).map(([slug, policy]) =>
        defineFlow({
          slug,
          title: slug,
          designation: 'enrollment',
          stages: [
            promptStage({
              name: 'account',
              prompts: [
                username({ key: 'username', label: 'Name' }),
                email({ key: 'email', label: 'Email' }),
                password({ key: 'password', label: 'Password' }),
                text({ key: 'attributes.team', label: 'Team' }),
                checkbox({ key: 'attributes.news', label: 'News' }),
              ],
              validation: [policy].flat(),
            }),
            userWrite({ name: 'write', attributes: ['attributes.team', 'attributes.news'] }),
            userLogin({ name: 'login' }),
          ],
        }),
      ),
    });
  });
  after(() => app.close());

  async function signUp(slug: string): Promise<Readonly<Record<string, unknown>>> {
    const visitor = new Visitor(app);
    await visitor.open(`/if/flow/${slug}/`);
    const sent = await visitor.submit({
      username: `typed-${slug}`,
      email: `mail-${slug}@example.com`,
      password: typedPassword,
      'attributes.team': 'administrators',
      'attributes.news': 'on',
    });
    if (sent.status !== 303)
      return {
        status: sent.status,
        errors: [...sent.text.matchAll(/class="enrollment-field__error"[^>]*>([^<]*)</g)].map(([, text]) =>
          text?.trim(),
        ),
      };
    const user = (await store.users.findByLogin('email', `mail-${slug}@example.com`)) ?? assert.fail('no account');
    return { username: user.username, data: user.data };
  }

  it('are what is stored', async () => {
    assert.deepEqual(await signUp('assigned'), {
      username: 'mail-assigned',
      data: { attributes: { team: 'guests', news: false } },
    });
  });

  it('by a flat key, too', async () => {
    assert.deepEqual(await signUp('flat'), {
      username: 'u-typed-flat',
      data: { attributes: { team: 'guests', news: true } },
    });
  });

  it('and by a policy of the app', async () => {
    assert.deepEqual(await signUp('code'), {
      username: 'typed-code',
      data: { attributes: { team: 'guests', news: true } },
    });
  });

  it('are read as typed ones are: canonical, and refused with a sentence beside the field', async () => {
    const { username } = await signUp('canonical');
    assert.equal(username, 'ann.typed-canonical');
    for (const slug of ['taken', 'wrong']) {
      const { status, errors } = await signUp(slug);
      assert.equal(status, 422, slug);
      assert.ok(Array.isArray(errors));
    }
  });

  it('are seen by the next policy as the one before it left them', async () => {
    const data = { attributes: { team: 'one two seen TYPED-TWICE', news: true } };
    assert.deepEqual(await signUp('twice'), { username: 'typed-twice', data });
  });

  it('may be set all at once, or taken away', async () => {
    assert.deepEqual(await signUp('whole'), { username: 'w-typed-whole', data: { attributes: { team: 'whole' } } });
    assert.deepEqual(await signUp('updated'), { username: 'u-updated', data: {} });
    assert.deepEqual(await signUp('cleared'), { username: 'c-cleared', data: {} });
  });

  it('with half of a character are an exception of the policy', async () => {
    assert.equal((await signUp('half'))['status'], 422);
  });

  it('have the kind of their field; a password stays as it was typed', async () => {
    const kept = await signUp('otherkind');
    assert.deepEqual(kept, { username: 'typed-otherkind', data: { attributes: { team: '5', news: false } } });
  });

  it('are refused with a line in the log where the field cannot have their kind', async () => {
    for (const [slug, key] of [
      ['flag', 'attributes.news'],
      ['listed', 'attributes.team'],
    ] as const) {
      assert.equal((await signUp(slug))['status'], 422);
      const { level, fields } = app.log.at(-1) ?? assert.fail('no line');
      assert.deepEqual([level, fields['keys']], ['error', [key]]);
    }
  });
});
