import type { Express } from 'express';
import { Passport } from 'passport';
import OAuth2Strategy from 'passport-oauth2';
import { isJsonObject } from '../../../lib/base/json.js';
import { admittedSource, passportSource, type Enrollment, type MemoryUser } from '../../../lib/index.js';
import { openHub, type Hub } from './sso-hub.js';
import type { StartedWay } from './sso-way.js';

/** As apps write it for a provider without OpenID Connect. */
class ProfileStrategy extends OAuth2Strategy {
  // Passport calls objects that inherit from this one, which have no private fields.
  readonly profileUrl: string;

  constructor({ url, provider }: Hub, callbackURL: string, verify: OAuth2Strategy.VerifyFunction) {
    const { issuer, clientId: clientID, clientSecret } = provider;
    const urls = { authorizationURL: `${url}/authorize`, tokenURL: `${issuer}/token` };
    super({ ...urls, clientID, clientSecret, callbackURL, state: true, pkce: true }, verify);
    this.profileUrl = `${issuer}/userinfo`;
  }

  override userProfile(accessToken: string, done: (error: unknown, profile?: unknown) => void): void {
    this._oauth2.useAuthorizationHeaderforGET(true);
    this._oauth2.get(this.profileUrl, accessToken, (error, body) => {
      if (error as unknown) done(error);
      else done(null, JSON.parse(String(body)));
    });
  }
}

interface Profile {
  readonly id: number;
  readonly login: string;
  readonly name: string | null;
}

/** It has ids and logins, and returns no email address. */
export async function startOAuth2Way(): Promise<StartedWay> {
  const issuer = 'https://hub.example';
  const hub = await openHub({ id: 583231, login: 'octo', name: 'Octo <Cat>', email: null });
  const source = passportSource({
    slug: 'hub',
    name: 'The Hub',
    issuer,
    options: { scope: ['read:user'] },
    strategy: (verify, callbackURL) => new ProfileStrategy(hub, callbackURL, verify),
    identity: (_access: string, _refresh: string, { id, login: username, name }: Profile) => ({
      subject: String(id),
      username,
      name,
    }),
  });
  return { sources: [source], identity: { source: 'hub', issuer, subject: '583231' }, close: () => hub.close() };
}

/** Passport and the callback existed before the kit; the profile goes to `req.account`. */
export async function startAdmittedWay(): Promise<StartedWay> {
  const hub = await openHub({ sub: 'octo', email: 'octo@example.com' });
  const callback = '/auth/corp/callback';
  function routes(app: Express, enrollment: Enrollment<MemoryUser>): void {
    const passport = new Passport();
    const verify = (_access: string, _refresh: string, profile: object, done: OAuth2Strategy.VerifyCallback): void =>
      done(null, profile);
    passport.use('corp', new ProfileStrategy(hub, callback, verify));
    app.get('/auth/corp', passport.authenticate('corp'));
    app.get(
      callback,
      passport.authenticate('corp', { assignProperty: 'account', session: false }),
      enrollment.admit('corp', (req) => {
        const account: unknown = Reflect.get(req, 'account');
        if (!isJsonObject(account) || typeof account['sub'] !== 'string') return null;
        const { sub, email } = account;
        return { subject: sub, emailVerified: true, ...(typeof email === 'string' ? { email } : {}) };
      }),
    );
  }
  return {
    sources: [admittedSource({ slug: 'corp', name: 'Corp', issuer: 'https://corp.example', loginPath: '/auth/corp' })],
    routes,
    identity: { source: 'corp', issuer: 'https://corp.example', subject: 'octo' },
    close: () => hub.close(),
  };
}
