/** The target app: another app, with its own sessions, that signs people in with the club by Passport. */
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import express from 'express';
import session from 'express-session';
import passport from 'passport';
import OpenIdConnectStrategy from 'passport-openidconnect';
import { ticketResult } from 'express-enrollment/tickets';
import { portOf } from './listening.js';

interface Guest {
  readonly name: string;
  readonly email: string;
}

export interface Tasting {
  readonly url: string;
  readonly callback: string;
  /** Where people land who have set their password. */
  readonly welcome: string;
  /** Adds the pages, once the provider is known. */
  open(provider: { readonly issuer: string; readonly clientId: string; readonly clientSecret: string }): void;
  close(): Promise<void>;
}

export async function startTasting(port: number): Promise<Tasting> {
  const app = express();
  const server = app.listen(port, '127.0.0.1');
  const url = `http://127.0.0.1:${await portOf(server, 'TASTING_PORT')}`;
  const callback = `${url}/callback`;

  return {
    url,
    callback,
    welcome: `${url}/welcome`,
    open({ issuer, clientId, clientSecret }) {
      const own = new passport.Passport();
      own.use(
        'club',
        new OpenIdConnectStrategy(
          {
            issuer,
            authorizationURL: `${issuer}/auth`,
            tokenURL: `${issuer}/token`,
            userInfoURL: `${issuer}/me`,
            clientID: clientId,
            clientSecret,
            callbackURL: callback,
            scope: ['profile', 'email'],
            skipUserProfile: false,
          },
          (_issuer: string, profile: passport.Profile, done: (error: null, guest: Guest) => void) => {
            done(null, { name: profile.displayName, email: profile.emails?.[0]?.value ?? '' });
          },
        ),
      );
      own.serializeUser((guest, done) => {
        done(null, guest);
      });
      own.deserializeUser((guest: Guest, done) => {
        done(null, guest);
      });

      app.disable('x-powered-by');
      app.set('views', fileURLToPath(new URL('../../../examples/email-invitations/views', import.meta.url)));
      app.set('view engine', 'ejs');
      app.use(session({ name: 'tasting', secret: clientSecret, resave: false, saveUninitialized: false }));
      app.use(own.session());

      // "Password set" leads straight to the sign-in, with the address filled in.
      app.get('/welcome', ticketResult({ signIn: (options) => own.authenticate('club', options) }));
      app.get('/login', own.authenticate('club'));
      app.get('/callback', own.authenticate('club', { successRedirect: '/', failureRedirect: '/' }));
      app.get(['/', '/welcome'], (req, res) => {
        res
          .set('Cache-Control', 'no-store')
          .render('tasting', { guest: req.user ?? null, ticket: res.locals['ticket'] ?? null });
      });
      app.post('/sign-out', (req, res) => {
        req.session.destroy(() => {
          res.redirect(303, '/');
        });
      });
    },
    async close() {
      server.close();
      server.closeIdleConnections();
      await once(server, 'close');
    },
  };
}
