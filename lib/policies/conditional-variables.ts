import { getPath, type Json } from '../base/json.js';
import { isSecret } from '../base/secret.js';
import { canonicalEmail } from '../base/canonical.js';
import type { Awaitable } from '../base/awaitable.js';
import type { PolicyQuestion } from '../flow/policy.js';
import type { UserProfile } from '../ports/user-store.js';
import type { GeoLocation } from '../ports/geo-location.js';
import { accountOf } from './account-of.js';
import { attributesOf } from './attributes-of.js';
import type { ValueType, VariableRef } from './conditional-document.js';

interface Variable {
  /** `any`: a comparison needs a cast. */
  readonly type: ValueType | 'any';
  /** `required`: it is one of many values, by key. `optional`: it has a default key. */
  readonly key: 'none' | 'required' | 'optional';
  /** It needs the setting `lookUp`. */
  readonly isPlace: boolean;
  /** `undefined`: it has no value. `locate`: where the client is; `null`: unknown. */
  read(question: PolicyQuestion, key: string, locate: Locate): Awaitable<Json | undefined>;
}

type Locate = () => Promise<GeoLocation | null>;

const of = (type: Variable['type'], read: Variable['read'], key: Variable['key'] = 'none'): Variable => ({
  type,
  key,
  isPlace: false,
  read,
});

const ofPlace = (type: ValueType, read: (place: GeoLocation) => Json | undefined): Variable => ({
  ...of(type, async (_question, _key, locate) => {
    const place = await locate();
    return place === null ? undefined : read(place);
  }),
  isPlace: true,
});

const ofAccount = (type: ValueType, read: (account: UserProfile) => Json | null | undefined): Variable =>
  of(type, async (question) => {
    const account = await accountOf(question);
    return (account === null ? undefined : read(account)) ?? undefined;
  });

/** Every variable of a conditional policy, by name. */
export const conditionalVariables: ReadonlyMap<string, Variable> = new Map([
  ['flow.slug', of('string', ({ flow }) => flow.slug)],
  ['flow.designation', of('string', ({ flow }) => flow.designation)],
  ['flow.step', of('string', ({ step }) => step)],
  ['plan.is_sso', of('boolean', ({ context }) => context.is_sso === true)],
  ['plan.source', of('string', ({ context }) => context.source)],
  ['plan.pending_user', of('boolean', ({ context }) => context.pending_user !== undefined)],
  ['context', of('any', ({ context }, key) => getPath(visible(context), key), 'required')],
  ['prompt_data', of('any', promptData, 'required')],
  ['invitation.in_effect', of('boolean', ({ context }) => context.invitation !== undefined)],
  ['invitation.fixed_data', of('any', ({ context }, key) => getPath(context.fixed_data ?? {}, key), 'required')],
  ['account.email_taken', of('boolean', emailTaken, 'optional')],
  ['user.authenticated', of('boolean', ({ facts }) => facts.user !== undefined)],
  ['user.id', ofAccount('string', ({ id }) => id)],
  ['user.username', ofAccount('string', ({ username }) => username)],
  ['user.email', ofAccount('string', ({ email }) => email)],
  ['user.name', ofAccount('string', ({ name }) => name)],
  ['user.active', ofAccount('boolean', ({ active }) => active)],
  ['user.groups', ofAccount('list', ({ groups }) => groups ?? [])],
  ['user.attributes', of('any', attribute, 'required')],
  ['request.address', of('ip', ({ facts }) => facts.address)],
  ['request.user_agent', of('string', ({ facts }) => facts.userAgent ?? undefined)],
  ['request.continent', ofPlace('string', ({ continent }) => continent)],
  ['request.country', ofPlace('string', ({ country }) => country)],
  ['request.city', ofPlace('string', ({ city }) => city)],
  ['request.asn', ofPlace('number', ({ asn }) => asn)],
  ['request.locale', of('string', ({ facts }) => facts.locale)],
  ['request.tenant', of('string', ({ facts }) => facts.tenant ?? undefined)],
  ['request.now', of('datetime', ({ facts }) => facts.now)],
]);

/** The value of a variable; `undefined`: it has none. */
export async function readVariable(
  question: PolicyQuestion,
  { variable, key }: VariableRef,
  locate: Locate,
): Promise<Json | undefined> {
  return (await conditionalVariables.get(variable)?.read(question, key ?? '', locate)) ?? undefined;
}

async function attribute(question: PolicyQuestion, key: string): Promise<Json | undefined> {
  const account = await accountOf(question);
  return account === null ? undefined : getPath(attributesOf(account), key);
}

function visible({ password_hash: _hash, identity: _identity, ...context }: PolicyQuestion['context']) {
  // Context keys hold JSON: plans are stored.
  return JSON.parse(JSON.stringify(context)) as { readonly [key: string]: Json };
}

function promptData({ answers, context, blanks = {} }: PolicyQuestion, key: string): Json | undefined {
  // An earlier answer that is left blank now does not return.
  if (Object.hasOwn(blanks, key)) return blanks[key] ?? undefined;
  const answer = Object.hasOwn(answers, key) ? answers[key] : undefined;
  return (isSecret(answer) ? answer.reveal() : answer) ?? getPath(context.prompt_data ?? {}, key);
}

async function emailTaken(question: PolicyQuestion, key: string): Promise<boolean | undefined> {
  const typed = promptData(question, key === '' ? 'email' : key);
  const email = typeof typed === 'string' ? canonicalEmail(typed) : null;
  return email === null ? undefined : question.services.accounts.taken('email', email, question.enrollmentId);
}
