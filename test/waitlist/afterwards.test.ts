import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { EnrollmentEvent } from '../../lib/ports/events.js';
import type { MailState } from '../../lib/ports/mail-queue.js';
import { recordConversions } from '../../lib/waitlist/conversions.js';
import { createWaitlist } from '../../lib/waitlist/waitlist.js';
import { askAll, openAdminClient } from '../support/waitlist/admin.js';

function redeemed(id: string): EnrollmentEvent {
  return { type: 'invitation.redeemed', id, seat: '1', user: 'u', enrollment: 'e' };
}

describe('resending', () => {
  it('revokes the previous invitation and creates a new one', async () => {
    const admin = openAdminClient();
    const [email = ''] = await askAll(admin, 1);
    await admin.waitlist.approve({ first: 1 });
    const { rows } = await admin.waitlist.resend({ emails: [email] }, { invitation: { note: 'second' } });
    assert.deepEqual([rows[0]?.outcome, rows[0]?.invitation], ['sent', 'i2']);
    assert.equal(admin.made.get('i1')?.revoked, true);
    assert.deepEqual(
      admin.letters.map(({ code }) => code),
      ['CODE-i1', 'CODE-i2'],
    );
    const [entry] = await admin.waitlist.list();
    assert.deepEqual([entry?.attempts, entry?.earlier, entry?.state], [2, ['i1'], 'sent']);
    // Both invitations belong to the entry: the first may have been used at the same moment.
    assert.equal((await admin.store.byInvitation('i1'))?.id, entry?.id);
    assert.deepEqual(
      admin.events.map(({ name }) => name),
      ['waitlist.asked', 'waitlist.approved', 'waitlist.sent', 'waitlist.sent'],
    );
  });

  it('keeps the previous invitation if asked to', async () => {
    const admin = openAdminClient();
    const [email = ''] = await askAll(admin, 1);
    await admin.waitlist.approve({ first: 1 });
    await admin.waitlist.resend({ emails: [email] }, { keep: true });
    assert.deepEqual(
      admin.open(email).map(({ code }) => code),
      ['CODE-i1', 'CODE-i2'],
    );
  });

  it('that fails before a letter is sent leaves the previous invitation valid, and the entry as it was', async () => {
    let failing: string | null = null;
    const admin = openAdminClient({
      suppressions: {
        find: async () => (failing === 'suppressed' ? { at: 1, by: 'recipient' } : null),
        allow: async () => true,
      },
      hasAccount: () => (failing === 'users' ? Promise.reject(new Error('down')) : Promise.resolve(false)),
    });
    const { invitations } = admin.parts;
    const list = createWaitlist({
      ...admin.parts,
      invitations: {
        ...invitations,
        create: (order) => (failing === 'invitations' ? Promise.reject(new Error('down')) : invitations.create(order)),
      },
    });
    const [email = ''] = await askAll(admin, 1);
    await list.approve({ first: 1 });
    for (const what of ['suppressed', 'users', 'invitations']) {
      failing = what;
      const { rows } = await list.resend({ emails: [email] });
      assert.deepEqual([rows[0]?.outcome, rows[0]?.state, rows[0]?.invitation], ['failed', 'sent', 'i1'], what);
      assert.deepEqual(
        admin.open(email).map(({ code }) => code),
        ['CODE-i1'],
        what,
      );
    }
    failing = null;
    assert.equal((await list.resend({ emails: [email] })).sent, 1);
    assert.equal(admin.made.get('i1')?.revoked, true);
  });

  it('whose mail cannot be ordered does the same', async () => {
    let isDown = false;
    const admin = openAdminClient({ send: null });
    const list = createWaitlist({
      ...admin.parts,
      mailer: {
        create: (order) => admin.parts.invitations.create(order),
        order: () => (isDown ? Promise.reject(new Error('down')) : Promise.resolve()),
        keepEarlier: () => Promise.resolve(),
      },
    });
    const [email = ''] = await askAll(admin, 1);
    await list.approve({ first: 1 });
    isDown = true;
    const { rows } = await list.resend({ emails: [email] });
    assert.deepEqual([rows[0]?.outcome, rows[0]?.state, rows[0]?.invitation], ['failed', 'approved', 'i1']);
    assert.deepEqual(
      admin.open(email).map(({ code }) => code),
      ['CODE-i1'],
    );
  });

  it('whose order fails although its mail was stored follows the mail, as an approval does', async () => {
    let state: MailState | null = 'queued';
    let marks = false;
    const places = new Map<string, string | null>();
    const admin = openAdminClient({ send: null });
    const [store, email] = [admin.store, (await askAll(admin, 1))[0] ?? ''];
    const list = createWaitlist({
      ...admin.parts,
      mails: {
        invitationOf: () => null,
        isMailed: () => Promise.resolve(true),
        newestOf: (invitation) => Promise.resolve(state === null ? null : { id: invitation, state, at: 0 }),
        replacedOf: () => Promise.resolve(null),
        replacementOf: () => Promise.resolve(null),
      },
      mailer: {
        async create(order, _locale, { instead }) {
          const made = await admin.parts.invitations.create(order);
          places.set(made.id, instead);
          return made;
        },
        keepEarlier: () => Promise.resolve(),
        async order(invitation, id) {
          const [entry = null] = await store.read([id]);
          // Before it is sent, it ends the one that it takes the place of.
          const earlier = state === 'sent' ? (places.get(invitation) ?? null) : null;
          if (earlier !== null) await admin.parts.invitations.revoke(earlier);
          // What became of its mail is recorded meanwhile.
          if (marks && entry !== null)
            await store.change({ ...entry, state: 'failed', lastError: 'mail withdrawn', busyUntil: null }, entry);
          throw new Error('down');
        },
      },
    });
    const row = async (report: ReturnType<typeof list.approve>): Promise<readonly unknown[]> => {
      const [first] = (await report).rows;
      return [first?.outcome, first?.state, first?.invitation, admin.open(email).map(({ code }) => code)];
    };
    assert.deepEqual(await row(list.approve({ first: 1 })), ['approved', 'approved', 'i1', ['CODE-i1']]);
    // It waits, and is withdrawn.
    marks = true;
    assert.deepEqual(await row(list.resend({ emails: [email] })), ['failed', 'approved', 'i1', ['CODE-i1']]);
    marks = false;
    state = 'sent';
    assert.deepEqual(await row(list.resend({ emails: [email] })), ['approved', 'approved', 'i3', ['CODE-i3']]);
    state = null;
    assert.deepEqual(await row(list.resend({ emails: [email] })), ['failed', 'approved', 'i3', ['CODE-i3']]);
  });

  it('whose letter the app cannot send does the same, and leaves both valid where it may still arrive', async () => {
    let failing = false;
    let isSilent = false;
    const admin = openAdminClient({
      sendSeconds: 0.05,
      send: () => {
        if (isSilent) return new Promise(() => undefined);
        return failing ? Promise.reject(new Error('no mail server')) : Promise.resolve();
      },
    });
    const [email = ''] = await askAll(admin, 1);
    await admin.waitlist.approve({ first: 1 });
    failing = true;
    const { rows } = await admin.waitlist.resend({ emails: [email] });
    assert.deepEqual([rows[0]?.outcome, rows[0]?.state, rows[0]?.invitation], ['failed', 'sent', 'i1']);
    const openCodes = (): readonly string[] => admin.open(email).map(({ code }) => code);
    assert.deepEqual(openCodes(), ['CODE-i1']);
    isSilent = true;
    await admin.waitlist.resend({ emails: [email] });
    assert.deepEqual([openCodes(), (await admin.waitlist.list())[0]?.state], [['CODE-i1', 'CODE-i3'], 'failed']);
  });

  it('retries what has failed', async () => {
    let up = false;
    const admin = openAdminClient({
      send: async () => {
        if (!up) throw new Error('no mail server');
      },
    });
    const [email = ''] = await askAll(admin, 1);
    await admin.waitlist.approve({ first: 1 });
    assert.equal((await admin.waitlist.approve({ emails: [email] })).already, 1);
    up = true;
    assert.equal((await admin.waitlist.resend({ emails: [email] })).sent, 1);
    const [entry] = await admin.waitlist.list();
    assert.deepEqual([entry?.state, entry?.lastError, entry?.attempts], ['sent', null, 2]);
    assert.equal(admin.open(email).length, 1);
  });

  it('detects that the person has joined in the meantime', async () => {
    const admin = openAdminClient();
    const [email = ''] = await askAll(admin, 1);
    await admin.waitlist.approve({ first: 1 });
    admin.made.get('i1')!.redeemed = 1;
    const { rows } = await admin.waitlist.resend({ emails: [email] });
    assert.deepEqual([rows[0]?.outcome, rows[0]?.state], ['already', 'joined']);
    assert.equal(admin.letters.length, 1);
  });

  it('skips a person who is just signing up, and says so', async () => {
    const admin = openAdminClient();
    const [email = ''] = await askAll(admin, 1);
    await admin.waitlist.approve({ first: 1 });
    admin.made.get('i1')!.stillOpen = 1;
    const { rows } = await admin.waitlist.resend({ emails: [email] });
    assert.equal(rows[0]?.outcome, 'already');
    assert.match(rows[0].error ?? '', /an account is being written/);
    assert.equal((await admin.waitlist.list())[0]?.busyUntil, null);
  });

  it('applies to approved entries, and for one caller at a time', async () => {
    const admin = openAdminClient();
    const emails = await askAll(admin, 3);
    await admin.waitlist.refuse({ emails: emails.slice(0, 1) });
    await admin.waitlist.approve({ emails: emails.slice(1, 2) });
    const reports = await Promise.all([admin.waitlist.resend({ emails }), admin.waitlist.resend({ emails })]);
    assert.equal(reports[0].sent + reports[1].sent, 1);
    assert.equal(reports[0].already + reports[1].already, 5);
    assert.equal(admin.open(emails[1] ?? '').length, 1);
  });
});

describe('refusing', () => {
  it('applies to waiting entries, sends no email, and changes nothing when repeated', async () => {
    const admin = openAdminClient();
    const emails = await askAll(admin, 2);
    await admin.waitlist.approve({ emails: emails.slice(0, 1) });
    const report = await admin.waitlist.refuse({ emails }, { by: 'root' });
    assert.deepEqual([report.refused, report.already], [1, 1]);
    assert.equal(admin.letters.length, 1);
    await admin.waitlist.ask({ email: emails[1] ?? '' });
    const [entry] = await admin.waitlist.list({ state: 'refused' });
    assert.deepEqual([entry?.email, entry?.by, entry?.decidedAt], [emails[1], 'root', admin.clock.now()]);
    assert.equal(admin.events.filter(({ name }) => name === 'waitlist.refused').length, 1);
  });
});

describe('forgetting a person', () => {
  it('removes the entry and revokes what was sent', async () => {
    const admin = openAdminClient();
    const [email = ''] = await askAll(admin, 1);
    await admin.waitlist.approve({ first: 1 });
    await admin.waitlist.resend({ emails: [email] }, { keep: true });
    assert.deepEqual(await admin.waitlist.remove('PERSON0@example.com'), { removed: true, invitations: ['i1', 'i2'] });
    assert.deepEqual(admin.open(email), []);
    assert.deepEqual(await admin.waitlist.list(), []);
    assert.deepEqual(await admin.waitlist.remove(email), { removed: false, invitations: [] });
    assert.equal((await admin.waitlist.ask({ email })).added, true);
  });

  it('of one tenant keeps the entries of others', async () => {
    const admin = openAdminClient();
    await admin.waitlist.ask({ email: 'ann@example.com', tenant: 'acme' });
    assert.equal((await admin.waitlist.remove('ann@example.com')).removed, false);
    assert.equal((await admin.waitlist.remove('ann@example.com', { tenant: 'acme' })).removed, true);
  });
});

describe('joining', () => {
  it('is recorded when the invitation is redeemed, once', async () => {
    const admin = openAdminClient();
    await askAll(admin, 2);
    await admin.waitlist.approve({ first: 1 });
    const conversions = recordConversions({ ...admin.parts, active: true });
    conversions.events(redeemed('i1'));
    conversions.events(redeemed('i1'));
    conversions.events(redeemed('of another person'));
    conversions.events({ type: 'invitation.revoked', id: 'i1', inFlight: 0, by: null });
    await conversions.idle();
    assert.deepEqual(await admin.waitlist.count(), {
      waiting: 1,
      approved: 0,
      sent: 0,
      failed: 0,
      refused: 0,
      joined: 1,
    });
    assert.equal(admin.events.filter(({ name }) => name === 'waitlist.joined').length, 1);
    // Every event is passed on to the app.
    assert.equal(admin.events.filter(({ name }) => name.startsWith('invitation.')).length, 4);
  });

  it('makes no store request without a waitlist', async () => {
    const admin = openAdminClient();
    await askAll(admin, 1);
    await admin.waitlist.approve({ first: 1 });
    const conversions = recordConversions({ ...admin.parts, active: false });
    conversions.events(redeemed('i1'));
    await conversions.idle();
    assert.equal((await admin.waitlist.count()).sent, 1);
    assert.equal(admin.events.at(-1)?.name, 'invitation.redeemed');
  });

  it('before the email is recorded as sent is kept', async () => {
    const admin = openAdminClient();
    await askAll(admin, 1);
    const conversions = recordConversions({ ...admin.parts, active: true });
    const quick = openAdminClient({
      ...admin.parts,
      send: async ({ invitation }) => {
        conversions.events(redeemed(invitation));
        await conversions.idle();
      },
    });
    const { rows } = await quick.waitlist.approve({ first: 1 });
    assert.deepEqual([rows[0]?.outcome, rows[0]?.state], ['sent', 'joined']);
  });

  it('that emitted no event is found by reconcile', async () => {
    const admin = openAdminClient();
    await askAll(admin, 3);
    await admin.waitlist.approve({ first: 3 });
    admin.made.get('i2')!.redeemed = 1;
    assert.equal(await admin.waitlist.reconcile(), 1);
    assert.equal(await admin.waitlist.reconcile(), 0);
    assert.equal((await admin.waitlist.count()).joined, 1);
  });

  it('with another invitation than that of the entry is found by reconcile', async () => {
    const admin = openAdminClient();
    await askAll(admin, 3);
    await admin.waitlist.approve({ first: 1 });
    const [sent, waiting] = (await admin.waitlist.list({})).map(({ email }) => email);
    const withAccounts = openAdminClient({
      ...admin.parts,
      hasAccount: async (email) => email === sent || email === waiting,
    });
    assert.equal(await withAccounts.waitlist.reconcile(), 2);
    assert.equal(await withAccounts.waitlist.reconcile(), 0);
    assert.deepEqual([(await admin.waitlist.count()).joined, (await admin.waitlist.count()).waiting], [2, 1]);
  });

  it('that cannot be recorded is logged, and delays no one', async () => {
    const admin = openAdminClient();
    const away = { ...admin.store, byInvitation: () => Promise.reject(new Error('away')) };
    const conversions = recordConversions({ ...admin.parts, store: away, active: true });
    conversions.events(redeemed('i1'));
    await conversions.idle();
    assert.equal(admin.errors.length, 1);
  });
});

describe('the list', () => {
  it('is returned in pages, by state, with its limits reported', async () => {
    const admin = openAdminClient();
    await askAll(admin, 5);
    const first = await admin.waitlist.list({ limit: 3 });
    const rest = await admin.waitlist.list({ limit: 3, after: first.at(-1)?.place ?? 0 });
    assert.deepEqual(
      [...first, ...rest].map(({ email }) => email),
      [0, 1, 2, 3, 4].map((at) => `person${at}@example.com`),
    );
    for (const wrong of [{ limit: 0 }, { limit: 1001 }, { limit: 1.5 }, { after: -1 }, { after: Number.NaN }])
      await assert.rejects(admin.waitlist.list(wrong));
  });

  it('as CSV quotes where needed and neutralizes formulas', async () => {
    const admin = openAdminClient();
    await admin.waitlist.ask({ email: '=cmd@example.com', answers: { name: '=1+1', why: 'a "b", c\nd', n: 7 } });
    await admin.waitlist.ask({ email: '+ann@example.com', answers: { name: '@SUM(A1)' } });
    await admin.waitlist.ask({ email: 'bob@example.com', answers: { name: '\tx', why: { deep: true } } });
    const lines: string[] = [];
    for await (const line of admin.waitlist.lines({ answers: ['name', 'why', 'n'] })) lines.push(line);
    const at = new Date(admin.clock.now()).toISOString();
    assert.deepEqual(lines, [
      'place,email,state,asked_at,decided_at,by,sent_at,tenant,locale,invitation,name,why,n\r\n',
      `1,'=cmd@example.com,waiting,${at},,,,,en,,'=1+1,"a ""b"", c\nd",7\r\n`,
      `2,'+ann@example.com,waiting,${at},,,,,en,,'@SUM(A1),,\r\n`,
      `3,bob@example.com,waiting,${at},,,,,en,,'\tx,"{""deep"":true}",\r\n`,
    ]);
  });

  it('as CSV starts no row or formula after a line end or another separator', async () => {
    const admin = openAdminClient();
    const texts = [
      "please\n=cmd|'/c calc'!A0",
      "please\r=cmd|'/c calc'!A0",
      'x;=1+1',
      'x; \t@SUM(A1)',
      '  =1+1',
      '\u00a0\t-1+1',
      'a\nb',
      'a = b - c',
    ];
    for (const [at, why] of texts.entries())
      await admin.waitlist.ask({ email: `p${at}@example.com`, answers: { why } });
    const ends: string[] = [];
    for await (const line of admin.waitlist.lines({ answers: ['why'] })) ends.push(line.split(',en,,')[1] ?? '');
    assert.deepEqual(ends.slice(1), [
      `"please\n'=cmd|'/c calc'!A0"\r\n`,
      `"please\r'=cmd|'/c calc'!A0"\r\n`,
      `"x;'=1+1"\r\n`,
      `"x; \t'@SUM(A1)"\r\n`,
      `  '=1+1\r\n`,
      `\u00a0\t'-1+1\r\n`,
      '"a\nb"\r\n',
      'a = b - c\r\n',
    ]);
  });

  it('as CSV contains every entry of a long list, or those of a given state', async () => {
    const admin = openAdminClient();
    await askAll(admin, 1203);
    await admin.waitlist.refuse({ first: 3 });
    const count = async (query: Parameters<typeof admin.waitlist.lines>[0]): Promise<number> => {
      let lines = 0;
      for await (const line of admin.waitlist.lines(query)) lines += line.endsWith('\r\n') ? 1 : 0;
      return lines;
    };
    assert.equal(await count({}), 1204);
    assert.equal(await count({ state: 'refused' }), 4);
  });
});
