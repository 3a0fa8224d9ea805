import assert from 'node:assert/strict';
import express from 'express';
import { after, before, describe, it } from 'mocha';
import supertest from 'supertest';
import { inviteSignupFlow } from '../../../lib/index.js';
import { accountOf } from '../../support/account.js';
import { openTestApp, secrets, signup, type TestApp } from '../../support/http/test-app.js';
import { Visitor } from '../../support/http/visitor.js';
import { issuesOf } from '../../support/options/given.js';

describe('one flow, mounted by itself', () => {
  let testApp: TestApp;
  let app: express.Express;
  before(async () => {
    const staff = inviteSignupFlow({ slug: 'staff', fields: ['username', 'password'] });
    testApp = await openTestApp({ mount: '/join', flows: [signup, staff] });
    app = express();
    app.use(testApp.enrollment.session());
    app.use('/join', testApp.enrollment.flow('invite'));
    app.use((req, res) => void res.status(404).send(`not ours: ${req.originalUrl}`));
  });
  after(() => testApp.close());

  it('has the addresses it has under router(), and the stylesheet', async () => {
    const asked = supertest(app);
    await asked.get('/join/if/flow/invite/').expect(200);
    await asked.get('/join/if/flow/invite').expect(303).expect('location', '/join/if/flow/invite/');
    await asked.get('/join/if/flow/invite/cancel/').expect(303);
    await asked.get(testApp.enrollment.stylesheet).expect(200).expect('content-type', /css/);
    for (const other of ['/join/if/flow/staff/', '/join/if/flow/staff', '/join/if/flow/invite2/', '/join/', '/'])
      await asked.get(other).expect(404, `not ours: ${other}`);
  });

  it('takes a visitor through the whole flow', async () => {
    const visitor = supertest.agent(app);
    const { code } = await testApp.enrollment.invitations.create();
    const step = async (): Promise<string> =>
      /name="enrollment_step" value="([^"]+)"/.exec((await visitor.get('/join/if/flow/invite/')).text)?.[1] ?? '';
    for (const answers of [{ invite_code: code }, accountOf('by-one-flow')]) {
      const signed = { enrollment_step: await step(), ...answers };
      await visitor.post('/join/if/flow/invite/').type('form').send(signed).expect(303);
    }
    assert.equal(testApp.members.at(-1)?.username, 'by-one-flow');
  });

  it('and the whole router still has both', async () => {
    const visitor = new Visitor(testApp);
    for (const slug of ['invite', 'staff']) assert.equal((await visitor.get(`/join/if/flow/${slug}/`)).status, 200);
  });

  it('an unknown slug is refused at once', () =>
    assert.throws(() => testApp.enrollment.flow('no-such'), /there is no flow 'no-such'/));
});

describe('what an enrollment without flows needs', () => {
  const least = { baseUrl: 'https://app.example', secret: secrets[0], production: false };

  it('is a base URL and a secret', () => {
    assert.deepEqual(issuesOf(least), []);
    assert.deepEqual(issuesOf({ ...least, flows: [] }), []);
    assert.deepEqual(issuesOf({ ...least, production: true }), [
      '"redis" is required in production: in memory, plans and invitations are lost with the process',
    ]);
  });

  it('with a flow, users and login are required and reported along with the flow’s mistakes', () => {
    assert.deepEqual(issuesOf({ ...least, flows: [signup, signup] }).slice(0, 2), [
      '"users" is required by "flows": accounts are written through it',
      '"login" is required by "flows": people are signed in through it',
    ]);
  });
});
