/** The code of docs/existing-app.md: the page shows the lines between `sample` and `end`. */
import express, { type ErrorRequestHandler, type Express } from 'express';
import type { Knex } from 'knex';
import multer from 'multer';
import {
  createEnrollment,
  inviteSignupFlow,
  isInviteRefused,
  memoryUsers,
  type MemoryUser,
  sessionLogin,
  type Enrollment,
  type InviteHandler,
  type Redemption,
} from '../../../lib/index.js';
import { celPolicy, inGroup, passwordPolicy } from '../../../lib/policies.js';
import { sqlRedemptions } from '../../../lib/sql.js';

interface Member {
  readonly id: number;
  readonly email: string;
}

export interface Surroundings {
  readonly app: Express;
  readonly knex: Knex;
  readonly baseUrl: string;
  readonly secret: string;
}

export function guardOnly({ knex, baseUrl, secret }: Omit<Surroundings, 'app'>): Enrollment<Member> {
  const redis = undefined;
  // sample: enrollment
  const enrollment = createEnrollment<Member>({
    baseUrl, // https://app.example: decides the cookies' Secure and the expected origin
    signupUrl: '/signup', // where invitation links lead to
    secret, // 32 characters or more; a list rotates
    redis, // a URL or your ioredis client
    redemptions: sqlRedemptions((sql, values) => knex.raw(sql, values.map(String))),
  });
  // end
  return enrollment;
}

export function middleware({ app, knex }: Surroundings, enrollment: Enrollment<Member>): void {
  // sample: routes
  app.get('/signup', enrollment.prefillInvite(), (_req, res) => {
    res.render('signup', { error: null });
  });

  app.post(
    '/signup',
    enrollment.requireInvite({ field: 'invite_code' }, async (req, res, invite) => {
      const member = await invite.redeem(
        (redemption) =>
          knex.transaction(async (t) => {
            const [written] = await t('members').insert({ email: req.body.email }).returning('*');
            await t('enrollment_redemptions').insert(redemption.row(written.id));
            return written;
          }),
        (id) => knex('members').where({ id }).first(),
      );
      res.redirect(303, `/welcome?member=${member.id}`);
    }),
  );
  // end

  // sample: error handler
  const showRefusal: ErrorRequestHandler = (error, _req, res, next) => {
    if (!isInviteRefused(error)) return next(error);
    res.status(error.status).render('signup', { error: error.message, reference: error.reference });
  };
  app.use(showRefusal);
  // end
}

export function api({ app, knex }: Surroundings, enrollment: Enrollment<Member>): void {
  // sample: api
  app.post(
    '/api/signup',
    express.json(),
    enrollment.requireInvite(
      {
        onRefused: (_req, res, { status, reason, reference, fields }) =>
          res.status(status).json({ error: reason, reference, fields }),
      },
      async (req, res, invite) => {
        const member = await invite.redeem((redemption) => insertMember(knex, req.body.email, redemption));
        res.status(201).json({ id: member.id, team: invite.data['team'] });
      },
    ),
  );
  // end
}

export function multipart({ app, knex }: Surroundings, enrollment: Enrollment<Member>): void {
  // sample: multipart
  const upload = multer({ limits: { fileSize: 1_000_000 } });
  app.post(
    '/signup-with-picture',
    upload.single('picture'),
    enrollment.requireInvite({}, async (req, res, invite) => {
      const member = await invite.redeem((redemption) => insertMember(knex, req.body.email, redemption));
      res.status(201).json({ id: member.id, bytes: req.file?.size });
    }),
  );
  // end
}

export function header({ app, knex }: Surroundings, enrollment: Enrollment<Member>): void {
  // sample: header
  const settings = {
    from: (req: express.Request) => req.get('x-invite-code'),
    email: () => null,
    account: (req: express.Request) => req.get('x-device') ?? null,
  };
  app.post(
    '/devices',
    enrollment.requireInvite(settings, async (_req, res, invite) => {
      const member = await invite.redeem((redemption) => insertMember(knex, `${redemption.key}@devices`, redemption));
      res.status(201).json({ id: member.id });
    }),
  );
  // end
}

export function csrf(
  { app }: Pick<Surroundings, 'app'>,
  enrollment: Enrollment<MemoryUser>,
  { csrfProtection, signUp }: { csrfProtection: express.RequestHandler; signUp: InviteHandler<MemoryUser> },
): void {
  // sample: csrf
  app.use(enrollment.session());
  app.use('/join', enrollment.router()); // signs its own forms
  app.use(csrfProtection); // your own
  app.post('/signup', enrollment.requireInvite({}, signUp));
  // end
}

// sample: transaction
async function insertMember(knex: Knex, email: string, redemption: Redemption): Promise<Member> {
  return knex.transaction(async (t) => {
    const [member] = await t('members').insert({ email }).returning('*');
    await t('enrollment_redemptions').insert(redemption.row(member.id));
    return member;
  });
}
// end

export function wholeFlow({ app, baseUrl, secret }: Surroundings): Enrollment<MemoryUser> {
  const { users, redemptions } = memoryUsers();
  const redis = undefined;
  // sample: flow
  const enrollment = createEnrollment({
    baseUrl, // with the mount path: https://app.example/join
    secret,
    redis,
    users,
    redemptions,
    login: sessionLogin(),
    flows: [inviteSignupFlow({ slug: 'invite', fields: ['username', 'email', 'password'] })],
  });

  app.use(enrollment.session()); // where you have your own: enrollment.checkSession(), between it and passport.session()
  app.use('/join', enrollment.flow('invite')); // or enrollment.router(), for all flows
  // end
  return enrollment;
}

export async function inviting(enrollment: Enrollment<Member>): Promise<string> {
  // sample: inviting
  const { url } = await enrollment.invitations.create({
    uses: 10,
    expires: { local: '2099-12-31 23:59:59', zone: 'Asia/Jakarta' },
    label: 'Reading club',
    data: { team: 'readers' },
  });
  // end
  return url ?? '';
}

export function policies({ app }: Pick<Surroundings, 'app'>, enrollment: Pick<Enrollment<MemoryUser>, 'policy'>): void {
  // sample: policies
  app.post('/profile', enrollment.policy(passwordPolicy({ minLength: 12 })), (_req, res) => {
    res.redirect(303, '/profile');
  });

  app.get(
    '/reports',
    enrollment.policy([inGroup('staff'), celPolicy('request.locale == "en"')], {
      mode: 'any',
      onRefused: (_req, res, refusal) => res.status(refusal.status).send(refusal.message),
    }),
    (_req, res) => {
      res.send('Reports');
    },
  );
  // end
}

export function accepting(
  { app, knex, memberOf }: Pick<Surroundings, 'app' | 'knex'> & { memberOf(req: express.Request): number | null },
  enrollment: Pick<Enrollment<Member>, 'acceptInvite' | 'prefillInvite'>,
): void {
  // sample: accepting
  app.get('/teams/join', enrollment.prefillInvite(), (_req, res) => {
    res.render('join', { error: null });
  });

  app.post(
    '/teams/join',
    enrollment.acceptInvite(
      {
        user: memberOf, // your own session: the id, or null; not needed with `login` and `users`
        write: (redemption, req) =>
          knex.transaction(async (t) => {
            const member = memberOf(req) ?? 0;
            await t('team_members').insert({ member, team: redemption.invitation?.data['team'] });
            await t('enrollment_redemptions').insert(redemption.row(member));
          }),
      },
      (_req, res, accepted) => {
        res.redirect(303, `/teams/${String(accepted.data['team'])}`);
      },
    ),
  );
  // end
}
