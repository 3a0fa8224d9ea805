/**
 * An app with a guarded signup route, and one that accepts invitations for the user of `x-user`, in a process that kills itself at one moment of the last step:
 *
 *   DIES_AT   claimed | in-transaction | committed | before-answer; unset: it stays alive
 */
import { passAlive, serve, setting } from '../child-program.js';
import express from 'express';
import { createEnrollment } from '../../../lib/index.js';
import { sqlitePeople, type Person } from './people.js';

const people = await sqlitePeople(setting('DATABASE'));
const enrollment = createEnrollment<Person>({
  baseUrl: setting('BASE_URL'),
  secret: setting('ENROLLMENT_SECRET'),
  redis: setting('REDIS_URL'),
  redemptions: people.redemptions,
  // What a killed process has counted is never given back.
  rateLimits: { codes: { perClient: { points: 1000, windowSeconds: 600 } } },
});

const app = express();
app.use(express.urlencoded({ extended: false }));
app.get('/signup', enrollment.prefillInvite(), (_req, res) => void res.json(res.locals['invite']));
app.post(
  '/signup',
  enrollment.requireInvite({}, async (req, res, invite) => {
    const person = await invite.redeem(
      async (redemption) => {
        passAlive('claimed');
        const written = await people.insert(req.body.email, {
          ...redemption,
          row(id) {
            passAlive('in-transaction');
            return redemption.row(id);
          },
        });
        passAlive('committed');
        return written;
      },
      (id) => people.findById(id),
    );
    passAlive('before-answer');
    res.status(201).json({ person });
  }),
);
app.post(
  '/accept',
  enrollment.acceptInvite(
    {
      user: userOf,
      async write(redemption, req) {
        passAlive('claimed');
        await people.accept(userOf(req) ?? '', redemption);
        passAlive('committed');
      },
    },
    (_req, res, accepted) => {
      passAlive('before-answer');
      res.json(accepted);
    },
  ),
);

function userOf(req: express.Request): string | null {
  return req.get('x-user') ?? null;
}

serve(app, () => enrollment.ready());
