import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'mocha';
import {
  defineFlow,
  inviteCode,
  inviteCodePrompt,
  inviteSignupFlow,
  promptStage,
  text,
  userLogin,
  username,
  userWrite,
  type CreatedInvitation,
  type EnrollmentOptions,
  type MemoryUser,
} from '../../lib/index.js';
import { accountOf } from '../support/account.js';
import { member } from '../support/http/sign-in-app.js';
import { openTestApp, type TestApp, type TestAppOptions } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';
import { hostileTexts } from '../support/pages/hostile-texts.js';
import { viewFolder } from '../support/pages/view-folder.js';
import { startRedis, type TestRedis } from '../support/redis-server.js';

type DisplayName = NonNullable<NonNullable<EnrollmentOptions<MemoryUser>['inviters']>['displayName']>;

/** The code and the name on one page, and a page after it. */
const together = defineFlow({
  slug: 'together',
  title: 'Join',
  designation: 'enrollment',
  stages: [
    promptStage({
      name: 'both',
      prompts: [inviteCodePrompt(), username({ key: 'username', label: 'Name' })],
      validation: [inviteCode()],
    }),
    promptStage({ name: 'more', prompts: [text({ key: 'team', label: 'Team' })] }),
    userWrite({ name: 'user-write', attributes: ['team'] }),
    userLogin({ name: 'user-login' }),
  ],
});

const introIn = (page: { readonly text: string }): string | undefined =>
  /<p class="enrollment-heading__intro">([^<]*)</.exec(page.text)?.[1];

for (const stores of ['memory', 'Redis']) {
  describe(`the name of who invited, over ${stores}`, () => {
    let redis: TestRedis | undefined;
    let testApp: TestApp;
    before(async () => {
      redis = stores === 'Redis' ? await startRedis() : undefined;
    });
    after(() => redis?.stop());
    afterEach(() => testApp.close());

    async function open(displayName: DisplayName, more: TestAppOptions = {}): Promise<Visitor> {
      await redis?.client().flushall();
      testApp = await openTestApp({
        inviters: { displayName },
        brand: { name: 'Kopi Club' },
        ...(redis === undefined ? {} : { redis: redis.url, clock: { now: () => Date.now() } }),
        ...more,
      });
      await testApp.enrollment.ready();
      return new Visitor(testApp);
    }

    /** The code of an invitation that the account of this name issued. */
    async function invitationOf(name: string): Promise<CreatedInvitation> {
      const { id } = await member(testApp, name);
      const created = await testApp.enrollment.invitations.create({ inviter: id });
      testApp.canaries.add(created.code);
      return created;
    }

    it('is shown once the code is accepted, on each page after it and on none before', async () => {
      const visitor = await open((inviter) => inviter?.username);
      const { code } = await invitationOf('wayan');
      assert.doesNotMatch((await visitor.open()).text, /wayan|invited you to/);
      assert.doesNotMatch((await visitor.submit({ invite_code: 'NO-SUCH-CODE' })).text, /wayan|invited you to/);
      const account = await visitor.follow(await visitor.submit({ invite_code: code }));
      assert.equal(introIn(account), 'wayan invited you to Kopi Club.');
      assert.equal(introIn(await visitor.submit({ username: '' })), 'wayan invited you to Kopi Club.');
      assert.equal(introIn(await visitor.open()), 'wayan invited you to Kopi Club.');
      assert.equal((await visitor.submit(accountOf('ann'))).status, 303);
    });

    it('is not shown to a visitor who only opens a link, but after its code is accepted', async () => {
      let asked = 0;
      const visitor = await open((inviter) => `${String((asked += 1))} ${inviter?.username ?? ''}`);
      const { code } = await invitationOf('wayan');
      const page = await visitor.open(`${testApp.page}?invite=${code}`);
      assert.ok(page.text.includes(code));
      assert.equal(introIn(page), undefined);
      assert.equal(asked, 0);
      await visitor.follow(await visitor.submit({ invite_code: code }));
      assert.equal(introIn(visitor.page), '1 wayan invited you to Kopi Club.');
      await visitor.open();
      assert.equal(asked, 1);
    });

    it('goes with its invitation: a page that asks for the code again names no one, and the next code counts', async () => {
      const visitor = await open((inviter, { creator }) => inviter?.username ?? creator, { flows: [together] });
      const { invitations } = testApp.enrollment;
      const { code } = await invitationOf('wayan');
      await visitor.open();
      await visitor.follow(await visitor.submit({ invite_code: code, username: 'ann' }));
      assert.equal(introIn(visitor.page), 'wayan invited you to Kopi Club.');
      await member(testApp, 'ann');
      const again = await visitor.submit({ team: 'red' });
      assert.match(again.text, /already taken/);
      assert.doesNotMatch(again.text, /wayan|invited you to/);
      const withCode = async (other: CreatedInvitation, name: string): Promise<string | undefined> => {
        const page = await visitor.follow(await visitor.submit({ invite_code: other.code, username: name }));
        assert.match(visitor.step, /^more/);
        return introIn(page);
      };
      const byOffice = await invitations.create({ creator: 'The office' });
      assert.equal(await withCode(byOffice, 'bob'), 'The office invited you to Kopi Club.');
      await member(testApp, 'bob');
      await visitor.submit({ team: 'red' });
      assert.equal(await withCode(await invitations.create(), 'carl'), undefined);
    });

    it('is missing in a plan of an earlier process, which goes on without it', async () => {
      const visitor = await open((inviter) => inviter?.username);
      await visitor.enterCode((await invitationOf('wayan')).code);
      if (redis !== undefined) {
        const client = redis.client();
        const [key = ''] = (await client.keys('*:plan:*')).filter((name) => !name.includes(':limit:'));
        const stored = (await client.get(key)) ?? '';
        assert.match(stored, /"inviter_name":"wayan",/);
        await client.set(key, stored.replace('"inviter_name":"wayan",', ''), 'KEEPTTL');
        assert.equal(introIn(await visitor.open()), undefined);
      }
      assert.equal((await visitor.submit(accountOf('ann'))).status, 303);
    });

    it('is text: markup, directions and control characters do nothing, and a long one is cut', async () => {
      let name = '';
      const visitor = await open(() => name);
      const { code } = await testApp.enrollment.invitations.create({ uses: 100 });
      for (name of [...Object.values(hostileTexts), '\ud800\u202eann\0\n', '{brand}', 'x'.repeat(1_000_000)]) {
        const guest = new Visitor(testApp);
        await guest.enterCode(code);
        const intro = introIn(guest.page) ?? assert.fail(name.slice(0, 50));
        assert.match(intro, / invited you to Kopi Club\.$/);
        assert.doesNotMatch(intro, /[<"\ud800\u202a-\u202e\0\n]/);
        assert.ok(intro.replace(/&[^;]+;/g, '.').length <= 80 + ' invited you to Kopi Club.'.length + 2);
      }
      name = hostileTexts.bidirectional;
      await visitor.enterCode(code);
      assert.match(introIn(visitor.page) ?? '', /^\u2068مرحبا abc def 123-456 \(!\)\u2069 invited/);
    });
  });
}

describe('a name of who invited that cannot be had', () => {
  let testApp: TestApp;
  afterEach(() => testApp.close());

  for (const [what, displayName, reason] of [
    [
      'an exception',
      () => {
        throw new Error('no table');
      },
      /^inviters\.displayName failed: no table$/,
    ],
    ['a rejection', () => Promise.reject(new Error('no row')), /no row/],
    ['no answer', () => new Promise<null>(() => undefined), /no answer within 2000 ms/],
    ['a number', () => 7 as unknown as string, /neither a text nor null/],
    ['nothing', () => undefined, null],
    ['a blank', () => ' \u200b', null],
  ] as const satisfies readonly (readonly [string, DisplayName, RegExp | null])[])
    it(`${what} is no name, and the sign-up goes on`, async () => {
      testApp = await openTestApp({ inviters: { displayName } });
      const visitor = new Visitor(testApp);
      const { code } = await testApp.enrollment.invitations.create();
      await visitor.enterCode(code);
      assert.equal(introIn(visitor.page), undefined);
      assert.equal((await visitor.submit(accountOf('ann'))).status, 303);
      const logged = testApp.log.filter(({ level }) => level === 'error').map(({ text }) => text);
      assert.equal(logged.length, reason === null ? 0 : 1);
      if (reason !== null) assert.match(logged[0] ?? '', reason);
    });
});

describe('a page with an intro of its own', () => {
  it('keeps it, and its template can still name who invited', async () => {
    const testApp = await openTestApp({
      inviters: { displayName: () => 'Wayan' },
      views: viewFolder({ 'slots/before-form.ejs': '<p>By <bdi><%= locals.page.inviter %></bdi></p>' }),
      flows: [
        inviteSignupFlow({
          slug: 'invite',
          intro: 'Readers come by invitation.',
          fields: ['username'],
          wording: { account: { intro: 'Others see your name.' } },
        }),
      ],
    });
    try {
      const visitor = new Visitor(testApp);
      assert.equal(introIn(await visitor.open()), 'Readers come by invitation.');
      assert.match(visitor.page.text, /<p>By <bdi><\/bdi><\/p>/);
      await visitor.enterCode((await testApp.enrollment.invitations.create()).code);
      assert.equal(introIn(visitor.page), 'Others see your name.');
      assert.match(visitor.page.text, /<p>By <bdi>Wayan<\/bdi><\/p>/);
    } finally {
      await testApp.close();
    }
  });
});
