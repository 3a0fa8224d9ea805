import type { Accounts } from '../accounts/accounts.js';
import type { Field } from './pages.js';

const fields: readonly Field[] = [
  {
    name: 'username',
    label: 'Username',
    type: 'text',
    autocomplete: 'username',
    help: '3 to 30 letters, digits, dots or dashes',
  },
  { name: 'email', label: 'Email address', type: 'email', autocomplete: 'email' },
  {
    name: 'password',
    label: 'Password',
    type: 'password',
    autocomplete: 'new-password',
    help: 'At least 10 characters',
  },
  { name: 'password_repeat', label: 'Confirm password', type: 'password', autocomplete: 'new-password' },
];

export interface AccountAnswers {
  readonly username: string;
  readonly email: string;
  readonly password: string;
  readonly repeat: string;
}
export type Problems = Partial<Record<string, string>>;

export function readAccountAnswers(text: (name: string) => string): AccountAnswers {
  return {
    username: text('username').normalize('NFKC').trim().toLowerCase(),
    email: text('email').normalize('NFKC').trim().toLowerCase(),
    password: text('password').normalize('NFKC'),
    repeat: text('password_repeat').normalize('NFKC'),
  };
}

function shapeProblems(answers: AccountAnswers): Problems {
  const problems: Problems = {};
  if (!/^[a-z0-9][a-z0-9.-]{2,29}$/.test(answers.username))
    problems['username'] = 'Choose a username of 3 to 30 characters.';
  if (answers.email.length > 254 || !/^[^\s@]+@[^\s@.]+(\.[^\s@.]+)+$/.test(answers.email))
    problems['email'] = 'This does not look like an email address.';
  if (answers.password.length < 10 || answers.password.length > 256)
    problems['password'] = 'Choose a password of at least 10 characters.';
  else if (answers.password !== answers.repeat) problems['password_repeat'] = 'The two passwords differ.';
  return problems;
}

export async function accountProblems(answers: AccountAnswers, accounts: Accounts): Promise<Problems> {
  const problems = shapeProblems(answers);
  if (Object.keys(problems).length > 0) return problems;
  const [byName, byMail] = await Promise.all([
    accounts.findByLogin('username', answers.username),
    accounts.findByLogin('email', answers.email),
  ]);
  if (byName) problems['username'] = 'This username is taken.';
  if (byMail) problems['email'] = 'There is an account with this email address.';
  return problems;
}

/** The fields as a page shows them: text that was typed stays, passwords do not. */
export function accountFields(answers: AccountAnswers | null, problems: Problems): Field[] {
  const kept: Record<string, string> = { username: answers?.username ?? '', email: answers?.email ?? '' };
  return fields.map((field) => {
    const problem = problems[field.name];
    const value = kept[field.name];
    return { ...field, ...(value === undefined ? {} : { value }), ...(problem === undefined ? {} : { problem }) };
  });
}
