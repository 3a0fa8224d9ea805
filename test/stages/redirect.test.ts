import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import {
  defineFlow,
  definePolicy,
  identification,
  inviteCode,
  inviteCodePrompt,
  memoryUsers,
  promptStage,
  signInFlow,
  text,
  userLogin,
  username,
  userWrite,
  type Flow,
  type MemoryUser,
} from '../../lib/index.js';
import { recoveryFlow } from '../../lib/flows.js';
import { dummyStage, redirectStage, userLogout } from '../../lib/stages.js';
import { password } from '../support/account.js';
import { member } from '../support/http/sign-in-app.js';
import type { RawAnswer } from '../support/raw-client.js';
import { openTestApp, signup, type TestApp, type TestAppOptions } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';

const first = promptStage({ name: 'first', prompts: [text({ key: 'team', label: 'Team' })] });
const checked = promptStage({
  name: 'first',
  prompts: [text({ key: 'team', label: 'Team' })],
  validation: [definePolicy({ name: 'reading', fields: ['team'], consumes: ['team'], check: () => true })],
});
const writing = (redirect_stage_target: string) =>
  definePolicy({
    name: 'writing',
    writes: ['redirect_stage_target'],
    check: () => ({ pass: true, patch: { redirect_stage_target } }),
  });
const flow = (slug: string, stages: Parameters<typeof defineFlow>[0]['stages'], more: object = {}): Flow =>
  defineFlow({ slug, title: slug, designation: 'authorization', target: '/end', stages, ...more });
/** Shows what the context of its plan has. */
const seen = (slug: string, more: object = {}): Flow =>
  flow(
    slug,
    [
      {
        stage: dummyStage({ name: 'seen' }),
        policies: [
          definePolicy({
            name: 'telling',
            check: ({ context }) => ({
              pass: true,
              messages: [{ id: 'literal', values: { text: `Known: ${Object.keys(context).sort().join(' ')}.` } }],
            }),
          }),
        ],
      },
    ],
    more,
  );

describe('the redirect stage', () => {
  let testApp: TestApp;
  const opened: TestApp[] = [];
  afterEach(() => Promise.all(opened.splice(0).map((one) => one.close())));

  const open = async (flows: readonly Flow[], options: TestAppOptions = {}): Promise<Visitor> => {
    testApp = await openTestApp({ flows: [...flows], registration: 'open', ...options });
    opened.push(testApp);
    return new Visitor(testApp);
  };
  const at = (slug: string): string => `/if/flow/${slug}/`;
  const known = (visitor: Visitor): readonly string[] =>
    (/Known: ([^.]*)\./.exec(visitor.page.text)?.[1] ?? 'nothing').split(' ');

  it('ends the flow at a path of the app, whatever next says, also on a GET', async () => {
    const visitor = await open([
      flow('a', [
        checked,
        redirectStage({ name: 'away', targetStatic: '/there?x=1#y' }),
        dummyStage({ name: 'never' }),
      ]),
      flow('b', [redirectStage({ name: 'away', targetStatic: '/there' })]),
    ]);
    await visitor.open(`${at('a')}?next=/other`);
    assert.equal((await visitor.submit({ team: 'x' })).location, '/there?x=1#y');
    assert.equal((await visitor.get(at('b'))).location, '/there');
    testApp.clock.advance(121_000);
    await visitor.open(at('a'));
    assert.equal(visitor.step, 'first 0', 'the plan is over');
  });

  it('answers a second click like the first', async () => {
    const visitor = await open([flow('a', [checked, redirectStage({ name: 'away', targetStatic: '/there' })])]);
    await visitor.open(at('a'));
    for (let click = 0; click < 3; click += 1) assert.equal((await visitor.submit({ team: 'x' })).location, '/there');
  });

  it('leads to another site, to which its pages let forms redirect', async () => {
    const visitor = await open([
      flow('a', [checked, redirectStage({ name: 'away', targetStatic: 'https://shop.example/x' })]),
    ]);
    const { headers } = await visitor.open(at('a'));
    assert.match(String(headers['content-security-policy']), /form-action 'self' https:\/\/shop\.example;/);
    assert.equal((await visitor.submit({ team: 'x' })).location, 'https://shop.example/x');
  });

  it('takes the target from the context, where the stage allows it', async () => {
    const away = redirectStage({
      name: 'away',
      targetFlow: 'b',
      allowedOrigins: ['https://shop.example'],
      allowedFlows: ['c'],
    });
    const end = async (target: string): Promise<unknown> => {
      const visitor = await open([
        flow('a', [
          { stage: first, policies: [writing('/never')] },
          { stage: away, policies: [writing(target)] },
        ]),
        flow('b', [dummyStage({ name: 'b' })]),
        flow('c', [dummyStage({ name: 'c' })]),
        flow('d', [dummyStage({ name: 'd' })]),
      ]);
      await visitor.open(at('a'));
      const { status, location } = await visitor.submit({ team: 'x' });
      return status === 303 ? location : status;
    };
    for (const [target, expected] of [
      ['/inside', '/inside'],
      ['https://shop.example/x', 'https://shop.example/x'],
      ['https://shop.example', 'https://shop.example/'],
      ['ak-flow://b', at('b')],
      ['ak-flow://c', at('c')],
      ['ak-flow://d', 403],
      ['ak-flow://c/../d', 403],
      ['https://shop.example.evil.example/', 403],
      ['https://shop.example@evil.example/', 403],
      ['https://user:x@shop.example/', 403],
      ['https://shop.example:8443/', 403],
      ['http://shop.example/', 403],
      ['//evil.example', 403],
      ['/\\evil.example', 403],
      ['/.//evil.example', 403],
      ['javascript:alert(1)', 403],
      ['data:text/html,x', 403],
      ['https:shop.example', 'https://shop.example/'],
      ['https://shop.example/\n', 403],
      ['', 403],
    ] as const)
      assert.equal(await end(target), expected, target);
  });

  it('refuses wrong settings, and flows that do not exist or lead to each other for ever', async () => {
    const wrong: readonly (readonly [object, RegExp])[] = [
      [{}, /set either targetStatic or targetFlow/],
      [{ targetStatic: '/a', targetFlow: 'b' }, /set either/],
      [{ targetStatic: 'javascript:alert(1)' }, /"targetStatic" must be a path of the app, or an https address/],
      [{ targetStatic: 'http://shop.example' }, /must be a path/],
      [{ targetStatic: '//evil.example' }, /must be a path/],
      [{ targetFlow: 'b', allowedOrigins: ['https://shop.example/path'] }, /must be an origin/],
      [{ targetFlow: 'b', keepContext: 1 }, /keepContext/],
    ];
    for (const [settings, said] of wrong) assert.throws(() => redirectStage({ name: 'away', ...settings }), said);
    const to = (targetFlow: string) => redirectStage({ name: 'away', targetFlow });
    await assert.rejects(open([flow('a', [to('nowhere')])]), /flows\.a\.away: there is no flow 'nowhere'/);
    const recovery = recoveryFlow({ slug: 'forgot', signInFlow: 'sing-in' });
    await assert.rejects(
      open([recovery, signInFlow({ slug: 'sign-in' })]),
      /flows\.forgot\.changed: there is no flow 'sing-in'; did you mean "sign-in"\?/,
    );
    await assert.rejects(
      open([flow('a', [to('b')]), flow('b', [to('c')]), flow('c', [to('a')]), flow('d', [to('a')])]),
      /flows: 'a' → 'b' → 'c' → 'a' redirect to each other without a page between$/m,
    );
    await open([flow('a', [first, to('b')]), flow('b', [to('a')])]);
  });

  it('begins the other flow with the answers, and next at its end; without keepContext with next alone', async () => {
    const away = { name: 'away', targetFlow: 'b' };
    const expected = [
      [true, ['is_redirected', 'prompt_data', 'redirect']],
      [undefined, ['is_redirected', 'prompt_data', 'redirect']],
      [false, ['redirect']],
    ] as const;
    for (const [keepContext, keys] of expected) {
      const stage = redirectStage(keepContext === undefined ? away : { ...away, keepContext });
      const visitor = await open([flow('a', [first, stage]), seen('b', { designation: 'stage_configuration' })]);
      await visitor.open(`${at('a')}?next=/books`);
      const answer = await visitor.submit({ team: 'x' });
      assert.deepEqual([answer.status, answer.location], [303, at('b')]);
      await visitor.follow(answer);
      assert.deepEqual(known(visitor), keys);
      assert.equal((await visitor.submit({})).location, '/books');
    }
  });

  it('keeps keys of the app that it names, and never those of its own stages', async () => {
    const policy = definePolicy({
      name: 'noting',
      writes: ['redirect_stage_target', 'deny_message', 'signed_in_recently'],
      check: () => ({ pass: true, patch: { deny_message: 'x', signed_in_recently: true } }),
    });
    const keepContext = ['deny_message', 'signed_in_recently', 'pending_user'] as const;
    const visitor = await open([
      flow('a', [{ stage: first, policies: [policy] }, redirectStage({ name: 'away', targetFlow: 'b', keepContext })]),
      seen('b'),
    ]);
    await visitor.open(at('a'));
    await visitor.follow(await visitor.submit({ team: 'x' }));
    assert.deepEqual(known(visitor), ['is_redirected', 'prompt_data']);
  });

  it('gives the second of two clicks the same plan of the other flow', async () => {
    const visitor = await open([flow('a', [first, redirectStage({ name: 'away', targetFlow: 'b' })]), seen('b')]);
    await visitor.open(at('a'));
    const { form, client } = visitor;
    const fields = { ...form.hidden, team: 'x' };
    const tokenOf = ({ headers }: RawAnswer): string | undefined =>
      headers['set-cookie']?.find((line) => line.startsWith('enrollment.plan.b='));
    const one = await client.post(at('a'), fields);
    const two = await client.post(at('a'), fields);
    assert.deepEqual([two.location, tokenOf(two)], [one.location, tokenOf(one)]);
    assert.match(tokenOf(two) ?? '', /=[^;]{20}/);
    await visitor.open(at('b'));
    assert.deepEqual(known(visitor), ['is_redirected', 'prompt_data']);
    // Another form under the same token gets nothing.
    assert.equal(tokenOf(await client.post(at('a'), { ...fields, team: 'y' })), undefined);
  });

  describe('what is proved', () => {
    const credentials = identification({ name: 'identification', password: true });
    const name = identification({ name: 'name' });
    const to = redirectStage({ name: 'away', targetFlow: 'b' });
    const login = userLogin({ name: 'login' });
    const into = flow('b', [login], { providedContext: ['pending_user'] });

    it('signs in at the end of the other flow, by the password of the first', async () => {
      const visitor = await open([flow('a', [credentials, to]), into]);
      await member(testApp, 'ann');
      await visitor.open(at('a'));
      assert.equal((await visitor.submit({ uid_field: 'ann', password })).location, '/end');
      assert.equal(await visitor.me(), 'ann');
    });

    it('is also known on a later page of the other flow, in this browser alone', async () => {
      const later = flow('b', [dummyStage({ name: 'page' }), login], { providedContext: ['pending_user'] });
      const visitor = await open([flow('a', [credentials, to]), later]);
      await member(testApp, 'ann');
      await visitor.open(at('a'));
      await visitor.follow(await visitor.submit({ uid_field: 'ann', password }));
      const stranger = new Visitor(testApp);
      await stranger.open(at('b'));
      await stranger.submit({});
      assert.equal(await stranger.me(), null);
      await visitor.submit({});
      assert.equal(await visitor.me(), 'ann');
    });

    it('a name that was only typed proves nothing', async () => {
      const unproved = flow('a', [name, to]);
      const claiming = definePolicy({
        name: 'claiming',
        writes: ['pending_user', 'second_factor'],
        check: ({ context }) => {
          const user = context.pending_user_identifier;
          return user === undefined ? true : { pass: true, patch: { pending_user: user, second_factor: user } };
        },
      });
      for (const before of [unproved, flow('a', [name, { stage: first, policies: [claiming] }, to])]) {
        const visitor = await open([before, into]);
        const { id } = await member(testApp, 'ann');
        await visitor.open(at('a'));
        await visitor.follow(await visitor.submit({ uid_field: id }));
        if (before !== unproved) await visitor.follow(await visitor.submit({ team: 'x' }));
        assert.equal(await visitor.me(), null);
        if (before === unproved) continue;
        const other = await open([before, seen('b')]);
        await other.open(at('a'));
        await other.follow(await other.submit({ uid_field: 'ann' }));
        await other.follow(await other.submit({ team: 'x' }));
        assert.deepEqual(known(other), ['is_redirected', 'pending_user_identifier', 'prompt_data']);
      }
    });

    it('another person who goes back and sends the first form gets a plan of their own', async () => {
      const later = flow('b', [dummyStage({ name: 'page' }), login], { providedContext: ['pending_user'] });
      const visitor = await open([flow('a', [credentials, to]), later, signup]);
      for (const one of ['ann', 'bob']) await member(testApp, one);
      await visitor.open(at('a'));
      const { hidden } = visitor.form;
      await visitor.follow(await visitor.submit({ uid_field: 'ann', password }));
      const token = visitor.client.cookies.get('enrollment.plan.b');
      const sent = await visitor.client.post(at('a'), { ...hidden, uid_field: 'bob', password });
      assert.equal(sent.location, at('a'));
      await visitor.open(at('a'));
      assert.match(visitor.step, /^identification /);
      await visitor.follow(await visitor.submit({ uid_field: 'bob', password }));
      assert.notEqual(visitor.client.cookies.get('enrollment.plan.b'), token);
      await visitor.submit({});
      assert.equal(await visitor.me(), 'bob');
    });

    it('two people who send the first form at once are each themselves', async () => {
      const visitor = await open([flow('a', [credentials, to]), into, signup]);
      const names = ['ann', 'bob'];
      for (const one of names) await member(testApp, one);
      await visitor.open(at('a'));
      const { hidden } = visitor.form;
      const cookie = `enrollment.plan.a=${visitor.client.cookies.get('enrollment.plan.a') ?? ''}`;
      const people = await Promise.all(
        names.map(async (uid_field) => {
          const one = new Visitor(testApp);
          await one.client.post(at('a'), { ...hidden, uid_field, password }, { cookie });
          return one.me();
        }),
      );
      for (const [index, one] of names.entries()) assert.ok([one, null].includes(people[index] ?? null));
      assert.ok(people.some((one) => one !== null));
    });

    it('a user who was switched off meanwhile is not signed in', async () => {
      const later = flow('b', [dummyStage({ name: 'page' }), login], { providedContext: ['pending_user'] });
      let active = true;
      const store = memoryUsers();
      const users = { ...store.users, toProfile: (user: MemoryUser) => ({ ...store.users.toProfile(user), active }) };
      const visitor = await open([flow('a', [credentials, to]), later, signup], {
        users,
        redemptions: store.redemptions,
      });
      await member(testApp, 'ann');
      await visitor.open(at('a'));
      await visitor.follow(await visitor.submit({ uid_field: 'ann', password }));
      assert.match(visitor.step, /^page /);
      active = false;
      assert.equal((await visitor.submit({})).status, 403);
      assert.equal(await visitor.me(), null);
    });

    it('an account that was written is named where the other flow refuses', async () => {
      const closed = definePolicy({ name: 'closed', check: () => 'Closed.' });
      const signUp = defineFlow({
        slug: 'a',
        title: 'a',
        designation: 'enrollment',
        stages: [
          promptStage({ name: 'account', prompts: [username({ key: 'username', label: 'Name' })] }),
          userWrite({ name: 'write' }),
          to,
        ],
      });
      for (const more of [{ policies: [closed] }, { authentication: 'require_authenticated' }]) {
        const visitor = await open([signUp, flow('b', [dummyStage({ name: 'page' })], more)]);
        await visitor.open(at('a'));
        const answer = await visitor.submit({ username: 'ann' });
        assert.match(answer.text, /Your account/);
        assert.equal(testApp.members.length, 1);
      }
    });

    it('ends with a sign-out', async () => {
      const visitor = await open([flow('a', [credentials, userLogout({ name: 'out' }), to]), seen('b')]);
      await member(testApp, 'ann');
      await visitor.open(at('a'));
      await visitor.follow(await visitor.submit({ uid_field: 'ann', password }));
      assert.deepEqual(known(visitor), ['']);
    });

    it('an invitation is checked for the other flow, and its seat stays with the enrollment', async () => {
      const code = promptStage({ name: 'code', prompts: [inviteCodePrompt()], validation: [inviteCode()] });
      const account = promptStage({ name: 'account', prompts: [username({ key: 'username', label: 'Name' })] });
      const signUp = defineFlow({
        slug: 'b',
        title: 'b',
        designation: 'enrollment',
        target: '/end',
        stages: [code, account, userWrite({ name: 'write' }), userLogin({ name: 'login' })],
      });
      const visitor = await open([flow('a', [code, to]), signUp], { registration: 'invite-only' });
      const create = testApp.enrollment.invitations.create;
      const held = await create({ reserve: '15m' });
      await visitor.open(at('a'));
      await visitor.follow(await visitor.submit({ invite_code: held.code }));
      assert.equal(visitor.step.split(' ')[0], 'account', visitor.page.text);
      assert.equal((await visitor.submit({ username: 'ann' })).location, '/end');
      assert.equal((await testApp.enrollment.invitations.get(held.id))?.state, 'used_up');

      const bound = await create({ flow: 'a' });
      const other = new Visitor(testApp);
      await other.open(at('a'));
      await other.follow(await other.submit({ invite_code: bound.code }));
      assert.equal(other.step.split(' ')[0], 'code', 'the other flow asks for a code of its own');
    });

    it('a seat that the other flow does not get is free again', async () => {
      const code = promptStage({ name: 'code', prompts: [inviteCodePrompt()], validation: [inviteCode()] });
      const visitor = await open([flow('a', [code, redirectStage({ name: 'away', targetStatic: '/there' })]), signup]);
      const { id, code: typed } = await testApp.enrollment.invitations.create({ reserve: '15m' });
      await visitor.open(at('a'));
      await visitor.submit({ invite_code: typed });
      assert.equal((await testApp.enrollment.invitations.get(id))?.state, 'open');
    });
  });
});
