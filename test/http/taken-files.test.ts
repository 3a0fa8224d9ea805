import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import type { Json } from '../../lib/base/json.js';
import { defineFlow, memoryUsers, promptStage, userLogin, username, userWrite } from '../../lib/index.js';
import { file } from '../../lib/prompts.js';
import { pythonPolicy } from '../../lib/python.js';
import { dummyStage } from '../../lib/stages.js';
import { JsonClient } from '../support/executor-api/json-client.js';
import { openTestApp, type TestApp } from '../support/http/test-app.js';
import { waitUntil } from '../support/wait-until.js';

/** What a policy does with the file, and whether the file is kept; the account has it as `picture` or `x`. */
const rows: readonly (readonly [slug: string, does: string, isKept: boolean])[] = [
  ['left', 'pass', true],
  ['popped', 'd.pop("picture")', false],
  ['cleared', 'u = d["username"]\nd.clear()\nd["username"] = u', false],
  ['none', 'd["picture"] = None', false],
  ['moved', 'd["x"] = d.pop("picture")', true],
  // Which refuses the form.
  ['replaced', 'd["picture"] = "another"', false],
];

describe('a file whose answer a policy takes away', () => {
  const store = memoryUsers();
  const discarded: Json[] = [];
  let app: TestApp;
  let count = 0;
  before(async () => {
    const flow = (slug: string, does: string, isLast: boolean) =>
      defineFlow({
        slug,
        title: slug,
        designation: 'enrollment',
        stages: [
          promptStage({
            name: 'about',
            prompts: [
              username({ key: 'username', label: 'Name' }),
              file({
                key: 'picture',
                label: 'Picture',
                accept: ['image/*'],
                maxBytes: 1_000,
                async store({ stream }) {
                  for await (const chunk of stream) assert.ok(chunk.length > 0);
                  count += 1;
                  return { value: `file-${slug}` };
                },
                discard: (value) => void discarded.push(value),
              }),
            ],
            validation: [
              pythonPolicy(`d = context["prompt_data"]\n${does}\nreturn True`, { name: 'take', fields: ['picture'] }),
            ],
          }),
          ...(isLast ? [] : [dummyStage({ name: 'end' })]),
          userWrite({ name: 'write', attributes: ['picture', 'x'] }),
          userLogin({ name: 'login' }),
        ],
      });
    app = await openTestApp({
      users: store.users,
      redemptions: store.redemptions,
      registration: 'open',
      executorApi: true,
      flows: rows.flatMap(([slug, does]) => [flow(`${slug}-page`, does, false), flow(`${slug}-last`, does, true)]),
    });
  });
  after(() => app.close());

  for (const [slug, , isKept] of rows)
    for (const after of ['page', 'last'])
      it(`${slug}: is ${isKept ? 'kept' : 'discarded'}, ${after === 'page' ? 'a page before' : 'with'} the write`, async () => {
        const client = new JsonClient(app);
        const name = `${slug}-${after}`;
        await client.get(name);
        const parts = [
          'Content-Disposition: form-data; name="component"\r\n\r\nak-stage-prompt',
          `Content-Disposition: form-data; name="username"\r\n\r\n${name}`,
          'Content-Disposition: form-data; name="picture"; filename="me.png"\r\nContent-Type: image/png\r\n\r\nPNG',
        ];
        const body = `${parts.map((part) => `--b\r\n${part}\r\n`).join('')}--b--\r\n`;
        const stored = count;
        const type = { 'content-type': 'multipart/form-data; boundary=b', 'x-enrollment-step': client.step };
        const sent = await client.send('POST', client.path(name), type, body);
        assert.equal(count, stored + 1, sent.text);
        if (after === 'page') await client.post(name, { component: 'ak-stage-dummy' });
        const user = await store.users.findByLogin('username', name);
        const value = `file-${name}`;
        const { picture, x } = user?.data ?? {};
        assert.deepEqual([picture ?? x ?? null], [isKept ? value : null]);
        if (!isKept)
          await waitUntil(
            () => discarded.includes(value) || undefined,
            () => `${value} is not discarded`,
          );
        else assert.ok(!discarded.includes(value));
        const refused = app.log.filter(
          ({ text, fields }) => /in place of a file/.test(text) && fields['flow'] === name,
        );
        assert.equal(refused.length, slug === 'replaced' ? 1 : 0);
      });
});
