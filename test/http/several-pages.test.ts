import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import { defineFlow, inviteCode, promptStage, text, userLogin, userWrite, username } from '../../lib/index.js';
import { openTestApp, type TestApp } from '../support/http/test-app.js';
import { summaryOnceRedeemed } from '../support/http/await-redeemed.js';
import { Visitor } from '../support/http/visitor.js';

const code = text({ key: 'invite_code', label: 'Code', entryLink: true });
const login = userLogin({ name: 'user-login' });
const write = userWrite({ name: 'user-write', attributes: ['motto'] });

describe('a flow of several pages', () => {
  let testApp: TestApp;
  afterEach(() => testApp.close());

  const stages = [
    promptStage({ name: 'gate', prompts: [code], validation: [inviteCode()] }),
    promptStage({ name: 'name', prompts: [username({ key: 'username', label: 'Name' })] }),
    promptStage({ name: 'more', prompts: [text({ key: 'motto', label: 'Motto' })] }),
  ];

  async function atTheLastPage(name: string, typed: string): Promise<Visitor> {
    const visitor = new Visitor(testApp);
    await visitor.open();
    await visitor.follow(await visitor.submit({ invite_code: typed }));
    await visitor.follow(await visitor.submit({ username: name }));
    assert.equal(visitor.step, 'more 2');
    return visitor;
  }

  it('a name that was taken in the meantime leads back to its page, and on from there', async () => {
    testApp = await openTestApp({
      flows: [
        defineFlow({
          slug: 'long',
          title: 'Join',
          designation: 'enrollment',
          target: '/in',
          stages: [...stages, write, login],
        }),
      ],
    });
    const { code: typed, id } = await testApp.enrollment.invitations.create({ uses: 2 });
    const [first, second] = [await atTheLastPage('ann', typed), await atTheLastPage('ann', typed)];
    assert.equal((await first.submit({ motto: 'first' })).location, '/in');
    const answer = await second.submit({ motto: 'second' });
    assert.equal(answer.status, 422);
    assert.match(answer.text, /already taken/);
    assert.equal(second.step.split(' ')[0], 'name');
    assert.equal((await summaryOnceRedeemed(1, testApp, id)).state, 'open');
    // A reload of the plan's page shows the same step and repeats nothing.
    await second.get(testApp.page);
    assert.equal(second.step.split(' ')[0], 'name');
    await second.follow(await second.submit({ username: 'ben' }));
    assert.equal(second.step.split(' ')[0], 'more');
    assert.equal((await second.submit({ motto: 'second' })).location, '/in');
    assert.equal(await second.me(), 'ben');
    assert.deepEqual(
      testApp.members.map(({ username: name, data }) => [name, data]),
      [
        ['ann', { motto: 'first' }],
        ['ben', { motto: 'second' }],
      ],
    );
  });

  it('an older form of the current page does nothing, and redirects to it with a notice', async () => {
    testApp = await openTestApp({
      flows: [
        defineFlow({
          slug: 'long',
          title: 'Join',
          designation: 'enrollment',
          target: '/in',
          stages: [...stages, write, login],
        }),
      ],
    });
    const { code: typed } = await testApp.enrollment.invitations.create({ uses: 2 });
    const first = await atTheLastPage('ann', typed);
    const second = new Visitor(testApp);
    await second.enterCodeAt('name', typed);
    const older = second.form;
    await second.follow(await second.submit({ username: 'ann' }));
    await first.submit({ motto: 'first' });
    assert.equal((await second.submit({ motto: 'second' })).status, 422);
    assert.equal(second.step, 'name 3');
    const answer = await second.post(older.action, { ...older.hidden, username: 'from-the-older-form' });
    assert.deepEqual([answer.status, answer.location], [303, testApp.page]);
    assert.match((await second.follow(answer)).text, /already completed that step/);
    assert.equal(second.step, 'name 3');
  });

  it('the page with the error accepts its form without being reopened', async () => {
    testApp = await openTestApp({
      flows: [
        defineFlow({
          slug: 'long',
          title: 'Join',
          designation: 'enrollment',
          target: '/in',
          stages: [...stages, write, login],
        }),
      ],
    });
    const { code: typed } = await testApp.enrollment.invitations.create({ uses: 2 });
    const [first, second] = [await atTheLastPage('ann', typed), await atTheLastPage('ann', typed)];
    await first.submit({ motto: 'first' });
    await second.submit({ motto: 'second' });
    const answer = await second.submit({ username: 'ben' });
    assert.equal(answer.status, 303);
    await second.follow(answer);
    assert.equal(second.step.split(' ')[0], 'more');
  });

  it('a page after the write does not write again, and only the end signs in', async () => {
    const asked = promptStage({
      name: 'afterwards',
      prompts: [text({ key: 'motto', label: 'Motto', required: false })],
    });
    const kept = userWrite({ name: 'user-write' });
    const consumes = { ...asked, consumes: [] };
    testApp = await openTestApp({
      flows: [
        defineFlow({
          slug: 'late',
          title: 'Join',
          designation: 'enrollment',
          target: '/in',
          stages: [stages[0]!, stages[1]!, kept, { stage: consumes }, { ...login, consumes: ['motto'] }],
        }),
      ],
    });
    const { code: typed, id } = await testApp.enrollment.invitations.create();
    const visitor = new Visitor(testApp);
    await visitor.open();
    await visitor.follow(await visitor.submit({ invite_code: typed }));
    await visitor.follow(await visitor.submit({ username: 'ann' }));
    assert.equal(visitor.step, 'afterwards 2');
    assert.equal(testApp.members.length, 1);
    assert.equal(await visitor.me(), null);
    await visitor.get(testApp.page);
    assert.equal((await visitor.submit({ motto: 'x' })).location, '/in');
    assert.equal(await visitor.me(), 'ann');
    assert.equal(testApp.members.length, 1);
    assert.equal((await summaryOnceRedeemed(1, testApp, id)).state, 'used_up');
  });

  it('a GET at a stage that acts shows a button, and does nothing', async () => {
    testApp = await openTestApp({
      registration: 'open',
      flows: [
        defineFlow({
          slug: 'silent',
          title: 'Join',
          designation: 'enrollment',
          target: '/in',
          stages: [
            { ...write, needs: [] },
            { ...login, needs: [] },
          ],
        }),
      ],
    });
    const visitor = new Visitor(testApp);
    const page = await visitor.get(testApp.page);
    assert.equal(page.status, 200);
    assert.match(page.text, /One more click/);
    assert.equal(testApp.members.length, 0);
    assert.equal((await visitor.submit({})).status, 403);
    assert.equal(testApp.members.length, 0);
  });
});
