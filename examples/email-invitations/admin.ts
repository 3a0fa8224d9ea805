/** The administrator's page: it creates accounts and invites their owners, or people who sign up by themselves. */
import express, { type Express, type RequestHandler, type Response } from 'express';
import { canonicalEmail, isEnrollmentError } from 'express-enrollment';
import type { Accounts } from './accounts.js';
import type { Enrollment } from './club.js';

export interface AdminSettings {
  readonly enrollment: Enrollment;
  readonly accounts: Accounts;
  /** The pages with the mails that were sent. */
  readonly inbox: string;
}

/** Somebody who was invited: by a ticket for their account, or by an invitation to create one. */
interface Invited {
  readonly name: string;
  readonly email: string;
  readonly about: { readonly type: 'ticket' | 'invitation'; readonly id: string };
}

export function addAdminPages(app: Express, { enrollment, accounts, inbox }: AdminSettings): void {
  const { users, admin } = accounts;
  const { tickets, invitations, mails } = enrollment;
  const invited = new Map<string, Invited>();

  const administrator: RequestHandler = async (req, res, next) => {
    const user = await enrollment.currentUser(req);
    if (user === null) res.redirect(303, `${enrollment.flowUrl('sign-in')}?next=/admin`);
    else if (user.id !== admin.id) res.status(403).send('Only administrators may invite people.');
    // Another site must not send this form.
    else if (req.method === 'POST' && req.headers['sec-fetch-site'] !== 'same-origin') res.sendStatus(403);
    else next();
  };
  const form = express.urlencoded({ extended: false });

  app.get('/admin', administrator, (_req, res) => showPage(res));

  app.post('/admin', administrator, form, async (req, res) => {
    const typed = { name: textOf(req.body, 'name').trim(), email: textOf(req.body, 'email') };
    const { name } = typed;
    const email = canonicalEmail(typed.email);
    if (email === null || name === '') {
      await showPage(res, { typed, error: 'Enter a name and an email address.' });
      return;
    }
    const bySelf = textOf(req.body, 'sign_up') !== '';
    if (bySelf && (await users.findByLogin('email', email)) !== null) {
      await showPage(res, { typed, error: 'This address has an account already. Send a link to its owner.' });
      return;
    }
    await change(res, typed, async () => {
      const earlier = invited.get(email)?.about;
      const next = await (bySelf ? sendCode(name, email) : inviteOwner(name, email));
      // Of the same kind it has ended by itself.
      if (earlier !== undefined && earlier.type !== next.about.type) await end(earlier);
      // The newest is the last one.
      invited.delete(email);
      invited.set(email, next);
    });
  });

  app.post('/admin/resend', administrator, form, async (req, res) => {
    const one = invited.get(textOf(req.body, 'email'));
    await change(res, {}, async () => {
      // An invitation keeps its code and link; a ticket's link is never known again, so that its owner gets another one.
      if (one?.about.type === 'invitation') await invitations.resend(one.about.id);
      else if (one !== undefined) invited.set(one.email, await inviteOwner(one.name, one.email));
    });
  });

  app.post('/admin/revoke', administrator, form, async (req, res) => {
    const about = invited.get(textOf(req.body, 'email'))?.about;
    await change(res, {}, async () => {
      if (about !== undefined) await end(about);
    });
  });

  /** Leads back to the page, which says why where the kit refuses: a limit, or a person who wants no more emails. */
  async function change(res: Response, typed: object, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!isEnrollmentError(error)) throw error;
      const why = error.expose ? error.message : 'This could not be done now. Try again in a minute.';
      await showPage(res, { typed, error: `${why.charAt(0).toUpperCase()}${why.slice(1)}`, status: error.status });
      return;
    }
    res.redirect(303, '/admin');
  }

  async function end({ type, id }: Invited['about']): Promise<void> {
    await (type === 'ticket' ? tickets.revoke(id) : invitations.revoke(id));
  }

  /** Creates the account where there is none, and mails its owner a link that sets the password. It ends an earlier one. */
  async function inviteOwner(name: string, email: string): Promise<Invited> {
    const user = (await users.findByLogin('email', email)) ?? (await accounts.add(email, name));
    const { id } = await tickets.create(
      { user: user.id },
      { purpose: 'invite', client: 'tasting', delivery: 'kit', includeEmailInRedirect: true, inviter: admin.id },
    );
    return { name, email, about: { type: 'ticket', id } };
  }

  /** Mails a link and a code to a person who signs up by themselves. */
  async function sendCode(name: string, email: string): Promise<Invited> {
    const { id } = await invitations.send({ email, values: { name } }, { by: 'admin@club.example' });
    return { name, email, about: { type: 'invitation', id } };
  }

  async function showPage(
    res: Response,
    wrong?: { readonly typed: object; readonly error: string; readonly status?: number },
  ): Promise<void> {
    const people = await Promise.all([...invited.values()].map(entryOf));
    res
      .status(wrong === undefined ? 200 : (wrong.status ?? 422))
      .set('Cache-Control', 'no-store')
      .render('admin', {
        typed: wrong?.typed ?? {},
        error: wrong?.error ?? null,
        people: people.reverse(),
        inbox,
        stylesheet: enrollment.stylesheet,
      });
  }

  async function entryOf({ name, email, about }: Invited) {
    const found = await (about.type === 'ticket' ? tickets.get(about.id) : invitations.get(about.id));
    const [mail] = (await mails.list({ about, limit: 1 })).mails;
    const user = await users.findByLogin('email', email);
    return { name, email, state: found?.state ?? '', mail, isVerified: user?.emailVerified === true };
  }
}

/** A field of a posted form. */
function textOf(body: unknown, field: string): string {
  const value: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, field) : undefined;
  return typeof value === 'string' ? value : '';
}
