import express from 'express';
import { Redis } from 'ioredis';
import { flowPath } from '../../flow-path.js';
import { passwordHasher } from '../../password.js';
import { hostApp, serve } from '../../serve.js';
import { fromEnvironment, openAccounts } from '../../setting.js';
import { inviteCodes } from '../invite-codes.js';
import { sendPage, welcomePage } from '../pages.js';
import { plans } from './plans.js';
import { sessions, signIn } from './sessions.js';
import { signup } from './signup.js';
import { csrfTokens } from './visit.js';

const setting = fromEnvironment();
const redis = new Redis(setting.redisUrl);
const accounts = await openAccounts(setting);
const codes = inviteCodes(redis, setting.secret);
await codes.seed(setting.code, setting.codeMax);

const session = sessions(redis, setting.secret);
const { show, submit } = signup({
  accounts,
  codes,
  plans: plans(redis),
  csrf: csrfTokens(setting.secret),
  hash: passwordHasher(setting.hash),
  signIn: (req, res, accountId) => signIn(session, req, res, accountId),
});

const app = hostApp();
app.get(flowPath, show);
app.post(flowPath, express.urlencoded({ extended: false, limit: '16kb' }), submit);
app.get('/', session, async (req, res) => {
  const id = req.session.benchAccount;
  sendPage(res, 200, welcomePage(id === undefined ? null : await accounts.findById(id)));
});
serve(app, setting);
