/**
 * An app with a guarded signup route, in a process that kills itself at one moment of the last step:
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
serve(app, () => enrollment.ready());
