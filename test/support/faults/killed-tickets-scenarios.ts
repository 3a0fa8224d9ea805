import assert from 'node:assert/strict';
import { accountOf, password } from '../account.js';
import { signIn } from '../http/sign-in-app.js';
import { Visitor } from '../http/visitor.js';
import { linkOf, sendTo, type CallAnswer, type KilledMailsScene } from './killed-mails-scene.js';
import { field, type Scenario, type Subject } from './killed-mails-scenarios.js';

const fresh = 'a new battery for the horse';

/** The scenarios of tickets, and of webhooks. */
export function ticketScenarios(scene: () => KilledMailsScene): readonly Scenario[] {
  const call = async (name: string, given: object): Promise<CallAnswer> =>
    (await scene().call(scene().living, name, given)) ?? assert.fail(name);
  const subjectsTo = (email: string): readonly string[] =>
    scene()
      .inbox.mailsTo(email)
      .map(({ subject: line }) => line);
  const visitor = (page = '/if/flow/set-password/'): Visitor => new Visitor({ url: scene().living.url, page });
  const browsers = new Map<string, Visitor>();
  const users = new Map<string, string>();

  async function ticket(one: Subject, user: string, count: number): Promise<void> {
    const terms = { purpose: 'recovery', delivery: 'kit', inviter: one.inviter };
    one.id = String(field((await call('ticket', { user, ticket: terms })).answer, 'id'));
    one.link = linkOf(await scene().mailTo(one.email, count));
  }

  async function opened({ link }: Subject): Promise<Visitor> {
    const by = visitor();
    await by.open(link);
    return by;
  }

  /** Of all mails of an address, the link of the last one alone is open. */
  async function onlyLastWorks(email: string): Promise<void> {
    const pages: string[] = [];
    for (const mail of scene().inbox.mailsTo(email)) {
      const by = visitor();
      await by.open(linkOf(mail));
      pages.push(by.page.text);
    }
    assert.deepEqual(
      pages.map((text) => text.includes('name="password"')),
      pages.map((_, at) => at === pages.length - 1),
    );
  }

  return [
    {
      title: 'of a second ticket of an account: of their mails, the last one alone works',
      async prepare(one) {
        const { id } = await scene().member(one.name);
        await ticket(one, id, 1);
        users.set(one.name, id);
      },
      begin: ({ name }, server) => {
        const terms = { purpose: 'recovery', delivery: 'kit' };
        return Promise.resolve(() => scene().call(server, 'ticket', { user: users.get(name), ticket: terms }));
      },
      async check({ email }) {
        assert.ok([1, 2].includes(subjectsTo(email).length));
        await onlyLastWorks(email);
      },
    },
    {
      title: 'of a fresh link of a ticket: pressed again, it is mailed, and the inviter is told once of each mail',
      async prepare(one) {
        const { id } = await scene().member(one.name);
        await ticket(one, id, 1);
        const superseded = one.link;
        await ticket(one, id, 2);
        one.link = superseded;
      },
      async begin(one, server) {
        const by = await opened(one);
        return () => sendTo(server, by, { enrollment_fresh: 'asked' });
      },
      async again(one) {
        await (await opened(one)).submit({ enrollment_fresh: 'asked' });
      },
      async check({ name, email }) {
        const mails = scene().inbox.mailsTo(email);
        assert.ok([3, 4].includes(mails.length), `${String(mails.length)} mails`);
        const told = subjectsTo(`inviter-of-${name}@example.com`).filter((line) => line.includes('got a new link'));
        assert.equal(told.length, mails.length - 2);
        const by = visitor();
        await by.open(linkOf(mails.at(-1) ?? assert.fail()));
        assert.match(by.page.text, /name="password"/);
      },
    },
    {
      title:
        'of a password that a ticket sets: it is set, its address proved, other sessions ended, and one notice sent',
      async prepare(one) {
        const { id } = await scene().member(one.name);
        const session = visitor('/if/flow/sign-in/');
        assert.equal((await signIn(session, one.name)).status, 303);
        assert.equal(await session.me(), one.name);
        browsers.set(one.name, session);
        await ticket(one, id, 1);
      },
      async begin(one, server) {
        const by = await opened(one);
        return () => sendTo(server, by, { password: fresh });
      },
      async again(one) {
        one.triedAt = Date.now();
        const by = visitor();
        const { text } = await by.open(one.link);
        if (text.includes('name="password"')) await by.submit({ password: fresh });
      },
      async check(one) {
        const ticketState = field((await call('ticketState', { id: one.id })).answer, 'state');
        // The claim of the killed process ends first.
        if (ticketState !== 'used' && Date.now() > one.triedAt + 16_000) await this.again?.(one);
        assert.equal(ticketState, 'used');
        const { users } = scene().store;
        const user = (await users.findByLogin('username', one.name)) ?? assert.fail(one.name);
        assert.equal(users.toProfile(user).emailVerified, true);
        assert.equal(await browsers.get(one.name)?.me(), null);
        const notices = subjectsTo(one.email).filter((line) => /password/i.test(line) && /changed/i.test(line));
        assert.equal(notices.length, 1, subjectsTo(one.email).join('; '));
        const signsIn = async (typed: string): Promise<boolean> =>
          (await signIn(visitor('/if/flow/sign-in/'), one.name, typed)).location === '/inside';
        assert.deepEqual([await signsIn(password), await signsIn(fresh)], [false, true]);
      },
    },
    {
      title: 'of an account that is created: sent again, it is there, and a webhook reports it once',
      async prepare(one) {
        const { answer } = await call('send', { input: { email: one.email } });
        const by = new Visitor(scene().living);
        await by.enterCode(String(field(answer, 'code')));
        browsers.set(one.name, by);
      },
      begin({ name }, server) {
        const by = browsers.get(name) ?? assert.fail(name);
        return Promise.resolve(() => sendTo(server, by, accountOf(name)));
      },
      async again({ name }) {
        await browsers.get(name)?.submit(accountOf(name));
      },
      async check({ name }) {
        const { users } = scene().store;
        const user = (await users.findByLogin('username', name)) ?? assert.fail(name);
        const reports = scene().receiver.received.filter(
          ({ type, data }) => type === 'enrollment.finished' && data['user'] === user.id,
        );
        assert.equal(reports.length, 1);
      },
    },
  ];
}
