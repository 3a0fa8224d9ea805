import { join } from 'node:path';
import { compare, hash } from 'bcrypt';
import express, { type ErrorRequestHandler, type Request, type RequestHandler, type Response } from 'express';
import session from 'express-session';
import { knex as connect } from 'knex';
import passport from 'passport';
import { Strategy } from 'passport-local';

interface Member {
  id: number;
  email: string;
  password_hash: string;
}

const port = Number(process.env['PORT'] ?? 3010);
const knex = connect({ client: 'pg', connection: process.env['DATABASE_URL'] ?? 'postgres://localhost/members' });
const tables = [
  'CREATE TABLE IF NOT EXISTS members (id SERIAL PRIMARY KEY, email TEXT NOT NULL UNIQUE, password_hash TEXT NOT NULL)',
  'CREATE TABLE IF NOT EXISTS profiles (member_id INTEGER PRIMARY KEY REFERENCES members, name TEXT NOT NULL)',
];

async function memberById(id: number | string): Promise<Member | null> {
  return (await knex<Member>('members').where('id', id).first()) ?? null;
}

async function memberByLogin(email: string, password: string): Promise<Member | false> {
  const member = await knex<Member>('members').where({ email }).first();
  return member !== undefined && (await compare(password, member.password_hash)) ? member : false;
}

function insertMember(email: string, password_hash: string, name: string): Promise<Member> {
  return knex.transaction(async (t) => {
    const [member] = await t<Member>('members').insert({ email, password_hash }).returning('*');
    await t('profiles').insert({ member_id: member!.id, name });
    return member!;
  });
}

passport.use(
  new Strategy({ usernameField: 'email' }, (email, password, done) => {
    memberByLogin(email, password).then((member) => done(null, member), done);
  }),
);
passport.serializeUser((user, done) => done(null, (user as Member).id));
passport.deserializeUser((id: number, done) => {
  memberById(id).then((member) => done(null, member), done);
});

function logIn(req: Request, member: Member): Promise<void> {
  return new Promise((resolve, reject) => {
    req.logIn(member, (error?: Error) => (error ? reject(error) : resolve()));
  });
}

const app = express();
app.set('views', join(__dirname, 'views'));
app.set('view engine', 'ejs');
app.use(express.urlencoded({ extended: false }));
app.use(session({ secret: process.env['SESSION_SECRET'] ?? 'development', resave: false, saveUninitialized: false }));
app.use(passport.initialize());
app.use(passport.session());

/** Express 4 ignores promises: passes rejections on to `next`. */
function waited(route: (req: Request, res: Response) => Promise<void>): RequestHandler {
  return (req, res, next) => void route(req, res).catch(next);
}

const empty = { email: '', name: '', error: null };
app.get('/signup', (_req, res) => res.render('signup', empty));

app.post(
  '/signup',
  waited(async (req, res) => {
    const { email, password, name } = req.body as Record<'email' | 'password' | 'name', string>;
    const hashed = await hash(password, 10);
    const member = await insertMember(email, hashed, name);
    await logIn(req, member);
    res.redirect(303, '/members');
  }),
);

app.get('/login', (_req, res) => res.render('login'));
app.post('/login', passport.authenticate('local', { successRedirect: '/members', failureRedirect: '/login' }));

app.get(
  '/members',
  waited(async (req, res) => {
    if (req.user === undefined) res.redirect(303, '/login');
    else res.render('members', { member: req.user, names: await knex('profiles').pluck('name') });
  }),
);

function problemOf(error: { code?: unknown; expose?: unknown; message: string }): string | null {
  if (error.code === '23505') return 'There is an account with this address already.';
  return error.expose === true ? error.message : null;
}

const showProblem: ErrorRequestHandler = (error, req, res, next) => {
  const problem = problemOf(error);
  if (problem === null) next(error);
  else res.status(error.status ?? 422).render('signup', { email: req.body.email, name: req.body.name, error: problem });
};
app.use(showProblem);

async function start(): Promise<void> {
  for (const table of tables) await knex.raw(table);
  const server = app.listen(port, () => console.log(`http://localhost:${port}/signup`));
  server.once('error', ({ code, message }: NodeJS.ErrnoException) => {
    console.error(code === 'EADDRINUSE' ? `Port ${port} is taken: set PORT to a free one.` : message);
    process.exit(1);
  });
}

void start();
