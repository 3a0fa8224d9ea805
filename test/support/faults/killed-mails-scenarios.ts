import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import type { ChildServer } from '../child-server.js';
import { Visitor } from '../http/visitor.js';
import { linkOf, sendTo, type CallAnswer, type KilledMailsScene } from './killed-mails-scene.js';

export interface Subject {
  readonly name: string;
  readonly email: string;
  /** The account that invites. */
  readonly inviter: string;
  /** Of an invitation or a ticket. */
  id: string;
  link: string;
  /** The last time at which its person tried, in milliseconds since 1970. */
  triedAt: number;
}

export interface Scenario {
  readonly title: string;
  /** What exists before. */
  prepare?(subject: Subject): Promise<void>;
  /** Everything up to the request that the server dies of, which the returned function sends. */
  begin(subject: Subject, server: ChildServer): Promise<() => Promise<unknown>>;
  /** What a person, or an administrator, does next. */
  again?(subject: Subject): Promise<void>;
  /** Throws while it is not healed. */
  check(subject: Subject): Promise<void>;
  /** How long it may take to be healed, in seconds; default 75. */
  readonly seconds?: number;
}

export const field = (from: unknown, name: string): unknown => Reflect.get(Object(from), name);

/** The scenarios of mailed invitations. */
export function invitationScenarios(scene: () => KilledMailsScene): readonly Scenario[] {
  const call = async (name: string, given: object): Promise<CallAnswer> =>
    (await scene().call(scene().living, name, given)) ?? assert.fail(name);
  const mailsTo = (email: string): number => scene().inbox.mailsTo(email).length;
  const tellsOf = ({ name }: Subject, words: RegExp): number =>
    scene()
      .inbox.mailsTo(`inviter-of-${name}@example.com`)
      .filter(({ subject: line }) => words.test(line)).length;
  const rowsOf = ({ name }: Subject): readonly { readonly email: string }[] =>
    ['a', 'b'].map((one) => ({ email: `${name}-${one}@example.com` }));

  async function invited(one: Subject, more: object = {}): Promise<void> {
    const { answer } = await call('send', { input: { email: one.email, inviter: one.inviter, ...more } });
    one.id = String(field(answer, 'id'));
    one.link = linkOf(await scene().mailTo(one.email));
  }

  async function openOf(email: string): Promise<number> {
    const items: unknown = field((await call('list', { email })).answer, 'items');
    assert.ok(Array.isArray(items));
    return items.filter((one: unknown) => field(one, 'state') === 'open').length;
  }

  async function opened(link: string): Promise<Visitor> {
    const { url } = scene().living;
    const visitor = new Visitor({ url, page: '/if/flow/invite/' });
    await visitor.open(link);
    return visitor;
  }

  /** Presses a button of the page of a link, where it has one. */
  async function press(one: Subject, name: string, value: string): Promise<void> {
    one.triedAt = Date.now();
    const visitor = await opened(one.link);
    const { text } = await visitor.open('/if/flow/invite/');
    if (text.includes(`name="${name}"`)) await visitor.submit({ [name]: value });
  }

  /** The last mail of an address opens the page of an open invitation. */
  async function lastMailWorks(email: string): Promise<void> {
    assert.equal(await openOf(email), 1);
    const last = scene().inbox.mailsTo(email).at(-1) ?? assert.fail(`no mail to ${email}`);
    assert.match((await opened(linkOf(last))).page.text, /name="enrollment_decline"/);
  }

  /** Of all mails of an address, the last one alone opens the page of an open invitation. */
  async function onlyLastWorks(email: string): Promise<void> {
    const pages: string[] = [];
    for (const mail of scene().inbox.mailsTo(email)) pages.push((await opened(linkOf(mail))).page.text);
    assert.deepEqual(
      pages.map((text) => text.includes('name="enrollment_decline"')),
      pages.map((_, at) => at === pages.length - 1),
    );
  }

  const rotated = { resending: { mode: 'rotate' } } as const;

  return [
    {
      title: 'of a declined invitation: it is declined, and its inviter is told once',
      prepare: invited,
      async begin({ link }, server) {
        const visitor = await opened(link);
        return () => sendTo(server, visitor, { enrollment_decline: 'confirmed' });
      },
      again: (one) => press(one, 'enrollment_decline', 'confirmed'),
      async check(one) {
        assert.equal(field((await call('get', { id: one.id })).answer, 'state'), 'declined');
        assert.deepEqual([mailsTo(one.email), tellsOf(one, /declined/)], [1, 1]);
      },
    },
    {
      title: 'of a fresh link of an invitation: pressed again, it is mailed, and the inviter is told once of each mail',
      async prepare(one) {
        // The fresh one is valid for as long: long enough to be sent.
        const lifetimeMs = 12_000;
        await invited(one, { expires: new Date(Date.now() + lifetimeMs).toISOString() });
        await pause(lifetimeMs);
      },
      async begin({ link }, server) {
        const visitor = await opened(link);
        return () => sendTo(server, visitor, { enrollment_fresh: 'asked' });
      },
      again: (one) => press(one, 'enrollment_fresh', 'asked'),
      async check(one) {
        const fresh = mailsTo(one.email) - 1;
        // A new code that was begun is begun again after 20 seconds.
        if (fresh === 0 && Date.now() > one.triedAt + 21_000) await press(one, 'enrollment_fresh', 'asked');
        assert.ok(fresh === 1 || fresh === 2, `${String(fresh)} fresh links`);
        assert.equal(tellsOf(one, /got a new link/), fresh);
      },
    },
    {
      title: 'of rows that are mailed: sent again, each person has one invitation and one mail',
      begin: (one, server) => Promise.resolve(() => scene().call(server, 'sendMany', { rows: rowsOf(one) })),
      async again(one) {
        await call('sendMany', { rows: rowsOf(one) });
        await call('sendMany', { rows: rowsOf(one) });
      },
      async check(one) {
        for (const { email } of rowsOf(one)) assert.deepEqual([await openOf(email), mailsTo(email)], [1, 1], email);
      },
    },
    {
      title: 'of a second invitation for an address: of the mails of the address, the last one alone works',
      prepare: invited,
      begin: ({ email, inviter }, server) =>
        Promise.resolve(() => scene().call(server, 'send', { input: { email, inviter } })),
      async check({ email }) {
        assert.ok([1, 2].includes(mailsTo(email)), String(mailsTo(email)));
        await onlyLastWorks(email);
      },
    },
    {
      title: 'of a letter of the waitlist that is sent again: of its mails, the last one alone works',
      seconds: 240,
      async prepare(one) {
        await call('ask', { email: one.email });
        await call('approve', { email: one.email });
        one.link = linkOf(await scene().mailTo(one.email));
      },
      begin: ({ email }, server) => Promise.resolve(() => scene().call(server, 'resendLetter', { email })),
      async check(one) {
        await onlyLastWorks(one.email);
        if (Date.now() > one.triedAt + 5000 && mailsTo(one.email) < 2) {
          one.triedAt = Date.now();
          await call('resendLetter', { email: one.email });
        }
        assert.ok([2, 3].includes(mailsTo(one.email)), String(mailsTo(one.email)));
        assert.equal(await openOf(one.email), 1);
      },
    },
    {
      title: 'of an invitation that is resent: sent again, its last mail works',
      prepare: invited,
      begin: ({ id }, server) => Promise.resolve(() => scene().call(server, 'resend', { id, resending: {} })),
      async again({ id }) {
        await call('resend', { id, resending: {} });
      },
      async check(one) {
        assert.ok([2, 3].includes(mailsTo(one.email)), String(mailsTo(one.email)));
        await lastMailWorks(one.email);
      },
    },
    {
      title: 'of an invitation that gets a new code: sent again, its last mail works',
      prepare: invited,
      begin: ({ id }, server) => Promise.resolve(() => scene().call(server, 'resend', { id, ...rotated })),
      async again(one) {
        one.triedAt = Date.now();
        const { text = '' } = await call('resend', { id: one.id, ...rotated });
        // The new code was made: the refusal names its invitation.
        const [, successor] = /reissued as (\w+)/.exec(text) ?? [];
        if (successor !== undefined) await call('resend', { id: successor, resending: {} });
      },
      async check(one) {
        if (mailsTo(one.email) === 1 && Date.now() > one.triedAt + 21_000) await this.again?.(one);
        assert.ok([2, 3].includes(mailsTo(one.email)), String(mailsTo(one.email)));
        await lastMailWorks(one.email);
      },
    },
    {
      title: 'of an approval on the waitlist: approved again after three minutes, one mail works, and no other is sent',
      seconds: 240,
      async prepare({ email }) {
        await call('ask', { email });
      },
      begin: ({ email }, server) => Promise.resolve(() => scene().call(server, 'approve', { email })),
      async check(one) {
        if (Date.now() > one.triedAt + 5000) {
          one.triedAt = Date.now();
          await call('approve', { email: one.email });
        }
        const entries = (await call('waiting', {})).answer;
        assert.ok(Array.isArray(entries));
        const entry: unknown = entries.find((other: unknown) => field(other, 'email') === one.email);
        assert.deepEqual([field(entry, 'state'), mailsTo(one.email)], ['sent', 1]);
        await lastMailWorks(one.email);
      },
    },
  ];
}
