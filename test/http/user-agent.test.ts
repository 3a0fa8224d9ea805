import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { defineFlow } from '../../lib/index.js';
import { conditionalPolicy } from '../../lib/policies.js';
import { dummyStage } from '../../lib/stages.js';
import { openTestApp, type TestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';

describe('what the client says that it is', () => {
  let app: TestApp;
  before(async () => {
    const condition = {
      type: 'compare',
      variable: 'request.user_agent',
      operator: 'contains',
      value: 'robot',
    } as const;
    const robots = conditionalPolicy({ version: 2, actions: [{ type: 'condition', condition }] });
    const stages = [dummyStage({ name: 'page' })];
    app = await openTestApp({
      flows: [
        defineFlow({ slug: 'robots', title: 'Robots', designation: 'authorization', policies: [robots], stages }),
      ],
    });
  });
  after(() => app.close());

  const statusFor = async (userAgent: string): Promise<number> =>
    (await new Visitor(app, { headers: { 'user-agent': userAgent } }).open('/if/flow/robots/')).status;

  it('is read by policies of a flow, its first 200 characters', async () => {
    assert.equal(await statusFor('A robot'), 200);
    assert.equal(await statusFor('Mozilla/5.0'), 403);
    assert.equal(await statusFor(`${'x'.repeat(200)} robot`), 403);
  });
});
