'use strict';
const { randomBytes } = require('node:crypto');

// One for all apps of a process; other processes share the Redis, and would share its count of wrong codes.
const secret = randomBytes(32).toString('base64url');
const prefix = `app-${randomBytes(6).toString('hex')}:`;

/**
 * An app as the README says it. Kit and Express are handed in: which copies and which module system, the caller decides.
 * `mount` lists the prefixes of nested routers, the outermost first.
 */
function openTestApp({
  kit,
  express,
  baseUrl,
  mount = [],
  redis,
  trustProxy = false,
  rateLimits,
  onWarning = () => {},
}) {
  const store = kit.memoryUsers();
  const enrollment = kit.createEnrollment({
    baseUrl,
    secret,
    redis,
    keyPrefix: prefix,
    users: store.users,
    redemptions: store.redemptions,
    login: kit.sessionLogin(),
    flows: [kit.inviteSignupFlow({ slug: 'invite', fields: ['username', 'email', 'password'] })],
    rateLimits,
    logger: { info() {}, warn: ({ code }, text) => onWarning(code ?? text), error: (_fields, text) => onWarning(text) },
    production: false,
  });
  const app = express();
  app.set('trust proxy', trustProxy);
  app.use(enrollment.session());
  app.use(nested(express, mount, enrollment.router()));
  app.get('/me', (req, res, next) => {
    enrollment.currentUser(req).then((user) => res.json({ user: user?.username ?? null, secure: req.secure }), next);
  });
  return { app, enrollment };
}

function nested(express, [prefix, ...inner], handler) {
  const router = express.Router();
  if (prefix === undefined) router.use(handler);
  else router.use(prefix, nested(express, inner, handler));
  return router;
}

module.exports = { openTestApp };
