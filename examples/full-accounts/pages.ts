import type { Express } from 'express';
import type { Enrollment } from 'express-enrollment';
import { ifSignedOut, recentlyAuthenticated } from 'express-enrollment/policies';
import { reports } from './flows.js';

interface Viewer {
  readonly id: string;
  readonly username: string | null;
  readonly email: string | null;
  readonly emailVerified?: boolean | null;
}

/** The app's own pages: home, settings, and those that begin a consent and send a ticket. */
export function addPages<Member extends Viewer>(
  app: Express,
  enrollment: Enrollment<Member>,
  hasProvider: boolean,
): void {
  const { stylesheet } = enrollment;

  app.get('/', async (req, res) => {
    const user = await enrollment.currentUser(req);
    res.set('Cache-Control', 'no-store').render('home', { user, stylesheet });
  });

  app.get('/settings', async (req, res) => {
    const user = await enrollment.currentUser(req);
    if (user === null) res.redirect(303, '/flows/-/default/authentication/?next=/settings');
    else
      res
        .set('Cache-Control', 'no-store')
        .render('settings', { user, stylesheet, hasProvider, sent: 'sent' in req.query });
  });

  // Another application, which the member has allowed to see something, or is asked.
  app.get('/reports', async (req, res) => {
    const user = await enrollment.currentUser(req);
    const allowed = user !== null && (await enrollment.consents.isGranted(user.id, reports.id, reports.permissions));
    if (user === null || !allowed) res.redirect(303, `${enrollment.flowUrl('consent')}?next=/reports`);
    else res.set('Cache-Control', 'no-store').render('reports', { user, stylesheet, name: reports.name });
  });

  app.post('/reports/revoke', enrollment.policy({ policy: ifSignedOut(), negate: true }), async (req, res) => {
    const user = await enrollment.currentUser(req);
    if (user !== null) await enrollment.consents.revoke(user.id, reports.id);
    res.redirect(303, '/settings');
  });

  // Links by mail: for a new password, and for an address that was only typed.
  for (const [path, purpose] of [
    ['/settings/password-link', 'recovery'],
    ['/settings/address-link', 'verify-email'],
  ] as const)
    app.post(path, enrollment.policy(recentlyAuthenticated()), async (req, res) => {
      const user = await enrollment.currentUser(req);
      if (user !== null) await enrollment.tickets.create({ user: user.id }, { purpose, delivery: 'kit' });
      res.redirect(303, '/settings?sent');
    });
}
