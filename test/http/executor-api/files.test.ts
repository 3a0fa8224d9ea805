import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import type { Json } from '../../../lib/base/json.js';
import { createFlowClient } from '../../../lib/client.js';
import { defineFlow, promptStage, text, userLogin, username, userWrite } from '../../../lib/index.js';
import { checkbox, file } from '../../../lib/prompts.js';
import { assertDocumented } from '../../support/executor-api/documented.js';
import { JsonClient, type JsonAnswer } from '../../support/executor-api/json-client.js';
import { form } from '../../support/html-form.js';
import { openTestApp, signup, type TestApp } from '../../support/http/test-app.js';

const boundary = 'x-boundary-x';
const multipart = { 'content-type': `multipart/form-data; boundary=${boundary}` };
const prompt = 'ak-stage-prompt';

/** A part of a form: a file where it has a type. */
type Part = readonly [name: string, value: string, type?: string];

const body = (parts: readonly Part[]): string =>
  parts
    .map(([name, value, type]) => {
      const head = `--${boundary}\r\nContent-Disposition: form-data; name="${name}"`;
      return type === undefined
        ? `${head}\r\n\r\n${value}\r\n`
        : `${head}; filename="me.png"\r\nContent-Type: ${type}\r\n\r\n${value}\r\n`;
    })
    .join('') + `--${boundary}--\r\n`;

const photo = (content = 'PNG', type = 'image/png'): Part => ['attributes.photo', content, type];
const rest: readonly Part[] = [
  ['component', prompt],
  ['attributes.team', 'red'],
  ['attributes.news', 'false'],
];

describe('files by the JSON of flows', () => {
  let app: TestApp;
  let accounts: unknown[] = [];
  let discarded: Json[] = [];
  let stored: string[] = [];

  beforeEach(async () => {
    [accounts, discarded, stored] = [[], [], []];
    const flow = defineFlow({
      slug: 'join',
      title: 'Join',
      designation: 'enrollment',
      target: '/joined',
      stages: [
        promptStage({
          name: 'about',
          prompts: [
            file({
              key: 'attributes.photo',
              label: 'Photo',
              accept: ['image/*'],
              maxBytes: 50_000,
              async store({ stream }) {
                let content = '';
                for await (const chunk of stream) content += String(chunk);
                stored.push(content);
                return { value: `file-${String(stored.length)}` };
              },
              discard: (value) => void discarded.push(value),
            }),
            text({ key: 'attributes.team', label: 'Team' }),
            checkbox({ key: 'attributes.news', label: 'News', required: false }),
          ],
        }),
        promptStage({ name: 'name', prompts: [username({ key: 'username', label: 'Username' })] }),
        userWrite({ name: 'write', attributes: ['attributes.photo', 'attributes.team', 'attributes.news'] }),
        userLogin({ name: 'login' }),
      ],
    });
    app = await openTestApp({ executorApi: true, flows: [flow, signup], registration: 'open' });
    const { create } = app.users;
    app.users.create = (account, redemption) => {
      accounts.push(account.data);
      return create(account, redemption);
    };
  });
  afterEach(() => app.close());

  async function send(client: JsonClient, parts: readonly Part[], headers = {}, slug = 'join'): Promise<JsonAnswer> {
    const own = { ...multipart, 'x-enrollment-step': client.step, ...headers };
    const answer = await client.send('POST', client.path(slug), own, body(parts));
    return answer.status === 302 ? client.send('GET', answer.location) : answer;
  }
  const firstField = ({ body: { fields } }: JsonAnswer): string | undefined => fields?.[0]?.field_key;
  const written = [{ attributes: { photo: 'file-1', team: 'red', news: false } }];

  for (const byBearer of [false, true])
    it(`a file streams to the app’s function, and its account has it, ${byBearer ? 'by bearer' : 'by cookies'}`, async () => {
      const client = new JsonClient(app, { byBearer });
      const asked = await client.get('join');
      assert.equal(asked.body.fields?.[0]?.type, 'file');
      const named = await send(client, [photo('x'.repeat(40_000)), ...rest]);
      assert.equal(firstField(named), 'username', named.text);
      const done = await client.post('join', { component: prompt, username: 'ann' });
      assert.deepEqual([done.body.to, accounts], ['/joined', written], done.text);
      assert.deepEqual([stored.map(({ length }) => length), discarded], [[40_000], []]);
      await assertDocumented(app, client.answers);
    });

  it('the typed client sends one, and the answer without it says that it is missing', async () => {
    const client = createFlowClient({ baseUrl: app.url, slug: 'join', credentials: 'bearer' });
    await client.current();
    const missing = await client.solve({ component: prompt, 'attributes.team': 'red' });
    assert.ok(missing.response_errors?.['attributes.photo'], JSON.stringify(missing));
    const picture = new File(['PNG'], 'me.png', { type: 'image/png' });
    const named = await client.solve({
      component: prompt,
      'attributes.photo': picture,
      'attributes.team': 'red',
      'attributes.news': false,
    });
    assert.equal(named.response_errors, undefined, JSON.stringify(named));
    await client.solve({ component: prompt, username: 'bob' });
    assert.deepEqual([accounts, stored], [written, ['PNG']]);
  });

  it('a page begins, JSON sends the file, and the page ends it; and the other way round', async () => {
    for (const filesByPage of [false, true]) {
      accounts = [];
      const client = new JsonClient(app);
      const page = await client.browser.get('/if/flow/join/');
      await client.get('join');
      if (filesByPage) {
        const hidden: readonly Part[] = Object.entries(form(page.text).hidden);
        const sent = await client.browser.post('/if/flow/join/', body([...hidden, photo(), ...rest]), multipart);
        assert.equal(sent.status, 303);
        assert.equal(firstField(await client.get('join')), 'username');
        await client.post('join', { component: prompt, username: 'cem' });
      } else {
        await send(client, [photo(), ...rest]);
        const next = await client.browser.get('/if/flow/join/');
        const ended = { ...form(next.text).hidden, username: 'dan' };
        assert.equal((await client.browser.post('/if/flow/join/', ended)).status, 303);
      }
      assert.equal(accounts.length, 1);
    }
    assert.deepEqual([stored.length, discarded], [2, []]);
  });

  it('nothing is stored of a file that is not the client’s own, not current, too large, or of a wrong type', async () => {
    const client = new JsonClient(app);
    await client.get('join');
    const parts = [photo(), ...rest];
    const { step } = client;
    const refused: readonly (readonly [object, number, string])[] = [
      [{ 'x-authentik-csrf': 'x' }, 403, 'csrf_failed'],
      [{ 'x-enrollment-step': step.slice(1) }, 403, 'invalid_step'],
      [{ 'sec-fetch-site': 'cross-site' }, 403, 'foreign_origin'],
      [{ authorization: 'Bearer nothing' }, 401, 'invalid_token'],
    ];
    for (const [headers, status, code] of refused) {
      const answer = await send(client, parts, headers);
      assert.deepEqual([answer.status, answer.body.code], [status, code]);
    }
    const forged = `${step.slice(0, -1)}${step.endsWith('A') ? 'B' : 'A'}`;
    const unknown = await send(client, parts, { 'x-enrollment-step': forged });
    assert.match(unknown.body.response_errors?.['component']?.[0]?.string ?? '', /session expired/, unknown.text);
    const unnamed = await client.send('POST', client.path('join'), multipart, body(parts));
    assert.deepEqual([unnamed.status, unnamed.body.code], [403, 'step_required']);
    const large = await send(client, [photo('x'.repeat(60_000)), ...rest]);
    assert.ok(large.body.response_errors?.['attributes.photo'], large.text);
    const other = await send(client, [photo('%PDF', 'application/pdf'), ...rest]);
    assert.ok(other.body.response_errors?.['attributes.photo'], other.text);
    const flooded = await send(client, [['attributes.team', 'x'.repeat(40_000)]]);
    assert.deepEqual([flooded.status, flooded.body.code], [413, 'too_large'], flooded.text);
    const elsewhere = new JsonClient(app);
    await elsewhere.get('invite');
    const wrong = await send(elsewhere, parts, {}, 'invite');
    assert.deepEqual([wrong.status, wrong.body.code], [415, 'unsupported_media_type']);
    assert.deepEqual(
      stored.filter(({ length }) => length <= 50_000),
      [],
    );

    const named = await send(client, parts);
    assert.equal(firstField(named), 'username', named.text);
    for (const team of ['red', 'blue']) {
      const sent: readonly Part[] = [photo(), rest[0] ?? ['', ''], ['attributes.team', team]];
      const late = await send(client, sent, { 'x-enrollment-step': step });
      assert.deepEqual([firstField(late), late.body.response_errors], ['username', undefined], late.text);
      assert.match(late.body.page?.notice ?? '', /already completed that step/);
    }
    assert.equal(stored.filter(({ length }) => length <= 50_000).length, 1);
    await assertDocumented(app, [...client.answers, ...elsewhere.answers]);
  });

  it('beside a field that is wrong, the file is discarded and asked for again', async () => {
    const client = new JsonClient(app);
    await client.get('join');
    const wrong = await send(client, [['component', prompt], photo()]);
    const errors = wrong.body.response_errors ?? {};
    assert.deepEqual(Object.keys(errors).sort(), ['attributes.photo', 'attributes.team'], wrong.text);
    assert.deepEqual(discarded, ['file-1']);
    const meant = await send(client, [['component', 'ak-stage-password'], photo()]);
    assert.equal(meant.body.response_errors?.['component']?.[0]?.code, 'invalid_choice', meant.text);
    assert.deepEqual(discarded, ['file-1', 'file-2']);
    await assertDocumented(app, client.answers);
  });

  it('beside a field that comes twice, the file of the refused answer is discarded', async () => {
    const client = new JsonClient(app);
    await client.get('join');
    const twice = await send(client, [photo(), ...rest, ['attributes.team', 'blue']]);
    assert.equal(twice.status, 400, twice.text);
    assert.deepEqual(discarded, ['file-1']);
  });

  it('the document has the form where a flow asks for files', async () => {
    const { text: served } = await new JsonClient(app).browser.get('/api/v3/schema/');
    assert.match(served, /"multipart\/form-data"/);
  });
});
