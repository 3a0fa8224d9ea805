import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import {
  defineFlow,
  definePolicy,
  inviteCode,
  inviteCodePrompt,
  password as passwordPrompt,
  promptStage,
  signInFlow,
  text,
  userLogin,
  username,
  userWrite,
} from '../../../lib/index.js';
import { effort } from '../../support/campaign.js';
import { JsonClient, type JsonAnswer } from '../../support/executor-api/json-client.js';
import { openTestApp, signup, type TestApp } from '../../support/http/test-app.js';
import { Visitor } from '../../support/http/visitor.js';

type Person = 'ann' | 'bob';

const prompt = 'ak-stage-prompt';
const phrase = (person: Person): string => `${person} keeps nine quiet lamps in the rain`;

/** The account is written in the middle, so that its plan is held between two requests. */
const flow = defineFlow({
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

/** What a person has been shown. */
interface Seen {
  readonly isExtra: boolean;
  readonly step: string;
  /** How many accounts were written and sign-outs made before: each ends the plan, and the next page is another's. */
  readonly plans: number;
}

/** Two people use one browser in turn, by its page and by the script of an app. */
class SharedBrowser {
  readonly #app: TestApp;
  readonly #code: string;
  readonly #client: JsonClient;
  readonly #names: Readonly<Record<Person, string[]>> = { ann: [], bob: [] };
  readonly #seen = new Map<Person, Seen>();
  #plans = 0;

  constructor(app: TestApp, code: string) {
    this.#app = app;
    this.#code = code;
    this.#client = new JsonClient(app);
  }

  /** They see where the browser is. What another one left open they do not go on with. */
  async open(person: Person): Promise<void> {
    await this.#by(person, async () => {
      const answer = await this.#client.get('one');
      const seen = this.#seen.get(person);
      const isOwn = seen?.isExtra === true && seen.plans === this.#plans;
      const other = answer.body.fields?.[0]?.field_key === 'extra' && !isOwn;
      if (other) this.#seen.delete(person);
      else this.#note(person, answer);
    });
  }

  /**
   * They answer what they were shown last, however long ago that was. Without its step, the second page of one plan is
   * that of another: `docs/json-api.md` says so, and they do not answer one whose plan is over.
   */
  async answer(person: Person, namesStep: boolean): Promise<void> {
    const seen = this.#seen.get(person);
    if (seen === undefined || (seen.isExtra && !namesStep && seen.plans !== this.#plans)) return;
    const headers = namesStep ? { 'x-enrollment-step': seen.step } : {};
    await this.#by(person, async () => {
      const answer = await this.#client.post('one', this.#filledIn(person, seen), '', headers);
      const isOwn = seen.isExtra || answer.body.response_errors === undefined;
      if (!seen.isExtra && isOwn) this.#plans += 1;
      if (isOwn) this.#note(person, answer);
    });
  }

  async byPage(person: Person): Promise<void> {
    await this.#by(person, async () => {
      const visitor = new Visitor({ ...this.#app, page: '/if/flow/one/' });
      Object.assign(visitor, { client: this.#client.browser });
      const page = await visitor.open();
      if (!page.text.includes('name="username"')) return;
      const { component: _, ...fields } = this.#filledIn(person, { isExtra: false });
      await visitor.submit(fields);
      this.#plans += 1;
    });
  }

  async signIn(person: Person): Promise<void> {
    const [name] = this.#names[person];
    if (name === undefined) return;
    await this.#by(person, async () => {
      await this.#client.get('sign-in');
      const component = 'ak-stage-identification';
      await this.#client.post('sign-in', { component, uid_field: name, password: phrase(person) });
    });
  }

  async signOut(): Promise<void> {
    this.#plans += 1;
    await this.#client.browser.post('/sign-out', {});
  }

  #filledIn(person: Person, { isExtra }: Pick<Seen, 'isExtra'>): Readonly<Record<string, string>> {
    if (isExtra) return { component: prompt, extra: person };
    const name = `${person}-${String(this.#names[person].length)}`;
    this.#names[person].push(name);
    return { component: prompt, invite_code: this.#code, username: name, password: phrase(person) };
  }

  #note(person: Person, { body }: JsonAnswer): void {
    const key = body.fields?.[0]?.field_key;
    if (key === undefined) this.#seen.delete(person);
    else this.#seen.set(person, { isExtra: key === 'extra', step: this.#client.step, plans: this.#plans });
  }

  async #by(person: Person, act: () => Promise<void>): Promise<void> {
    const before = await this.#client.me();
    await act();
    const after = await this.#client.me();
    if (after === null || after === before) return;
    assert.ok(this.#names[person].includes(after), `${person} is signed in as ${after}`);
  }
}

type Act = (browser: SharedBrowser) => Promise<void>;

const person = fc.constantFrom('ann' as const, 'bob' as const);
const act: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 4,
    arbitrary: person.map(
      (who): Act =>
        (browser) =>
          browser.open(who),
    ),
  },
  {
    weight: 8,
    arbitrary: fc.tuple(person, fc.boolean()).map(
      ([who, names]): Act =>
        (browser) =>
          browser.answer(who, names),
    ),
  },
  {
    weight: 2,
    arbitrary: person.map(
      (who): Act =>
        (browser) =>
          browser.byPage(who),
    ),
  },
  {
    weight: 2,
    arbitrary: person.map(
      (who): Act =>
        (browser) =>
          browser.signIn(who),
    ),
  },
  { weight: 3, arbitrary: fc.constant<Act>((browser) => browser.signOut()) },
);

/** Bob answers the form that Ann has answered since, without its step: her account waits at the next one. */
const takenOver: Act[] = [
  (browser) => browser.open('bob'),
  (browser) => browser.open('ann'),
  (browser) => browser.answer('ann', true),
  (browser) => browser.answer('bob', false),
];

describe('two people at one browser with a page and JSON', () => {
  it('F1, F2: no one is ever signed in as the other, in any order of events', async function () {
    this.timeout(600_000);
    await fc.assert(
      fc.asyncProperty(fc.array(act, { minLength: 5, maxLength: 25, size: 'max' }), async (acts) => {
        const app = await openTestApp({ executorApi: true, flows: [flow, signInFlow({ slug: 'sign-in' }), signup] });
        try {
          const { code } = await app.enrollment.invitations.create({ uses: 500 });
          const browser = new SharedBrowser(app, code);
          for (const one of acts) await one(browser);
        } finally {
          await app.close();
        }
      }),
      { numRuns: effort(8, 300), examples: [[takenOver]], endOnFailure: true },
    );
  });
});
