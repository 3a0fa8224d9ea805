import { randomBytes } from 'node:crypto';
import type { Express } from 'express';
import { Passport } from 'passport';
import { Strategy } from 'passport-local';
import {
  canonicalEmail,
  canonicalUsername,
  passportLogin,
  Secret,
  type LoginFactory,
  type Passwords,
  type UserStore,
} from '../../lib/index.js';

/** The existing app: Passport, its local strategy, and the routes to sign in and out. */
export function passportLocal<User>(
  app: Express,
  users: Pick<UserStore<User>, 'toProfile' | 'findById' | 'findByLogin' | 'passwordHash' | 'replacePassword'>,
  passwords: Passwords,
): void {
  const passport = new Passport();
  passport.serializeUser<string>((user, done) => done(null, users.toProfile(user as User).id));
  passport.deserializeUser<string>((id, done) => {
    users.findById(id).then((user) => done(null, active(user) ?? false), done);
  });
  passport.use(
    new Strategy((login, password, done) => {
      signIn(login, new Secret(password)).then((user) => done(null, user ?? false), done);
    }),
  );
  // Verified if there is no such user, so that the answer takes as long.
  const dummyHash = passwords.hash(new Secret(randomBytes(16).toString('hex')));

  async function signIn(login: string, password: Secret): Promise<User | null> {
    const user = active(await find(login));
    const hash = user === null ? null : await users.passwordHash?.(user);
    const fits = await passwords.verify(hash ?? (await dummyHash), password);
    if (user === null || !hash || !fits) return null;
    if (passwords.outdated(hash))
      await users.replacePassword?.(user, hash, { passwordHash: await passwords.hash(password) });
    return user;
  }

  async function find(login: string): Promise<User | null> {
    const [username, email] = [canonicalUsername(login), canonicalEmail(login)];
    if (email !== null) return users.findByLogin('email', email);
    return username === null ? null : users.findByLogin('username', username);
  }

  const active = (user: User | null): User | null => (user !== null && users.toProfile(user).active ? user : null);

  app.use(passport.initialize());
  app.use(passport.session());
  app.post('/login', passport.authenticate('local', { successRedirect: '/', failureRedirect: '/login?failed' }));
  app.post('/logout', (req, res, next) => {
    req.logout((error) => {
      if (error) next(error);
      else res.redirect(303, '/');
    });
  });
}

/** New: the kit signs users in with the same Passport and keeps their cart. */
export const login: LoginFactory = passportLogin({ carry: ['cart'] });
