import { parse } from 'cookie';
import jwt from 'jsonwebtoken';
import type { LoginFactory } from '../../lib/index.js';

export interface JwtLoginSettings {
  /** 32 characters or more, and nobody else's. */
  readonly secret: string;
  /** False only for http:// in development. */
  readonly secure: boolean;
  /** How long a sign-in lasts, in seconds; default 12 hours. Nothing ends it earlier: see below. */
  readonly seconds?: number;
}

// One algorithm, one audience: a token that was signed for something else, even by this secret, is none of ours.
const algorithm = 'HS256';
const audience = 'login';

export function jwtLogin({ secret, secure, seconds = 12 * 60 * 60 }: JwtLoginSettings): LoginFactory {
  // With `__Host-` the browser takes the cookie from this very host only, over TLS, for the whole of it.
  const name = secure ? '__Host-login' : 'login';
  const flags = { httpOnly: true, secure, sameSite: 'lax', path: '/' } as const;

  function userIdOf(token: string): string | null {
    try {
      const claims = jwt.verify(token, secret, { algorithms: [algorithm], audience });
      return typeof claims === 'object' && typeof claims.sub === 'string' ? claims.sub : null;
    } catch {
      return null;
    }
  }

  return (users) => ({
    async current(req) {
      const token = parse(req.headers.cookie ?? '')[name];
      const id = token === undefined ? null : userIdOf(token);
      return id === null ? null : users.findById(id);
    },
    async signIn(_req, res, user, { rememberSeconds }) {
      const expiresIn = rememberSeconds ?? seconds;
      const token = jwt.sign({}, secret, { algorithm, audience, subject: users.toProfile(user).id, expiresIn });
      // Without `maxAge` the cookie goes when the browser is closed.
      res.cookie(name, token, rememberSeconds === null ? flags : { ...flags, maxAge: expiresIn * 1000 });
    },
    async signOut(_req, res) {
      res.clearCookie(name, flags);
    },
    ready: () => (secret.length < 32 ? 'jwtLogin() needs a secret of 32 characters or more' : null),
  });
}
