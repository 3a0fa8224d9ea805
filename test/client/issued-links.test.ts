import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { createFlowClient } from '../../lib/client.js';
import { defineFlow, promptStage, text, userWrite } from '../../lib/index.js';
import { dummyStage } from '../../lib/stages.js';
import { jarFetch } from '../support/client/jar-fetch.js';
import { assertDocumented } from '../support/executor-api/documented.js';
import { JsonClient } from '../support/executor-api/json-client.js';
import { member } from '../support/http/sign-in-app.js';
import { openTestApp, signup, type TestApp } from '../support/http/test-app.js';

const button = { component: 'ak-stage-dummy' } as const;
const prompt = 'ak-stage-prompt';

describe('issued links of two users at one client', () => {
  let app: TestApp;
  let count = 0;
  before(async () => {
    const named = defineFlow({
      slug: 'name',
      title: 'Your name',
      designation: 'stage_configuration',
      authentication: 'require_token',
      target: '/done',
      stages: [
        dummyStage({ name: 'hello' }),
        promptStage({ name: 'typed', prompts: [text({ key: 'name', label: 'Name' })] }),
        userWrite({ name: 'write', creationMode: 'never_create' }),
      ],
    });
    app = await openTestApp({ executorApi: true, flows: [named, signup] });
  });
  after(() => app.close());

  interface Linked {
    readonly url: string;
    readonly query: string;
    readonly name: () => Promise<string>;
  }

  /** A new user with the link of theirs. */
  async function linked(): Promise<Linked> {
    const { id } = await member(app, `user-${(count += 1)}`);
    const { url } = await app.enrollment.flowLink({ flow: 'name', user: id });
    const name = async (): Promise<string> => JSON.stringify((await app.users.findById(id))?.name);
    return { url, query: new URL(url).search.slice(1), name };
  }

  for (const credentials of ['cookie', 'bearer'] as const) {
    it(`write into the account of each, by ${credentials}`, async () => {
      const [ann, bob] = [await linked(), await linked()];
      const jar = jarFetch(app.url);
      const settings = { baseUrl: app.url, slug: 'name', credentials, fetch: jar.fetch };
      const client = createFlowClient({ ...settings, query: ann.query });
      await client.current();
      await client.solve(button);
      const other = client.at(bob.url);
      assert.equal((await other?.current())?.component, button.component);
      await other?.solve(button);
      const before = await ann.name();
      await other?.solve({ component: prompt, name: 'Bobby' });
      assert.deepEqual([await ann.name(), await bob.name()], [before, '"Bobby"']);
      await assertDocumented(app, jar.answers);
    });

    it(`do nothing with an answer that was for the other's, by ${credentials}`, async () => {
      const [ann, bob] = [await linked(), await linked()];
      const names = [await ann.name(), await bob.name()];
      const client = new JsonClient(app, { byBearer: credentials === 'bearer', namesSteps: true });
      await client.get('name', ann.query);
      await client.post('name', button, ann.query);
      const answer = await client.post('name', { component: prompt, name: 'Other' }, bob.query);
      assert.equal(answer.body.component, button.component, answer.text);
      assert.deepEqual([await ann.name(), await bob.name()], names);
    });
  }
});
