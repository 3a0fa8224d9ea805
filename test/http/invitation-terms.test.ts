import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'mocha';
import { profileFlow } from '../../lib/flows.js';
import { checkbox, number } from '../../lib/prompts.js';
import { definePolicy, inviteSignupFlow, text, type CreatedInvitation, type InvitationInput } from '../../lib/index.js';
import { accountOf } from '../support/account.js';
import { openTestApp, signup, type TestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';

const readOnlyFields = (page: string): readonly (string | undefined)[] =>
  [...page.matchAll(/<input[^>]*>/g)]
    .filter(([input]) => input.includes(' readonly'))
    .map(([input]) => /name="(\w+)"/.exec(input)?.[1]);

describe('the terms of an invitation, on the pages', () => {
  let testApp: TestApp;
  let visitor: Visitor;
  let name: string;
  let count = 0;
  /** What a policy of the page read. */
  const seen: string[] = [];
  before(async () => {
    const fields = [
      text({ key: 'plan', label: 'Plan', required: true }),
      checkbox({ key: 'news', label: 'News', required: false }),
      number({ key: 'seats', label: 'Seats', required: false, max: 3 }),
      text({ key: 'city', label: 'City', required: true }),
    ];
    const reads = definePolicy({
      name: 'reads the invitation',
      async check({ context, services }) {
        const { invitation } = context;
        const found = invitation === undefined ? null : await services.invitations.terms(invitation);
        for (const data of [invitation?.data, found?.data]) {
          seen.push(String(data?.['plan']));
          if (data !== undefined) Reflect.set(data, 'plan', 'changed by a policy');
        }
        return true;
      },
    });
    const staff = inviteSignupFlow({ slug: 'staff', fields: ['username', ...fields], validation: [reads] });
    const profile = profileFlow({ fields: fields.filter(({ key }) => key !== 'seats' && key !== 'news') });
    testApp = await openTestApp({
      flows: [signup, staff, profile],
      rateLimits: { codes: { perClient: { points: 1000, windowSeconds: 600 } } },
    });
  });
  beforeEach(() => {
    visitor = new Visitor(testApp);
    name = `guest-${(count += 1)}`;
  });
  after(() => testApp.close());

  const create = (input: InvitationInput): Promise<CreatedInvitation> => testApp.enrollment.invitations.create(input);

  it('bound to an address, it accepts that address in any spelling and no other', async () => {
    const bound = `${name}@example.com`;
    const { code } = await create({ email: bound });
    await visitor.enterCode(code);
    assert.equal(visitor.form.controls.find(({ name: key }) => key === 'email')?.value, bound);
    for (const other of [
      'other@example.com',
      `${name}@example.com.evil.example`,
      `${name}+x@example.com`,
      `${name}@EXAMPLE.org`,
      `${name}\u200b@example.com`,
    ]) {
      const answer = await visitor.submit({ ...accountOf(name), email: other });
      assert.equal(answer.status, 422, other);
    }
    assert.equal((await visitor.submit({ ...accountOf(name), email: bound.toUpperCase() })).status, 303);
    assert.equal(testApp.members.at(-1)?.email, bound);
  });

  it('bound to a domain, it accepts only addresses of that domain', async () => {
    const { code } = await create({ domain: 'example.com' });
    await visitor.enterCode(code);
    for (const other of [`${name}@example.org`, `${name}@sub.example.com`, `${name}@notexample.com`]) {
      const answer = await visitor.submit({ ...accountOf(name), email: other });
      assert.ok([403, 422].includes(answer.status), other);
      if (answer.status === 403) await visitor.enterCode(code);
    }
    assert.equal((await visitor.submit(accountOf(name))).status, 303);
  });

  it('its data overrides the input', async () => {
    const { code } = await create({ data: { plan: 'basic', team: 'red' }, flow: 'staff' });
    await visitor.open('/if/flow/staff/');
    await visitor.follow(await visitor.submit({ invite_code: code }));
    assert.equal((await visitor.submit({ username: name, plan: 'pro', city: 'Solo' })).status, 303);
    const { plan, team } = testApp.members.at(-1)?.data ?? {};
    assert.deepEqual({ plan, team }, { plan: 'basic', team: 'red' });
  });

  it('what its data enforces stands on the page to be read, and cannot be typed', async () => {
    const { code } = await create({ data: { plan: 'basic', news: false, seats: 5 }, flow: 'staff' });
    await visitor.open('/if/flow/staff/');
    await visitor.follow(await visitor.submit({ invite_code: code }));
    const { text: page } = visitor.page;
    assert.match(page, /Plan<[^]*Set by your invitation\.[^]*value="basic"/);
    const typed = visitor.form.controls.map(({ name: key }) => key).filter((key) => !/^enrollment_/.test(key ?? ''));
    assert.deepEqual(typed, ['username', 'plan', 'seats', 'city']);
    assert.deepEqual(readOnlyFields(page), ['plan', 'seats']);
    assert.equal((await visitor.submit({ username: name, city: '' })).status, 422);
    assert.equal((await visitor.submit({ username: name, city: 'Solo', plan: 'pro', news: 'on' })).status, 303);
    assert.deepEqual(testApp.members.at(-1)?.data, { plan: 'basic', news: false, seats: 5, city: 'Solo' });
  });

  it('data of the largest size is read-only on the page and for policies, as any other', async () => {
    const small = { plan: 'basic', more: '' };
    const more = 'x'.repeat(4096 - JSON.stringify(small).length);
    await assert.rejects(create({ data: { ...small, more: `${more}x` } }), /"data" is larger than 4096 bytes of JSON/);
    const { code } = await create({ data: { ...small, more }, flow: 'staff' });
    await visitor.open('/if/flow/staff/');
    await visitor.follow(await visitor.submit({ invite_code: code }));
    assert.deepEqual(readOnlyFields(visitor.page.text), ['plan']);
    seen.length = 0;
    assert.equal((await visitor.submit({ username: name, city: 'Solo', plan: 'pro' })).status, 303);
    assert.deepEqual(seen, ['basic', 'basic']);
    const { plan, more: kept } = testApp.members.at(-1)?.data ?? {};
    assert.deepEqual([plan, kept], ['basic', more]);
  });

  it('what its data enforces stands on the page of the profile, and everything else is saved', async () => {
    const { code } = await create({ data: { plan: 'basic' }, flow: 'staff' });
    await visitor.open('/if/flow/staff/');
    await visitor.follow(await visitor.submit({ invite_code: code }));
    assert.equal((await visitor.submit({ username: name, city: 'Solo' })).status, 303);
    await visitor.open('/if/flow/profile/');
    assert.match(visitor.page.text, /Plan<[^]*Set by your invitation\.[^]*value="basic"/);
    assert.deepEqual(readOnlyFields(visitor.page.text), ['plan']);
    assert.equal((await visitor.submit({ city: 'Bandung', plan: 'pro' })).status, 303);
    const { id = '' } = testApp.members.at(-1) ?? {};
    const { plan, city } = (await testApp.users.findById(id))?.data ?? {};
    assert.deepEqual({ plan, city }, { plan: 'basic', city: 'Bandung' });
  });

  it('made for one flow, it is unknown to another, by code and by link', async () => {
    const { code, url } = await create({ flow: 'staff' });
    assert.equal(url, `${testApp.url}/if/flow/staff/?invite=${code}`);
    await visitor.open(`${testApp.page}?invite=${code}`);
    const answer = await visitor.submit({ invite_code: code });
    assert.equal(answer.status, 422);
    assert.match(answer.text, /We can’t find an invitation with this code/);
    await visitor.open(url ?? '');
    assert.equal((await visitor.submit({ invite_code: code })).status, 303);
  });

  it('redirects to its redirect, unless a next parameter was given', async () => {
    const { code } = await create({ redirect: '/first-steps', uses: 2 });
    assert.equal((await visitor.signUp(code, name)).location, '/first-steps');
    const other = new Visitor(testApp);
    await other.open(`${testApp.page}?next=/asked-for`);
    await other.follow(await other.submit({ invite_code: code }));
    assert.equal((await other.submit(accountOf(`${name}-b`))).location, '/asked-for');
  });

  it('ends at its end and not a millisecond before, at the code and the write', async () => {
    const ends = testApp.clock.now() + 60_000;
    const { code } = await create({ expires: ends, uses: 10 });
    const late = new Visitor(testApp);
    await late.enterCode(code);
    testApp.clock.set(ends - 1);
    await visitor.enterCode(code);
    assert.equal((await visitor.submit(accountOf(name))).status, 303);
    testApp.clock.set(ends);
    assert.equal((await late.submit(accountOf(`${name}-late`))).status, 403);
    const tooLate = new Visitor(testApp);
    await tooLate.open();
    assert.match((await tooLate.submit({ invite_code: code })).text, /has expired/);
  });
});
