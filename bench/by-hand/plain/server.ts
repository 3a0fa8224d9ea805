import { randomBytes } from 'node:crypto';
import { RedisStore } from 'connect-redis';
import express from 'express';
import session from 'express-session';
import { Redis } from 'ioredis';
import { flowPath } from '../../flow-path.js';
import { passwordHasher } from '../../password.js';
import { serve } from '../../serve.js';
import { fromEnvironment, openAccounts } from '../../setting.js';
import { inviteCodes } from '../invite-codes.js';
import { pageHeaders, viewsFolder } from '../pages.js';
import { storeClient } from './session-client.js';
import { signup } from './signup.js';

const setting = fromEnvironment();
const redis = new Redis(setting.redisUrl);
const accounts = await openAccounts(setting);
const codes = inviteCodes(redis, setting.secret);
await codes.seed(setting.code, setting.codeMax);

// As the documentation of Express, express-session and EJS shows it: default settings, nothing tuned.
const app = express();
app.set('views', viewsFolder);
app.set('view engine', 'ejs');
app.use((_req, res, next) => {
  res.set(pageHeaders);
  next();
});
app.use(
  session({
    name: 'sid',
    secret: setting.secret,
    store: new RedisStore({ client: storeClient(redis), prefix: 'sess:' }),
    resave: false,
    saveUninitialized: false,
    cookie: { httpOnly: true, sameSite: 'lax', maxAge: 86_400_000 },
  }),
);
app.use(express.urlencoded({ extended: false, limit: '16kb' }));
app.use((req, _res, next) => {
  req.session.csrf ??= randomBytes(16).toString('base64url');
  next();
});

const { show, submit } = signup({ accounts, codes, hash: passwordHasher(setting.hash) });
app.get(flowPath, show);
app.post(flowPath, submit);
app.get('/', async (req, res) => {
  const id = req.session.benchAccount;
  const account = id === undefined ? null : await accounts.findById(id);
  res.render('welcome', { title: account ? 'Welcome' : 'Hello', account });
});
serve(app, setting);
