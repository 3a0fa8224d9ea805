import assert from 'node:assert/strict';
import express from 'express';
import {
  admittedSource,
  defineFlow,
  definePolicy,
  inviteCode,
  inviteCodePrompt,
  inviteSignupFlow,
  isInviteRefused,
  memoryConnections,
  memoryUsers,
  password as passwordPrompt,
  promptStage,
  signInFlow,
  text,
  userLogin,
  userWrite,
  username,
  type MemoryUser,
} from '../../../lib/index.js';
import { savedPasswordField } from '../../../lib/base/reserved-names.js';
import { Secret } from '../../../lib/base/secret.js';
import { forms, type HtmlForm } from '../html-form.js';
import { RawClient, type RawAnswer } from '../raw-client.js';
import type { TestRedis } from '../redis-server.js';
import { openTestApp, quickPasswords, type TestApp } from './test-app.js';

export type Person = 'ann' | 'bob' | 'eve';

/** A form in an open tab, which belongs to a plan. */
interface Tab {
  readonly form: HtmlForm;
}

/** The last request, so that exactly the same can be sent again. */
interface Sent {
  readonly person: Person;
  readonly path: string;
  readonly fields: Readonly<Record<string, string>>;
}

const phrase = (person: string): string => `${person} keeps nine quiet lamps in the rain`;

const onePage = defineFlow({
  slug: 'one',
  title: 'Join',
  designation: 'enrollment',
  target: '/in',
  stages: [
    promptStage({
      name: 'all',
      prompts: [
        inviteCodePrompt({ label: 'Code' }),
        username({ key: 'username', label: 'Name' }),
        passwordPrompt({ key: 'password', label: 'Password' }),
      ],
      validation: [inviteCode()],
    }),
    userWrite({ name: 'write' }),
    promptStage({
      name: 'extra',
      prompts: [text({ key: 'extra', label: 'Extra', required: false })],
      validation: [definePolicy({ name: 'seen', consumes: ['extra'], check: () => true })],
    }),
    userLogin({ name: 'login' }),
  ],
});

/**
 * One browser that two people use in turn, a third person's own browser, and an app that all three may try to break.
 */
export class TwoPeople {
  readonly shared: RawClient;
  readonly planter: RawClient;
  /** The person known to a plan in the shared browser, by flow: they left it open. */
  readonly #holders = new Map<string, Person>();
  readonly #accounts = new Map<Person, string[]>();
  readonly #club: TestApp;
  readonly #redis: TestRedis;
  readonly #code: string;
  readonly #dying: { now: boolean };
  /** Accounts that were written for one person with the password of another. */
  readonly #foreignPasswords: string[];
  #tabs: Tab[] = [];
  #sent: Sent | null = null;
  #kept: ReadonlyMap<string, string> = new Map();
  #count = 0;

  private constructor(
    testApp: TestApp,
    redis: TestRedis,
    code: string,
    { dying, foreignPasswords }: { readonly dying: { now: boolean }; readonly foreignPasswords: string[] },
  ) {
    this.#club = testApp;
    this.#redis = redis;
    this.#code = code;
    this.#dying = dying;
    this.#foreignPasswords = foreignPasswords;
    this.shared = new RawClient(testApp.url);
    this.planter = new RawClient(testApp.url);
  }

  static async open(redis: TestRedis): Promise<TwoPeople> {
    await redis.client().flushall();
    const store = memoryUsers();
    const dying = { now: false };
    const foreignPasswords: string[] = [];
    const users = {
      ...store.users,
      async create(...args: Parameters<typeof store.users.create>) {
        const [{ username: name, passwordHash: hash }] = args;
        const [person = ''] = name?.split('-') ?? [];
        const isOwn = hash === null || (await quickPasswords.verify(hash, new Secret(phrase(person))));
        if (!isOwn) foreignPasswords.push(name ?? '');
        const user = await store.users.create(...args);
        // As if the process had died after the write: nothing after it runs, and the answer is lost.
        if (dying.now) throw new Error('the connection was lost after the write');
        return user;
      },
    };
    const testApp = await openTestApp({
      redis: redis.url,
      clock: { now: () => Date.now() },
      users,
      redemptions: store.redemptions,
      connections: memoryConnections(),
      passwords: quickPasswords,
      flows: [
        inviteSignupFlow({ slug: 'two', fields: ['username', 'password'] }),
        onePage,
        signInFlow({ slug: 'sign-in' }),
      ],
      sources: [admittedSource({ slug: 'corp', name: 'Corp', issuer: 'https://corp.example' })],
      after(app, enrollment) {
        app.get(
          '/sso',
          enrollment.admit('corp', (req) => {
            const subject = req.get('x-remote-user') ?? '';
            return { subject, username: subject, email: `${subject}@corp.example`, emailVerified: true };
          }),
        );
        app.use(express.urlencoded({ extended: false }));
        app.get('/signup', enrollment.prefillInvite(), (_req, res) => void res.send('form'));
        app.post(
          '/signup',
          enrollment.requireInvite({ field: 'invite_code' }, async (req, res, invite) => {
            const body = req.body as Record<string, string>;
            const user = await invite.redeem(async (redemption) => {
              const account = {
                username: body['username'] ?? null,
                email: null,
                name: null,
                passwordHash: null,
                data: {},
              };
              return users.create(account, redemption);
            });
            await enrollment.signIn(req, res, user);
            res.redirect(303, '/in');
          }),
        );
        app.use(((error: unknown, _req, res, next) => {
          if (res.headersSent) next(error);
          else res.status(isInviteRefused(error) ? error.status : 500).send('refused');
        }) as express.ErrorRequestHandler);
      },
    });
    await testApp.enrollment.ready();
    const { code } = await testApp.enrollment.invitations.create({ uses: 500 });
    return new TwoPeople(testApp, redis, code, { dying, foreignPasswords });
  }

  close(): Promise<void> {
    return this.#club.close();
  }

  /** Opens a page of a flow in a new tab. */
  async openPage(person: Person, flow: 'two' | 'one' | 'sign-in'): Promise<void> {
    await this.#by(person, flow, async (client) => this.#follow(client, await client.get(`/if/flow/${flow}/`)));
  }

  /** Fills in the form of a tab as this person, and sends it `times` times at once. */
  async submit(person: Person, which: number, times: 1 | 2): Promise<void> {
    const tab = this.#tabs[which % Math.max(1, this.#tabs.length)];
    if (tab === undefined) return;
    const fields = { ...tab.form.hidden, ...this.#filledIn(person, tab.form) };
    await this.#send({ person, path: tab.form.action, fields }, times);
  }

  /** The name is refused, so that the password is saved where it was typed. */
  async submitRefused(person: Person, which: number): Promise<void> {
    const tab = this.#tabs[which % Math.max(1, this.#tabs.length)];
    if (tab === undefined) return;
    const fields = { ...tab.form.hidden, ...this.#filledIn(person, tab.form) };
    if ('username' in fields)
      await this.#send({ person, path: tab.form.action, fields: { ...fields, username: 'root' } }, 1);
  }

  /** Sends a form without a password, as where the page says that it is saved. */
  async submitBlank(person: Person, which: number): Promise<void> {
    const tab = this.#tabs[which % Math.max(1, this.#tabs.length)];
    if (tab === undefined) return;
    const fields = { ...tab.form.hidden, ...this.#filledIn(person, tab.form) };
    const blank = Object.fromEntries(
      Object.entries(fields).map(([name, value]) => [name, name === 'password' ? '' : value]),
    );
    await this.#send({ person, path: tab.form.action, fields: blank }, 1);
  }

  /** Two people send the forms of one tab at once; each answer is checked separately. */
  async race(which: number): Promise<void> {
    const tab = this.#tabs[which % Math.max(1, this.#tabs.length)];
    if (tab === undefined) return;
    const flow = flowOf(tab.form.action);
    const holder = this.#holders.get(flow);
    const before = await this.#me(this.shared);
    await Promise.all(
      (['ann', 'bob'] as const).map(async (person) => {
        const client = this.#copy();
        const fields = { ...tab.form.hidden, ...this.#filledIn(person, tab.form) };
        await client.post(tab.form.action, fields);
        await this.#check(client, person, holder, before);
      }),
    );
    this.#checkPasswords({ ...tab.form.hidden, ...this.#filledIn('ann', tab.form) });
    this.shared.cookies.take(['enrollment.attempt=; Path=/; Max-Age=0'], '/');
    for (const slug of ['two', 'one', 'sign-in', 'no-access-yet']) this.#forgetPlan(slug);
    this.#tabs = [];
  }

  /** The same bytes again, as by a reload. */
  async repeat(): Promise<void> {
    if (this.#sent !== null) await this.#send(this.#sent, 1);
  }

  async signUpAtGuard(person: Person): Promise<void> {
    await this.shared.get('/signup');
    const fields = { invite_code: this.#code, username: this.#newName(person), password: phrase(person) };
    await this.#send({ person, path: '/signup', fields }, 1);
  }

  /** Returns from the provider as this person. */
  async sso(person: Person): Promise<void> {
    if (!this.#accountsOf(person).includes(person)) this.#accounts.set(person, [...this.#accountsOf(person), person]);
    const flows = ['no-access-yet', 'sign-in'] as const;
    const tokens = flows.map((flow) => this.#token(flow));
    // The provider's answer is for this person: plans that are open in the browser are no excuse.
    await this.#by(person, null, async (client) =>
      this.#follow(client, await client.get('/sso', { 'x-remote-user': person })),
    );
    // An answer that continues elsewhere, as with connecting an account, leaves a plan of the gate to the person who
    // began it.
    flows.forEach((flow, at) => {
      if (this.#token(flow) === tokens[at]) return;
      if (flow === 'no-access-yet') this.#holders.set(flow, person);
      else this.#holders.delete(flow);
    });
  }

  async signOut(way: 'kit' | 'own'): Promise<void> {
    if (way === 'kit') {
      await this.shared.post('/sign-out', {});
      this.#holders.clear();
    } else this.shared.cookies.take(['enrollment.sid=; Path=/; Max-Age=0'], '/');
  }

  /** Plans are lost, or set back to their state at `keepPlans`. */
  async losePlans(back: boolean): Promise<void> {
    const client = this.#redis.client();
    for (const key of await client.keys('*plan*')) await client.del(key);
    if (back) for (const [key, value] of this.#kept) await client.set(key, value, 'EX', 3600);
  }

  async keepPlans(): Promise<void> {
    const client = this.#redis.client();
    const entries: (readonly [string, string])[] = [];
    for (const key of await client.keys('*plan*')) {
      if ((await client.type(key)) === 'string') entries.push([key, (await client.get(key)) ?? '']);
    }
    this.#kept = new Map(entries);
  }

  /** The third person begins a flow and plants the cookie in the shared browser; later they use their own copy. */
  async plant(flow: 'two' | 'one'): Promise<void> {
    const name = `enrollment.plan.${flow}`;
    // A plan that already knows its planter would end in the planter's account: plain http cannot prevent that.
    this.planter.cookies.take([`${name}=; Path=/if/flow/${flow}/; Max-Age=0`], '/');
    await this.planter.get(`/if/flow/${flow}/`);
    const planted = this.planter.cookies.get(name);
    if (planted === undefined) return;
    this.#forgetPlan(flow);
    this.shared.cookies.set(name, planted, `/if/flow/${flow}/`);
    await this.#follow(this.shared, await this.shared.get(`/if/flow/${flow}/`));
  }

  async harvest(flow: 'two' | 'one'): Promise<void> {
    const answer = await this.#follow(this.planter, await this.planter.get(`/if/flow/${flow}/`), false);
    for (const form of forms(answer.text)) {
      if (form.method === 'post')
        await this.planter.post(form.action, { ...form.hidden, ...this.#filledIn('eve', form) });
    }
    const me = await this.#me(this.planter);
    assert.ok(
      me === null || this.#accountsOf('eve').includes(me),
      `the planter of a cookie is signed in as ${String(me)}`,
    );
    this.planter.cookies.take(['enrollment.sid=; Path=/; Max-Age=0'], '/');
  }

  dieAfterWrite(dies: boolean): void {
    this.#dying.now = dies;
  }

  async #send(sent: Sent, times: 1 | 2): Promise<void> {
    this.#sent = sent;
    const flow = flowOf(sent.path);
    await this.#by(sent.person, flow, async (client) => {
      const post = () => client.post(sent.path, sent.fields);
      const token = this.#token(flow);
      const [answer] = await Promise.all(times === 1 ? [post()] : [post(), post()]);
      this.#checkPasswords(sent.fields);
      // A new token: the plan now knows the person, or an anonymous plan has begun.
      if (this.#token(flow) !== token) {
        if ('username' in sent.fields) this.#holders.set(flow, sent.person);
        else this.#holders.delete(flow);
      }
      return this.#follow(client, answer);
    });
  }

  /** `flow`: the flow whose open plan may know another person; `null`: only the person's own accounts are allowed. */
  async #by(person: Person, flow: string | null, act: (client: RawClient) => Promise<unknown>): Promise<void> {
    const before = await this.#me(this.shared);
    const holder = flow === null ? undefined : this.#holders.get(flow);
    await act(this.shared);
    await this.#check(this.shared, person, holder, before);
  }

  async #check(client: RawClient, person: Person, holder: Person | undefined, before: string | null): Promise<void> {
    const me = await this.#me(client);
    if (me === null || me === before) return;
    const own = [...this.#accountsOf(person), ...(holder === undefined ? [] : this.#accountsOf(holder))];
    assert.ok(own.includes(me), `${person} is signed in as ${me}`);
  }

  async #follow(client: RawClient, first: RawAnswer, tabs = true): Promise<RawAnswer> {
    let answer = first;
    for (let hops = 0; answer.status === 303 && answer.location.startsWith('/if/') && hops < 5; hops += 1)
      answer = await client.get(answer.location);
    if (tabs)
      this.#tabs = [
        ...forms(answer.text)
          // The button that connects names the account: a person who presses it for someone else gives their account
          // away.
          .filter(({ method, action }) => method === 'post' && /^\/if\/flow\/(?!connect-account)/.test(action))
          .map((form) => ({ form })),
        ...this.#tabs,
      ].slice(0, 4);
    return answer;
  }

  /** Only the page that says that a password is saved may be sent without one. */
  #checkPasswords(fields: Sent['fields']): void {
    const foreign = this.#foreignPasswords.splice(0);
    const isMarked = savedPasswordField in fields && fields['password'] === '';
    if (!isMarked) assert.deepEqual(foreign, [], 'accounts with the password of another person');
  }

  #filledIn(person: Person, form: HtmlForm): Readonly<Record<string, string>> {
    const names = form.controls.map(({ name }) => name);
    const values: Record<string, string> = {};
    if (names.includes('invite_code')) values['invite_code'] = this.#code;
    if (names.includes('username')) values['username'] = this.#newName(person);
    if (names.includes('uid_field')) values['uid_field'] = this.#accountsOf(person).at(-1) ?? `${person}-nobody`;
    const isSaved = names.includes(savedPasswordField);
    for (const name of names.filter((one) => one.startsWith('password'))) values[name] = isSaved ? '' : phrase(person);
    if (names.includes('extra')) values['extra'] = person;
    return values;
  }

  #newName(person: Person): string {
    this.#count += 1;
    const name = `${person}-${String(this.#count)}`;
    this.#accounts.set(person, [...this.#accountsOf(person), name]);
    return name;
  }

  #accountsOf(person: Person): readonly string[] {
    return this.#accounts.get(person) ?? [];
  }

  #token(flow: string): string | undefined {
    return this.shared.cookies.get(`enrollment.plan.${flow}`);
  }

  #forgetPlan(flow: string): void {
    this.shared.cookies.take([`enrollment.plan.${flow}=; Path=/if/flow/${flow}/; Max-Age=0`], '/');
    this.#holders.delete(flow);
  }

  #copy(): RawClient {
    const client = new RawClient(this.#club.url);
    for (const name of this.shared.cookies.names()) {
      const [, slug] = /^enrollment\.(?:plan|notice)\.(.+)$/.exec(name) ?? [];
      client.cookies.set(name, this.shared.cookies.get(name) ?? '', slug === undefined ? '/' : `/if/flow/${slug}/`);
    }
    return client;
  }

  async #me(client: RawClient): Promise<string | null> {
    const { text: said } = await client.get('/me');
    return said === '' ? null : ((JSON.parse(said) as Partial<MemoryUser> | null)?.username ?? null);
  }
}

function flowOf(path: string): string {
  return /\/if\/flow\/([^/]+)\//.exec(path)?.[1] ?? '';
}
