import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'mocha';
import { createFlowClient, type Challenge, type FlowClient } from '../../lib/client.js';
import { accountSettings } from '../../lib/flows.js';
import { defineFlow, definePolicy, promptStage, signInFlow, text } from '../../lib/index.js';
import { dummyStage } from '../../lib/stages.js';
import { password } from '../support/account.js';
import { isCampaign, itInCampaign } from '../support/campaign.js';
import { jarFetch, type JarFetch } from '../support/client/jar-fetch.js';
import { assertDocumented } from '../support/executor-api/documented.js';
import { member } from '../support/http/sign-in-app.js';
import { openTestApp, signup, type TestApp } from '../support/http/test-app.js';

const button = { component: 'ak-stage-dummy' } as const;
const note = { component: 'ak-stage-prompt', note: 'hello' } as const;

const titleOf = ({ page }: Challenge): string => page?.title ?? '';
const errorOf = ({ response_errors: errors }: Challenge): string => errors?.['component']?.[0]?.string ?? '';

for (const credentials of ['cookie', 'bearer'] as const)
  describe(`the client of a flow, by ${credentials}, where the plan ends or its visitor changes`, () => {
    const notes: unknown[] = [];
    const forEveryone = { designation: 'stage_configuration', authentication: 'none', target: '/inside' } as const;
    const buttons = defineFlow({
      ...forEveryone,
      slug: 'buttons',
      title: 'Buttons',
      stages: ['One', 'Two', 'Three'].map((title) => dummyStage({ name: title.toLowerCase(), title })),
    });
    const noted = definePolicy({
      name: 'noted',
      consumes: ['note'],
      check: ({ answers }) => notes.push(answers['note']) > 0,
    });
    const twoNotes = defineFlow({
      ...forEveryone,
      slug: 'notes',
      title: 'Notes',
      stages: ['first', 'second'].map((name) =>
        promptStage({ name, title: name, prompts: [text({ key: 'note', label: 'Note' })], validation: [noted] }),
      ),
    });
    let app: TestApp;
    let jar: JarFetch;
    before(async () => {
      app = await openTestApp({
        executorApi: true,
        flows: [
          signInFlow({ slug: 'sign-in', target: '/inside' }),
          ...accountSettings({ fields: ['name'] }),
          buttons,
          twoNotes,
          signup,
        ],
      });
      await member(app, 'ann');
      await member(app, 'bob');
    });
    after(() => app.close());
    beforeEach(() => {
      jar = jarFetch(app.url);
      notes.length = 0;
    });

    const open = (slug: string): FlowClient =>
      createFlowClient({ baseUrl: app.url, slug, credentials, fetch: jar.fetch });

    async function signIn(name: string): Promise<void> {
      const client = createFlowClient({ baseUrl: app.url, slug: 'sign-in', fetch: jar.fetch });
      await client.current();
      await client.solve({ component: 'ak-stage-identification', uid_field: name, password });
      assert.equal(await jar.me(), name);
    }

    async function signOut(): Promise<void> {
      await jar.browser.post('/sign-out', {});
      assert.equal(await jar.me(), null);
    }

    it('cancel and restart end the plan of a signed-in user, at any challenge and before the first', async () => {
      await signIn('ann');
      for (const end of ['cancel', 'restart'] as const) {
        const client = open('buttons');
        await client.current();
        assert.equal(titleOf(await client.solve(button)), 'Two');
        assert.equal(titleOf(await client[end]()), 'One');
        assert.equal(titleOf(await client.solve(button)), 'Two');
        // Another tab, or another client, which has not seen a plan yet.
        assert.equal(titleOf(await open('buttons')[end]()), 'One');
      }
      const over = open('buttons');
      await over.current();
      for (let solved = 0; solved < 3; solved += 1) await over.solve(button);
      await assert.rejects(over.solve(button), { code: 'nothing_to_solve' });
      assert.equal(titleOf(await over.restart()), 'One');

      const settings = open('account-profile');
      await settings.current();
      const left = await settings.cancel();
      assert.equal(left.component === 'xak-flow-redirect' && left.to, '/if/flow/account/');
      assert.equal((await settings.restart()).component, 'ak-stage-prompt');
      await assertDocumented(app, jar.answers);
    });

    it('of two clicks on one challenge, the second is answered as the first', async () => {
      for (const name of ['', 'ann']) {
        if (name !== '') await signIn(name);
        const client = open('buttons');
        await client.current();
        const both = await Promise.all([client.solve(button), client.solve(button)]);
        assert.deepEqual(both.map(titleOf), ['Two', 'Two']);
        const ends = await Promise.all([client.restart(), client.cancel()]);
        assert.deepEqual([ends.map(titleOf), ends.map(errorOf)], [Array(2).fill('One'), Array(2).fill('')]);
      }
      const client = open('notes');
      await client.current();
      const both = await Promise.all([client.solve(note), client.solve(note)]);
      assert.deepEqual([both.map(titleOf), notes], [['second', 'second'], ['hello']]);
    });

    // By bearer, the plan outlives the sign-out: it is the client's, and Ann's answers count once she is back.
    for (const next of credentials === 'cookie' ? (['no one', 'bob', 'ann'] as const) : (['no one', 'bob'] as const))
      (credentials === 'cookie' ? it : itInCampaign)(
        `after a sign-out, with ${next} signed in since, every call ends with the present challenge`,
        async () => {
          for (const isAhead of isCampaign ? [false, true] : [next === 'bob'])
            for (const slug of ['notes', 'account-profile'])
              for (const call of ['solve', 'cancel', 'restart'] as const) {
                jar = jarFetch(app.url);
                await signIn('ann');
                const client = open(slug);
                await client.current();
                await signOut();
                if (next !== 'no one') await signIn(next);
                // In another tab, the flow has begun anew.
                if (isAhead) await open(slug).current();
                const shown = call === 'solve' ? await client.solve({ ...note, name: 'Ann' }) : await client[call]();
                const about = `${slug} ${call} ${JSON.stringify(shown)}`;
                const isRefused = slug === 'account-profile' && next === 'no one';
                // The plan of a bearer could be ended, and its visitor goes on where settings begin.
                if (isRefused && credentials === 'bearer' && call === 'cancel')
                  assert.equal(shown.component, 'xak-flow-redirect', about);
                else assert.equal(shown.component, isRefused ? 'ak-stage-access-denied' : 'ak-stage-prompt', about);
                if (call === 'solve' && !isRefused)
                  assert.match(errorOf(shown), /session expired|been signed out|Another account/, about);
                assert.deepEqual(notes, [], about);
                assert.ok(app.members.every(({ name }) => name !== 'Ann'));
              }
        },
      );

    it('where the flow refuses the visitor, and the browser has no plan of it, it is refused again', async () => {
      const client = open('account-profile');
      for (const call of ['current', 'cancel', 'restart'] as const)
        assert.equal((await client[call]()).component, 'ak-stage-access-denied', call);
      await assert.rejects(client.solve(note), { code: 'nothing_to_solve' });
    });
  });
