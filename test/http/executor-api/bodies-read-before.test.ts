import assert from 'node:assert/strict';
import express, { type RequestHandler } from 'express';
import { afterEach, describe, it } from 'mocha';
import { signInFlow } from '../../../lib/index.js';
import { password } from '../../support/account.js';
import { JsonClient } from '../../support/executor-api/json-client.js';
import { member, signInPage } from '../../support/http/sign-in-app.js';
import { openTestApp, type TestApp } from '../../support/http/test-app.js';
import { Visitor } from '../../support/http/visitor.js';

const everything = '*/*';
const answer = { component: 'ak-stage-identification', uid_field: 'ann', password };

/** Reads a body, and keeps nothing of it. */
const losesBody: RequestHandler = (req, _res, next) => {
  req.resume();
  req.once('end', () => {
    next();
  });
};

describe('bodies that the app has read before the router', () => {
  let app: TestApp;
  afterEach(() => app.close());

  async function opened(parser: RequestHandler): Promise<void> {
    app = await openTestApp({
      executorApi: true,
      flows: [signInFlow({ slug: 'sign-in', target: '/inside' })],
      before: (server) => void server.use(parser),
    });
    await member(app, 'ann');
  }

  for (const [name, parser] of [
    ['express.json()', express.json()],
    ['express.text()', express.text({ type: everything })],
    ['express.raw()', express.raw({ type: everything })],
  ] as const)
    it(`JSON that ${name} has read is read as by the kit’s own parser`, async () => {
      await opened(parser);
      const client = new JsonClient(app, { namesSteps: true });
      await client.get('sign-in');
      const refused = async (body: string): Promise<readonly unknown[]> => {
        const got = await client.send('POST', client.path('sign-in'), { 'x-enrollment-step': client.step }, body);
        return [got.status, got.body.code];
      };
      if (name !== 'express.json()') {
        assert.deepEqual(await refused('{"component":'), [400, 'parse_error']);
        assert.deepEqual(await refused(JSON.stringify([answer])), [400, 'invalid']);
        assert.deepEqual(await refused(JSON.stringify({ ...answer, more: 'x'.repeat(40_000) })), [413, 'too_large']);
      }
      const done = await client.post('sign-in', answer);
      assert.deepEqual([done.body.to, await client.me()], ['/inside', 'ann'], done.text);
    });

  it('what is lost is a 500, and said in the log, of JSON and of a form', async () => {
    await opened(losesBody);
    const client = new JsonClient(app, { namesSteps: true });
    await client.get('sign-in');
    const failed = await client.post('sign-in', answer);
    assert.deepEqual([failed.status, failed.body.component], [200, 'ak-stage-flow-error'], failed.text);
    const visitor = new Visitor(app);
    await visitor.open(signInPage);
    assert.equal((await visitor.submit({ uid_field: 'ann', password })).status, 500);
    const errors = app.log.filter(({ level }) => level === 'error').map(({ text }) => text);
    assert.equal(errors.length, 2, errors.join('\n'));
    for (const text of errors) assert.match(text, /read before the router/);
  });
});
