// A typed app on the package: every part that an app would use, and mistakes that the compiler must report.
import express, { type Express, type Request } from 'express';
import {
  createEnrollment,
  defineFlow,
  definePolicy,
  defineStage,
  inviteCode,
  inviteSignupFlow,
  isEnrollmentError,
  passportLogin,
  password,
  passwordsMatch,
  promptStage,
  sessionLogin,
  text,
  userLogin,
  userWrite,
  username,
  type Enrollment,
  type EnrollmentEvent,
  type EnrollmentOptions,
  type Login,
  type UserStore,
} from 'express-enrollment';
import type { PlanStore } from 'express-enrollment/ports';
import { sqliteUsers, sqlRedemptions } from 'express-enrollment/sql';
import { fakeClock, userStoreContract, type ContractCase } from 'express-enrollment/testing';

interface Member {
  readonly number: number;
  readonly handle: string;
}

const members = new Map<string, Member>();

const users: UserStore<Member> = {
  toProfile: (member) => ({ id: String(member.number), username: member.handle, active: true }),
  async create(account, redemption) {
    const member = { number: members.size + 1, handle: account.username ?? 'nobody' };
    const row = redemption.row(member.number);
    members.set(row.user_id, member);
    return member;
  },
  findById: async (id) => members.get(id) ?? null,
  findByLogin: async (_field, canonical) => [...members.values()].find(({ handle }) => handle === canonical) ?? null,
};

const terms = defineStage({
  kind: 'terms',
  component: 'app-stage-terms',
  view: 'pages/terms',
  fields: () => ['accepted'],
  challenge: async ({ version }: { readonly version: number }) => ({ version }),
  read: async (input) => ({ ok: true, value: { accepted: input['accepted'] === 'on' } }),
  respond: async ({ accepted }) => {
    const yes: boolean = accepted;
    return yes ? { type: 'completed' } : { type: 'invalid', errors: {} };
  },
});

const flow = defineFlow({
  slug: 'join',
  title: 'Join the club',
  designation: 'enrollment',
  stages: [
    promptStage({
      name: 'code',
      prompts: [text({ key: 'invite_code', label: 'Code', entryLink: true })],
      validation: [inviteCode()],
    }),
    terms({ name: 'terms', version: 2 }),
    promptStage({
      name: 'account',
      prompts: [
        username({ key: 'username', label: 'Name' }),
        password({ key: 'password', label: 'Password' }),
        password({ key: 'password_repeat', label: 'Once more', repeats: true }),
      ],
      validation: [
        passwordsMatch(),
        definePolicy({ name: 'no-root', fields: ['username'], check: ({ answers }) => answers['username'] !== 'root' }),
      ],
    }),
    userWrite({ name: 'write' }),
    userLogin({ name: 'login' }),
  ],
});

const own: Login<Member> = {
  current: () => null,
  async signIn(req, _res, member, { method }) {
    req.headers['x-signed-in'] = `${member.number} ${method}`;
  },
};

const counts: string[] = [];

/** The type of an event determines its fields. */
export function isWrongPassword(event: EnrollmentEvent): boolean {
  if (event.type !== 'login.failed') return false;
  const cause: 'unknown' | 'password' | 'no_password' | 'inactive' | 'second_factor' | 'passkey' = event.cause;
  return cause === 'password';
}

const rows = new Map<string, { readonly rev: number; readonly text: string }>();

/** A custom store. */
const plans: PlanStore = {
  load: async (id) => rows.get(id) ?? null,
  async create(id, text, _ttlSeconds, rev = 1) {
    rows.set(id, { rev, text });
    return { won: true };
  },
  replace: async (id) => ({ won: false, now: rows.get(id) ?? null }),
  drop: async (id) => void rows.delete(id),
};

export function appOf(login: 'own' | 'passport' | 'session'): { app: Express; enrollment: Enrollment<Member> } {
  const enrollment = createEnrollment({
    baseUrl: 'https://club.example/join',
    users,
    redemptions: sqlRedemptions(async (_sql, _values) => [], { placeholders: '$1' }),
    login: login === 'own' ? own : login === 'passport' ? passportLogin() : sessionLogin(),
    flows: [flow, inviteSignupFlow({ slug: 'invite', fields: ['username', 'email', 'password'] })],
    clock: fakeClock(),
    stores: { plans },
    locals: (req) => ({ language: req.acceptsLanguages()[0] ?? 'en' }),
    onEnrolled: ({ user }) => user.number,
    events: (event) => void counts.push(`${event.type} ${'cause' in event ? event.cause : ''}`),
  });
  const app = express();
  app.use(enrollment.session());
  app.use('/join', enrollment.router());
  app.get('/', async (req: Request, res) => {
    const member: Member | null = await enrollment.currentUser(req);
    res.json({ handle: member?.handle ?? null });
  });
  return { app, enrollment };
}

export async function invite({ enrollment }: ReturnType<typeof appOf>): Promise<string> {
  const expires = { local: '2030-12-31 23:59:59', zone: 'Asia/Jakarta' };
  const { code, url } = await enrollment.invitations.create({ uses: 3, expires });
  return `${code} ${url}`;
}

export function statusOf(error: unknown): number {
  return isEnrollmentError(error) ? error.status : 500;
}

export const cases: readonly ContractCase[] = userStoreContract(async () => sqliteUsers('users.sqlite'));

export const mistakes = [
  // @ts-expect-error -- a flow has no such designation
  () => defineFlow({ slug: 'x', title: 'X', designation: 'party', stages: [] }),
  // @ts-expect-error -- the stage's own setting is a number
  () => terms({ name: 'terms', version: 'two' }),
  // @ts-expect-error -- four functions make a user store
  (): UserStore<Member> => ({ toProfile: users.toProfile }),
  // @ts-expect-error -- the app's own user type is kept
  (made: ReturnType<typeof appOf>, req: Request): Promise<string | null> => made.enrollment.currentUser(req),
  // @ts-expect-error -- only some events have a cause
  (event: EnrollmentEvent): string => event.cause,
  // @ts-expect-error -- no event has this type
  (event: EnrollmentEvent): boolean => event.type === 'login.fialed',
  // @ts-expect-error -- a sink takes one event
  (): EnrollmentOptions<Member>['events'] => (name: string, facts: object) =>
    void counts.push(`${name} ${Object.keys(facts).join()}`),
  // @ts-expect-error -- a contract's case runs without arguments
  (one: ContractCase) => one.run('twice'),
];
