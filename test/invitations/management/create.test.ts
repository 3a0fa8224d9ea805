import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { isEnrollmentError, type ErrorCode } from '../../../lib/base/error.js';
import { createKeyring } from '../../../lib/base/keyring.js';
import type { InvitationInput } from '../../../lib/ports/invitation-input.js';
import { createMemoryInvitationStore } from '../../../lib/stores/memory/invitation-store.js';
import { fakeClock } from '../../../lib/testing/fake-clock.js';
import { mailBox } from '../../support/invitations/mail-box.js';
import { invitationFixture } from '../../support/invitations/invitation-fixture.js';

const jakarta = { local: '2026-12-31 23:59:59', zone: 'Asia/Jakarta' };
const customCode = { customCode: 'SPRING-2026', uses: 100, expires: jakarta };
const coded = (code: ErrorCode) => (error: unknown) => isEnrollmentError(error) && error.code === code;

async function issuesOf(input: InvitationInput): Promise<readonly string[]> {
  try {
    await invitationFixture().invitations.manager.create(input);
    return [];
  } catch (error) {
    return isEnrollmentError(error) ? error.issues : assert.fail(String(error));
  }
}

describe('a new invitation', () => {
  it('without settings is for one account, within 30 days, with a generated code', async () => {
    const { invitations, clock } = invitationFixture();
    const { id, code, url } = await invitations.manager.create();
    assert.match(code, /^\w{4}-\w{4}-\w{4}$/);
    assert.equal(url, `https://app.example/join/if/flow/invite/?invite=${code}`);
    const [listed] = (await invitations.manager.list()).items;
    assert.deepEqual(
      [listed?.id, listed?.uses, listed?.expires, listed?.state, listed?.hint],
      [id, 1, clock.now() + 30 * 86_400_000, 'open', code.slice(-3)],
    );
  });

  it('keeps every setting', async () => {
    const { invitations, clock } = invitationFixture();
    const start = clock.now();
    await invitations.manager.create({
      ...customCode,
      notBefore: start + 1000,
      domain: '@Example.COM',
      data: { groups: ['a'] },
      label: 'Spring',
      note: 'for the fair',
      creator: 'admin',
      tenant: 'acme',
      flow: 'fair',
      redirect: '/welcome',
    });
    const [listed] = (await invitations.manager.list()).items;
    const { id: _id, createdAt: _at, ...rest } = listed ?? assert.fail('not listed');
    assert.deepEqual(rest, {
      version: 1,
      kind: 'custom',
      hint: '26',
      tenant: 'acme',
      label: 'Spring',
      flow: 'fair',
      uses: 100,
      notBefore: start + 1000,
      expires: Date.UTC(2026, 11, 31, 16, 59, 59),
      bound: '@example.com',
      data: { groups: ['a'] },
      redirect: { path: '/welcome' },
      note: 'for the fair',
      creator: 'admin',
      inviter: null,
      reservationSeconds: null,
      onePerPerson: false,
      mail: null,
      replaces: null,
      replacedBy: null,
      revokedAt: null,
      declinedAt: null,
      state: 'not_yet',
      redeemed: 0,
      held: 0,
      claimed: 0,
      lapsed: 0,
    });
  });

  it('links to its own flow, or has no link without one', async () => {
    const { invitations } = invitationFixture({
      defaultFlow: () => null,
      site: { origin: 'https://app.example', mount: '', secure: true },
    });
    assert.equal((await invitations.manager.create()).url, null);
    const { url } = await invitations.manager.create({
      customCode: 'Frühling & Co',
      uses: 1,
      expires: jakarta,
      flow: 'fair',
    });
    assert.equal(url, 'https://app.example/if/flow/fair/?invite=Fr%C3%BChling%20%26%20Co');
  });

  it('is for no flow that the app does not have, in every way that one is made or changed', async () => {
    const { manager } = invitationFixture({ flows: () => ['invite', 'staff'], queue: mailBox() }).invitations;
    const flow = 'staf';
    const email = 'bob@example.com';
    const problem = /there is no flow 'staf'; did you mean "staff"/;
    await assert.rejects(manager.create({ flow }), problem);
    await assert.rejects(manager.send({ email, flow }), problem);
    await assert.rejects(manager.seed([{ ...customCode, flow }]), problem);
    const { id } = await manager.create({ flow: 'staff' });
    await assert.rejects(manager.edit(id, { flow }), problem);
    for (const many of [manager.createMany([{ flow }]), manager.sendMany([{ email, flow }], { preview: true })]) {
      const [row] = await many;
      assert.ok(row?.type === 'invalid' && problem.test(row.issues.join()), JSON.stringify(row));
    }
    assert.equal((await manager.list()).items.length, 1);
  });

  it('reports all mistakes at once', async () => {
    const issues = await issuesOf({
      customCode: 'x',
      uses: 'unlimited',
      expires: '2026-12-31 23:59:59',
      email: 'nobody',
      domain: 'no domain',
      flow: '../admin',
      redirect: 'https://evil.example/',
      label: 'x'.repeat(201),
    });
    assert.equal(issues.length, 9, issues.join('\n'));
    for (const field of ['customCode', 'uses', 'expires', 'email', 'domain', 'flow', 'redirect', 'label']) {
      assert.ok(
        issues.some((issue) => issue.includes(`"${field}"`)),
        field,
      );
    }
  });

  const mistakes: readonly (readonly [what: string, input: object, problem: RegExp])[] = [
    ['a setting that does not exist', { max: 3 }, /"max" is not allowed/],
    ['no uses', { uses: 0 }, /"uses" must be a whole number/],
    ['half a use', { uses: 1.5 }, /"uses" must be a whole number/],
    ['uses as text', { uses: '3' }, /"uses" must be a whole number/],
    ['an end without a zone', { expires: '2026-12-31T23:59:59' }, /"expires" .* with its zone/],
    [
      'an end in no zone',
      { expires: { local: '2026-12-31 23:59:59', zone: 'Mars/Base' } },
      /"expires" .* not an IANA time zone/,
    ],
    ['an end that is no instant', { expires: {} }, /"expires" is not an instant/],
    ['an end in the past', { expires: '2025-12-31T23:59:59Z' }, /"expires" lies in the past/],
    [
      'an end before the start',
      { notBefore: '2026-06-02T00:00:00Z', expires: '2026-06-01T00:00:00Z' },
      /later than "notBefore"/,
    ],
    ['a word without an end', { customCode: 'SPRING-2026', uses: 5 }, /"expires" must be given/],
    ['a word that never ends', { customCode: 'SPRING-2026', uses: 5, expires: null }, /"expires" must be given/],
    ['a word without a number of uses', { customCode: 'SPRING-2026', expires: jakarta }, /"uses" must be a number/],
    [
      'a word like a generated code',
      { customCode: 'BLACKFRIDAY1', uses: 5, expires: jakarta },
      /"customCode" .* generated codes/,
    ],
    ['an address and a domain', { email: 'ann@example.com', domain: 'example.com' }, /cannot both be given/],
    ['a target elsewhere', { redirect: '//evil.example' }, /"redirect" must be a path/],
    ['data that is a list', { data: [] }, /"data" must be a plain record/],
    ['data that JSON cannot write', { data: { at: new Date() } }, /"data" holds what JSON cannot/],
    ['data that is endless', { data: endless() }, /"data" is nested too deeply/],
    [
      'data with a forbidden key',
      { data: JSON.parse('{"a":{"__proto__":{"admin":true}}}') as object },
      /"data" has the key/,
    ],
    ['too much data', { data: { text: 'x'.repeat(4086) } }, /"data" is larger than 4096 bytes of JSON/],
  ];
  for (const [what, input, problem] of mistakes) {
    it(`is refused with ${what}`, async () => assert.match((await issuesOf(input)).join('\n'), problem));
  }

  it('cannot have a custom code that exists, in any spelling and under any secret', async () => {
    const store = createMemoryInvitationStore({ clock: fakeClock() });
    const before = invitationFixture({ store, keyring: createKeyring(['the old secret']) });
    await before.invitations.manager.create(customCode);
    await assert.rejects(
      before.invitations.manager.create({ ...customCode, customCode: 'spring 2026' }),
      coded('ERR_ENROLLMENT_CODE_TAKEN'),
    );
    const after = invitationFixture({ store, keyring: createKeyring(['the new secret', 'the old secret']) });
    await assert.rejects(after.invitations.manager.create(customCode), coded('ERR_ENROLLMENT_CODE_TAKEN'));
    assert.equal((await after.ask('Spring 2026')).ok, true);
  });

  it('is found by its code as long as its secret is configured', async () => {
    const store = createMemoryInvitationStore({ clock: fakeClock() });
    const { code } = await invitationFixture({ store, keyring: createKeyring(['old']) }).invitations.manager.create();
    assert.equal((await invitationFixture({ store, keyring: createKeyring(['new', 'old']) }).ask(code)).ok, true);
    assert.equal((await invitationFixture({ store, keyring: createKeyring(['new']) }).ask(code)).ok, false);
  });

  it('has an id that reveals nothing of its code and needs no escaping', async () => {
    const { invitations } = invitationFixture();
    const { id, code } = await invitations.manager.create();
    assert.match(id, /^[0-9a-f]{32}$/);
    assert.ok(!id.includes(code.slice(0, 4).toLowerCase()));
  });
});

describe('seeding', () => {
  const tutorial = [{ customCode: 'TESCODEFORTHISYEAR', uses: 1000, expires: jakarta }];

  it('creates what is missing and leaves what exists', async () => {
    const { invitations, ask } = invitationFixture();
    assert.deepEqual(await invitations.manager.seed(tutorial), { created: 1, present: 0 });
    assert.deepEqual(await invitations.manager.seed([...tutorial, customCode]), { created: 1, present: 1 });
    assert.deepEqual(await invitations.manager.seed([]), { created: 0, present: 0 });
    assert.equal((await ask('tescodeforthisyear')).ok, true);
  });

  it('by many processes at once creates each one once', async () => {
    const { invitations } = invitationFixture();
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => invitations.manager.seed([...tutorial, customCode])),
    );
    assert.equal(
      answers.reduce((sum, { created }) => sum + created, 0),
      2,
    );
  });

  it('leaves what was created under an older secret', async () => {
    const store = createMemoryInvitationStore({ clock: fakeClock() });
    await invitationFixture({ store, keyring: createKeyring(['old']) }).invitations.manager.seed(tutorial);
    const { invitations } = invitationFixture({ store, keyring: createKeyring(['new', 'old']) });
    assert.deepEqual(await invitations.manager.seed(tutorial), { created: 0, present: 1 });
  });

  it('after the store was lost gives the same id, so that existing accounts still count', async () => {
    const first = invitationFixture();
    await first.invitations.manager.seed([{ ...customCode, uses: 2 }]);
    await first.signUp('SPRING-2026', 'a');
    const lost = invitationFixture({ redemptions: first.table });
    await lost.invitations.manager.seed([{ ...customCode, uses: 2 }]);
    const order = { write: async () => assert.fail('no more than two'), taken: async () => null };
    await lost.signUp('SPRING-2026', 'b', {
      write: async (redemption) => (first.table.insert(redemption.row('b')), 'b'),
    });
    const refused = await lost.signUp('SPRING-2026', 'c', order).catch((error: unknown) => String(error));
    assert.match(String(refused), /used_up/);
  });

  it('creates one that has already expired, so that visitors see that', async () => {
    const { invitations, clock, ask } = invitationFixture();
    clock.set(Date.UTC(2027, 0, 1));
    assert.deepEqual(await invitations.manager.seed(tutorial), { created: 1, present: 0 });
    const verdict = await ask('TESCODEFORTHISYEAR');
    assert.equal(!verdict.ok && verdict.message.id, 'invitation.expired');
  });

  it('reports the mistakes of all of them and creates none', async () => {
    const { invitations } = invitationFixture();
    const wrong = [
      ...tutorial,
      { customCode: 'x', uses: 1, expires: jakarta },
      { customCode: 'AUTUMN-2026', uses: 0, expires: jakarta },
    ];
    await assert.rejects(invitations.manager.seed(wrong), (error: unknown) => {
      assert.ok(isEnrollmentError(error));
      assert.deepEqual(
        error.issues.map((issue) => /^\[\d\] "\w+"/.exec(issue)?.[0]),
        ['[1] "customCode"', '[2] "uses"'],
      );
      return true;
    });
    assert.deepEqual((await invitations.manager.list()).items, []);
  });
});

describe('the end of an invitation', () => {
  // Valid before the given instant, not at it: `23:59:59` leaves out the last second of the year.
  for (const [when, instant] of [
    [{ local: '2026-12-31 23:59:59', zone: 'Asia/Jakarta' }, '2026-12-31T16:59:59Z'],
    [{ local: '2026-12-31', zone: 'Asia/Jakarta' }, '2026-12-31T17:00:00Z'],
    [{ local: '2026-03-29 02:30:00', zone: 'Europe/Berlin' }, '2026-03-29T01:30:00Z'],
    [{ local: '2026-10-25 02:30:00', zone: 'Europe/Berlin' }, '2026-10-25T00:30:00Z'],
    [{ local: '2026-10-24', zone: 'Europe/Berlin' }, '2026-10-24T22:00:00Z'],
    ['2026-12-31T23:59:59+07:00', '2026-12-31T16:59:59Z'],
    [new Date('2026-12-31T23:59:59Z'), '2026-12-31T23:59:59Z'],
  ] as const) {
    it(`${JSON.stringify(when)} is ${instant}`, async () => {
      const { invitations, clock, ask } = invitationFixture();
      const { code } = await invitations.manager.create({ expires: when });
      clock.set(Date.parse(instant) - 1);
      assert.equal((await ask(code)).ok, true);
      clock.set(Date.parse(instant));
      assert.equal((await ask(code)).ok, false);
    });
  }
});

function endless(): object {
  const record: Record<string, unknown> = {};
  record['self'] = record;
  return record;
}

describe('the texts of an invitation', () => {
  it('F6: rejects text that a database would change, and says which', async () => {
    const broken: readonly (readonly [InvitationInput, string])[] = [
      [{ data: { team: 'v\ud800' } }, '"data" holds a text that is not well-formed Unicode'],
      [{ data: { groups: ['a', 'b\0'] } }, '"data" holds a text that has control characters'],
      [{ data: { ['k\ud800']: 1 } }, '"data" holds a text that is not well-formed Unicode'],
      [{ tenant: 'acme\n' }, '"tenant" has control characters'],
      [{ creator: 'v\ud800' }, '"creator" is not well-formed Unicode'],
      [{ label: 'v\0' }, '"label" has control characters'],
      [{ note: 'v\ud800' }, '"note" is not well-formed Unicode'],
    ];
    for (const [input, issue] of broken) assert.deepEqual(await issuesOf(input), [issue]);
    assert.deepEqual(await issuesOf({ data: { letter: 'Dear Ann,\nhello' }, note: 'two\nlines' }), []);

    const { manager } = invitationFixture().invitations;
    const { id } = await manager.create();
    await assert.rejects(() => manager.edit(id, { data: { team: 'v\0' } }), coded('ERR_ENROLLMENT_INVITATION'));
    const [row] = await manager.createMany([{ data: { team: 'v\0' } }]);
    assert.equal(row?.type, 'invalid');
    assert.throws(() => manager.forTenant('acme\ud800'), coded('ERR_ENROLLMENT_TENANT'));
  });
});
