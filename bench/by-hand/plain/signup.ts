import { randomUUID } from 'node:crypto';
import { promisify } from 'node:util';
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
import { codeFieldWith, postedText, refusals } from '../code-form.js';
import type { InviteCodes } from '../invite-codes.js';
import { formLocals } from '../pages.js';

interface SignupParts {
  readonly accounts: Accounts;
  readonly codes: InviteCodes;
  readonly hash: (password: string) => Promise<string>;
}

/** The whole signup as it is usually written: the session keeps what the second page needs from the first. */
export function signup({ accounts, codes, hash }: SignupParts): { show: RequestHandler; submit: RequestHandler } {
  function showCode(req: Request, res: Response, typed = '', problem?: string): void {
    const csrf = req.session.csrf ?? '';
    const fields = [codeFieldWith(typed, problem)];
    res.render('code', formLocals({ title: 'Invite code', submit: 'Continue', csrf, fields }));
  }

  function showAccount(req: Request, res: Response, answers: AccountAnswers | null, problems: Problems = {}): void {
    const csrf = req.session.csrf ?? '';
    const fields = accountFields(answers, problems);
    res.render('account', formLocals({ title: 'Create your account', submit: 'Create account', csrf, fields }));
  }

  function refuse(res: Response, text: string): void {
    res.status(403).render('refused', { title: 'That did not work', text });
  }

  async function submitCode(req: Request, res: Response): Promise<void> {
    const typed = postedText(req)('invite_code').slice(0, 200);
    const { state, waitSeconds, key } = await codes.check(typed, benchClient(req));
    if (state === 'open') {
      req.session.codeKey = key;
      res.redirect(303, flowPath);
      return;
    }
    if (state === 'slow') res.set('Retry-After', String(waitSeconds));
    res.status(state === 'slow' ? 429 : 422);
    showCode(req, res, typed, refusals[state]);
  }

  async function submitAccount(req: Request, res: Response, codeKey: string): Promise<void> {
    const answers = readAccountAnswers(postedText(req));
    const problems = await accountProblems(answers, accounts);
    if (Object.keys(problems).length > 0) {
      res.status(422);
      showAccount(req, res, answers, problems);
      return;
    }
    const passwordHash = await hash(answers.password);
    const { state } = await codes.take(codeKey);
    if (state !== 'open') {
      refuse(res, refusals[state]);
      return;
    }
    const account: Account = { id: randomUUID(), username: answers.username, email: answers.email, passwordHash };
    try {
      await accounts.insert(account);
    } catch (error) {
      await codes.release(codeKey);
      throw error;
    }
    await promisify((done: (error: unknown) => void) => req.session.regenerate(done))();
    req.session.benchAccount = account.id;
    res.redirect(303, '/');
  }

  return {
    show(req, res) {
      if (req.session.codeKey === undefined) showCode(req, res);
      else showAccount(req, res, null);
    },
    async submit(req, res) {
      if (postedText(req)('csrf') !== req.session.csrf) refuse(res, 'This form has expired or came from another site.');
      else if (req.session.codeKey === undefined) await submitCode(req, res);
      else await submitAccount(req, res, req.session.codeKey);
    },
  };
}
