import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { defineFlow } from '../../lib/flow/flow.js';
import { definePolicy, inviteCode, promptStage, type Prompt } from '../../lib/index.js';
import { inviteCodePrompt, text } from '../../lib/prompts.js';
import { dummyStage } from '../../lib/stages.js';
import { pythonPolicy } from '../../lib/python.js';
import { storedPlans } from '../support/http/redis-snapshot.js';
import { openTestApp, type TestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';
import { startRedis, type TestRedis } from '../support/redis-server.js';

const reads = `
d = context["prompt_data"]
code = d["invite_code"]
d["kept"] = "yes"
d["invite_code"] = code.strip().upper()
print("seen", code, d, code.lower())
ak_logger.warning("seen " + code.upper(), code=code.replace("-", ""))
ak_message("Welcome with " + code.upper())
return True
`;

/** Each is a copy. */
const copies = [
  'd["copy"] = code',
  'd["text"] = "code: " + code.strip().upper().replace("-", " ")',
  'd["list"] = [code.lower()]',
];

/** The same code is known by the kit's own kind, by another policy, and by the expression itself. */
const stages: Readonly<
  Record<string, readonly [Prompt, (source: string, seen: unknown[]) => ReturnType<typeof definePolicy>[]]>
> = {
  kind: [inviteCodePrompt({}), (source) => [inviteCode(), pythonPolicy(source, { name: 'reads' })]],
  other: [
    text({ key: 'invite_code', label: 'Code' }),
    (source, seen) => [
      pythonPolicy(source, { name: 'reads' }),
      definePolicy({
        name: 'consumes',
        consumes: ['invite_code'],
        check: ({ answers }) => seen.push(answers['invite_code']) > 0,
      }),
    ],
  ],
  own: [
    text({ key: 'invite_code', label: 'Code' }),
    (source) => [pythonPolicy(source, { name: 'reads', consumes: ['invite_code'] })],
  ],
};

describe('a code that an expression reads', () => {
  let redis: TestRedis;
  let app: TestApp;
  const seen: unknown[] = [];
  before(async () => {
    redis = await startRedis();
    const sources = [...copies.map((copy) => reads.replace('\nreturn', `\n${copy}\nreturn`)), reads];
    const asked = Object.entries(stages).flatMap(([slug, [prompt, validation]]) =>
      sources.map((source, at) => ({
        slug: at < copies.length ? `${slug}-${String(at)}` : slug,
        prompt,
        validation: (kept: unknown[]) => validation(source, kept),
      })),
    );
    const flows = asked.map(({ slug, prompt, validation }) =>
      defineFlow({
        slug,
        title: slug,
        designation: 'authorization',
        stages: [
          promptStage({ name: 'code', prompts: [prompt], validation: validation(seen) }),
          dummyStage({ name: 'next' }),
        ],
      }),
    );
    app = await openTestApp({ flows, redis: redis.url, clock: { now: () => Date.now() } });
    await app.enrollment.ready();
  });
  after(async () => {
    await app.close();
    await redis.stop();
  });

  for (const slug of Object.keys(stages))
    it(`is in no plan and no log, known by ${slug === 'kind' ? 'its prompt' : `the consumes of ${slug === 'own' ? 'its' : 'another'} policy`}`, async () => {
      for (const spelled of [(code: string) => code, (code: string) => code.toLowerCase()]) {
        await redis.client().flushdb();
        const sent = spelled((await app.enrollment.invitations.create({ uses: 9 })).code);
        const visitor = new Visitor(app);
        await visitor.open(`/if/flow/${slug}/`);
        const answer = await visitor.submit({ invite_code: sent });
        assert.equal(answer.status, 303, answer.text);
        const plans = (await storedPlans(redis.client())).join('\n');
        assert.match(plans, /"kept":"yes"/);
        const loose = new RegExp([...sent.replaceAll('-', '')].join('[ -]*'), 'i');
        assert.doesNotMatch(plans, loose);
        assert.doesNotMatch(JSON.stringify(app.log), loose);
      }
      assert.ok(app.log.some(({ fields }) => fields['policy'] === 'reads'));
      // The next policy of the form sees it as this one has left it.
      if (slug === 'other') assert.match(String(seen.at(-1)), /^[0-9A-Z-]+$/);
    });

  for (const slug of Object.keys(stages))
    it(`refuses the form where it is copied, known by the flow "${slug}"`, async () => {
      await redis.client().flushdb();
      const { code } = await app.enrollment.invitations.create({ uses: 9 });
      for (const at of copies.keys()) {
        const visitor = new Visitor(app);
        await visitor.open(`/if/flow/${slug}-${String(at)}/`);
        assert.equal((await visitor.submit({ invite_code: code })).status, 422);
      }
      const loose = new RegExp([...code.replaceAll('-', '')].join('[ -]*'), 'i');
      assert.doesNotMatch((await storedPlans(redis.client())).join('\n') + JSON.stringify(app.log), loose);
    });
});
