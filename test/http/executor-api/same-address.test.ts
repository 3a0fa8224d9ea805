import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { defineFlow } from '../../../lib/index.js';
import { dummyStage } from '../../../lib/stages.js';
import { JsonClient } from '../../support/executor-api/json-client.js';
import { openTestApp, type TestApp } from '../../support/http/test-app.js';

const dummy = { component: 'ak-stage-dummy' };

describe('a solved step leads to the address that was asked', () => {
  let app: TestApp;
  before(async () => {
    app = await openTestApp({ executorApi: true, flows: ['cancel', 'steps'].map(twoSteps) });
  });
  after(() => app.close());

  function twoSteps(slug: string): ReturnType<typeof defineFlow> {
    return defineFlow({
      slug,
      title: slug,
      designation: 'authorization',
      target: '/inside',
      stages: [dummyStage({ name: 'first' }), dummyStage({ name: 'second' })],
    });
  }

  /** Where the answer to the first step leads. */
  async function solved(address: string, end = ''): Promise<string> {
    const client = new JsonClient(app, { namesSteps: true });
    const asked = await client.send('GET', address);
    assert.equal(asked.body['name'], 'first', asked.text);
    const [path = '', query = ''] = address.split(/\?(.*)/);
    const headers = { 'x-enrollment-step': client.step };
    const body = JSON.stringify(end === '' ? dummy : {});
    const answer = await client.send('POST', `${path}${end}${query === '' ? '' : `?${query}`}`, headers, body);
    assert.equal(answer.status, 302, answer.text);
    const next = await client.send('GET', answer.location);
    assert.equal(next.body['name'], end === '' ? 'second' : 'first', next.text);
    return answer.location;
  }

  for (const slug of ['cancel', 'steps'])
    for (const query of ['', '?query=', '?query=next=/orders/cancel', '?query=next%3D%2Fcancel%2F&more=/cancel'])
      it(`of the flow ${slug} with ${query === '' ? 'no query' : query}, from its end too`, async () => {
        const address = `/api/v3/flows/executor/${slug}/${query}`;
        assert.equal(await solved(address), address);
        assert.equal(await solved(address, 'cancel/'), address);
      });
});
