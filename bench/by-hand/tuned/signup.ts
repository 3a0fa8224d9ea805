import { randomUUID } from 'node:crypto';
import type { Request, RequestHandler, Response } from 'express';
import type { Account, Accounts } from '../../accounts/accounts.js';
import { flowPath } from '../../flow-path.js';
import { benchClient } from '../../serve.js';
import {
  accountFields,
  accountProblems,
  readAccountAnswers,
  type AccountAnswers,
  type Problems,
} from '../account-form.js';
import { codeFieldWith, postedText, refusals, type Refused } from '../code-form.js';
import type { InviteCodes } from '../invite-codes.js';
import { formPage, refusedPage, seeOther, sendPage } from '../pages.js';
import type { Plans } from './plans.js';
import { dropVisit, hasPlan, keepVisit, newVisit, readVisit, type Csrf, type Visit } from './visit.js';

export interface SignupParts {
  readonly accounts: Accounts;
  readonly codes: InviteCodes;
  readonly plans: Plans;
  readonly csrf: Csrf;
  readonly hash: (password: string) => Promise<string>;
  readonly signIn: (req: Request, res: Response, accountId: string) => Promise<void>;
}

/** The whole signup, written by hand for one app and tuned: two pages, one handler for each HTTP method. */
export function signup(parts: SignupParts): { show: RequestHandler; submit: RequestHandler } {
  const codePage = (visit: Visit, typed = '', problem?: string): string =>
    formPage('code', {
      title: 'Invite code',
      submit: 'Continue',
      csrf: parts.csrf.make(visit),
      fields: [codeFieldWith(typed, problem)],
    });
  const accountPage = (visit: Visit, answers: AccountAnswers | null = null, problems: Problems = {}): string =>
    formPage('account', {
      title: 'Create your account',
      submit: 'Create account',
      csrf: parts.csrf.make(visit),
      fields: accountFields(answers, problems),
    });

  async function submitCode(req: Request, res: Response, visit: Visit): Promise<void> {
    const typed = postedText(req)('invite_code').slice(0, 200);
    const { state, waitSeconds, key } = await parts.codes.check(typed, benchClient(req));
    if (state !== 'open') {
      if (state === 'slow') res.setHeader('Retry-After', String(waitSeconds));
      sendPage(res, state === 'slow' ? 429 : 422, codePage(visit, typed, refusals[state]));
      return;
    }
    const started = newVisit('p');
    await parts.plans.save(started, { codeKey: key, at: Date.now() });
    keepVisit(res, started);
    seeOther(res, flowPath);
  }

  /** Claims the seat first, then writes the account; releases the seat when the write fails. */
  async function register(visit: Visit, answers: AccountAnswers): Promise<Account | { problems: Problems } | Refused> {
    const plan = await parts.plans.load(visit);
    if (plan === null) return 'gone';
    const problems = await accountProblems(answers, parts.accounts);
    if (Object.keys(problems).length > 0) return { problems };
    const passwordHash = await parts.hash(answers.password);
    const { state } = await parts.codes.redeem(plan.codeKey, parts.plans.keyOf(visit));
    if (state !== 'open') return state;
    const account = { id: randomUUID(), username: answers.username, email: answers.email, passwordHash };
    try {
      await parts.accounts.insert(account);
    } catch (error) {
      await Promise.all([parts.codes.release(plan.codeKey), parts.plans.save(visit, plan)]);
      const taken = await accountProblems(answers, parts.accounts);
      if (Object.keys(taken).length === 0) throw error;
      return { problems: taken };
    }
    return account;
  }

  async function submitAccount(req: Request, res: Response, visit: Visit): Promise<void> {
    const answers = readAccountAnswers(postedText(req));
    const outcome = await register(visit, answers);
    if (outcome === 'gone') seeOther(res, flowPath);
    else if (typeof outcome === 'string') sendPage(res, 403, refusedPage(refusals[outcome]));
    else if ('problems' in outcome) sendPage(res, 422, accountPage(visit, answers, outcome.problems));
    else {
      dropVisit(res);
      await parts.signIn(req, res, outcome.id);
      seeOther(res, '/');
    }
  }

  return {
    async show(req, res) {
      const brought = readVisit(req);
      if (hasPlan(brought) && (await parts.plans.load(brought)) !== null) {
        sendPage(res, 200, accountPage(brought));
        return;
      }
      const visit = brought === null || hasPlan(brought) ? newVisit('v') : brought;
      if (visit !== brought) keepVisit(res, visit);
      sendPage(res, 200, codePage(visit));
    },
    async submit(req, res) {
      const visit = readVisit(req);
      if (visit === null || !parts.csrf.holds(visit, postedText(req)('csrf')))
        sendPage(res, 403, refusedPage('This form has expired or came from another site.'));
      else if (hasPlan(visit)) await submitAccount(req, res, visit);
      else await submitCode(req, res, visit);
    },
  };
}
