import { parse } from 'cookie';
import jwt from 'jsonwebtoken';
import type { LoginFactory } from '../../lib/index.js';

export interface JwtLoginSettings {
  /** At least 32 characters, used for nothing else. */
  readonly secret: string;
  /** False only for http:// in development. */
  readonly secure: boolean;
  /** How long a sign-in lasts, in seconds; default 12 hours. A token cannot be revoked earlier. */
  readonly seconds?: number;
}

// One algorithm and one audience: tokens signed for another purpose are refused, even with the same secret.
const algorithm = 'HS256';
const audience = 'login';

export function jwtLogin({ secret, secure, seconds = 12 * 60 * 60 }: JwtLoginSettings): LoginFactory {
  // With `__Host-` browsers accept the cookie only from this host, over TLS, for path `/`.
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
      // Without `maxAge` the cookie is deleted when the browser closes.
      res.cookie(name, token, rememberSeconds === null ? flags : { ...flags, maxAge: expiresIn * 1000 });
    },
    async signOut(_req, res) {
      res.clearCookie(name, flags);
    },
    ready: () => (secret.length < 32 ? 'jwtLogin() needs a secret of 32 characters or more' : null),
  });
}
