import { randomUUID } from 'node:crypto';
import { createEnrollment, inviteSignupFlow, sessionLogin, type Secret } from 'express-enrollment';
import { sendPage, welcomePage } from '../by-hand/pages.js';
import { passwordHasher } from '../password.js';
import { benchClient, hostApp, serve } from '../serve.js';
import { fromEnvironment, openAccounts } from '../setting.js';
import { userStore } from './users.js';

const setting = fromEnvironment();
const accounts = await openAccounts(setting);
const hash = passwordHasher(setting.hash);

const enrollment = createEnrollment({
  baseUrl: `http://127.0.0.1:${setting.port}`,
  secret: setting.secret,
  redis: setting.redisUrl,
  allowVolatileRedis: true,
  users: userStore(accounts, randomUUID),
  redemptions: { find: accounts.redemption },
  login: sessionLogin(),
  clientKey: benchClient,
  logger: { info: () => undefined, warn: () => undefined, error: (about, text) => console.error(text, about) },
  flows: [inviteSignupFlow({ slug: 'invite', fields: ['username', 'email', 'password'] })],
  // argon2id is the kit's default: only the stand-in must be named.
  ...(setting.hash === 'sha256' && {
    passwords: {
      hash: (password: Secret) => hash(password.reveal()),
      verify: async () => false,
      outdated: () => false,
    },
  }),
});
await enrollment.ready();
await enrollment.invitations.create({
  customCode: setting.code,
  uses: setting.codeMax,
  expires: { local: '2099-12-31 23:59:59', zone: 'UTC' },
});

const app = hostApp();
app.use(enrollment.session());
app.get('/', async (req, res) => {
  sendPage(res, 200, welcomePage(await enrollment.currentUser(req)));
});
app.use(enrollment.router());
serve(app, setting);
