import assert from 'node:assert/strict';
import { after, describe, it } from 'mocha';
import * as kit from '../../lib/index.js';
import { dropdown, fromContext, textReadOnly } from '../../lib/prompts.js';

const { users, redemptions } = kit.memoryUsers();
const enrollment = kit.createEnrollment({
  baseUrl: 'http://localhost:3000/join',
  users,
  redemptions,
  registration: 'open',
  login: kit.sessionLogin(),
  languages: ['en', 'de'],
  brand: { name: 'Club', links: { terms: '/terms' } },
  logger: { info: () => undefined, warn: () => undefined, error: () => undefined },
  flows: [
    kit.defineFlow({
      slug: 'join',
      title: 'Join',
      designation: 'enrollment',
      intro: 'A club of readers.',
      stages: [
        kit.promptStage({
          name: 'team',
          prompts: [
            textReadOnly({ key: 'company', label: 'Company', initial: fromContext('fixed_data.company') }),
            dropdown({
              key: 'team',
              label: 'Team',
              choices: ({ context }) => {
                if (context.fixed_data === undefined) throw new Error('no company is known');
                return ['red'];
              },
            }),
            kit.username({ key: 'username', label: 'Username' }),
          ],
        }),
        kit.promptStage({ name: 'about', prompts: [kit.text({ key: 'about', label: 'About you' })] }),
        kit.userWrite({ name: 'write', attributes: ['team', 'about'] }),
        kit.userLogin({ name: 'login' }),
      ],
    }),
  ],
});

describe('a preview of a stage', () => {
  after(() => enrollment.close());
  const { preview } = enrollment.views;
  const team = { flow: 'join', stage: 'team' };

  it('is its page with the given context and language', async () => {
    const context = { fixed_data: { company: 'Acme <b>' } };
    const { html, problems } = await preview({ ...team, context, locale: 'de' });
    assert.deepEqual(problems, []);
    assert.match(html, /<html lang="de"/);
    assert.match(html, /value="Acme &lt;b&gt;"[^]*readonly/);
    assert.match(html, /<option value="red">red/);
  });

  it('has what visitors see around the form: steps, who invited, the language switch, consent on the last page', async () => {
    const context = { fixed_data: { company: 'Acme' }, inviter_name: 'Ann' };
    const [first, invited, last] = [
      await preview({ ...team, context: { fixed_data: context.fixed_data } }),
      await preview({ ...team, context }),
      await preview({ ...team, stage: 'about' }),
    ].map(({ html }) => html.replace(/[\u2068\u2069]/g, ''));
    assert.match(first ?? '', />Step 1 of 2<[^]*>A club of readers\.<[^]*value="de" formnovalidate lang="de"/);
    assert.match(invited ?? '', />Ann invited you to Club\.</);
    assert.match(last ?? '', />Step 2 of 2<[^]*class="enrollment-consent"[^]*href="\/terms"/);
    assert.doesNotMatch(`${first}${invited}`, /enrollment-consent/);
    assert.doesNotMatch(last ?? '', /A club of readers/);
  });

  it('reports what a function of a prompt throws', async () => {
    assert.deepEqual(await preview(team), { html: '', problems: ['no company is known'] });
  });

  it('names what does not exist or has no page', async () => {
    await assert.rejects(preview({ ...team, flow: 'jion' }), /there is no flow 'jion'; did you mean "join"\?/);
    await assert.rejects(preview({ ...team, stage: 'taem' }), /there is no stage 'taem'; did you mean "team"\?/);
    await assert.rejects(preview({ ...team, stage: 'write' }), /has no page/);
  });
});
