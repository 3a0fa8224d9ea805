import { chain, type Awaitable } from '../base/awaitable.js';
import { getPath, mergeDeep, setPath, type Json, type JsonObject } from '../base/json.js';
import { message, messageJson, type FieldErrors, type Message, type Parsed, type Texts } from '../base/message.js';
import { isSecret, type Secret } from '../base/secret.js';
import type { StageContext } from '../flow/facts.js';
import { flowLinksRule, toStageLinks } from '../flow/flow-links.js';
import type { Answers, Policy } from '../flow/policy.js';
import { policiesRule, promptsRule } from '../flow/setting-rules.js';
import { defineStage } from '../flow/define-stage.js';
import { provedUser } from '../flow/proved-user.js';
import type { PromptField, StageOutcome } from '../flow/stage.js';
import {
  askedAt,
  isAsked,
  isCleared,
  isPassword,
  isServers,
  isText,
  keptPrompts,
  leavesNothing,
  type PromptStageSettings,
} from './asked-prompts.js';
import { promptFields } from './prompt-fields.js';
import { ownLoginField } from './own-login.js';
import { captchaKeys, captchaRequires, drawCaptcha } from './captcha-field.js';
import { readAnswers, type ReadOne } from './prompt-answers.js';
import { captchaAsked, captchaErrors, captchaOf, promptCaptchaRule } from './prompt-captcha.js';

export type { PromptStageSettings };

/** Asks for values, checks each on the server, and stores them in `prompt_data`; of a password only its hash. */
export const promptStage = defineStage<
  PromptStageSettings,
  { fields: readonly PromptField[] } & JsonObject,
  Answers,
  'prompt_data' | 'password_hash'
>({
  kind: 'prompt',
  settings: (joi) => ({
    prompts: promptsRule(joi).required(),
    validation: policiesRule(joi),
    captcha: promptCaptchaRule(joi),
    blankClears: joi.boolean(),
    links: flowLinksRule(joi),
  }),
  requires: (settings) => captchaRequires(captchaOf(settings)),
  contentSecurityPolicy: (settings) => captchaOf(settings)?.contentSecurityPolicy ?? null,
  component: 'ak-stage-prompt',
  offersSources: 'sign-up',
  view: 'pages/prompt',
  writes: ['prompt_data', 'password_hash'],
  fields: (settings) => [
    ...settings.prompts.filter(isAsked).map((prompt) => prompt.key),
    ...captchaKeys(captchaOf(settings)),
  ],
  consumes: (settings) => captchaKeys(captchaOf(settings)),
  listFields: (settings) =>
    settings.prompts.filter((prompt) => isAsked(prompt) && prompt.kind.list).map(({ key }) => key),
  textFields: (settings) => settings.prompts.filter(isText).map(({ key }) => key),
  fileFields: (settings) =>
    settings.prompts.flatMap(({ key, kind }) => (kind.file === undefined ? [] : [{ key, rules: kind.file }])),
  serverFields: (settings) => settings.prompts.filter(isServers).map((prompt) => prompt.key),
  hiddenFields: (settings) => settings.prompts.filter(({ kind }) => kind.display === 'none').map(({ key }) => key),
  newPasswordFields: (settings) =>
    keptPrompts(settings)
      .filter(isPassword)
      .map(({ key }) => key),
  secretFields: (settings) => [
    ...settings.prompts.filter((prompt) => prompt.kind.concealed).map((prompt) => prompt.key),
    ...captchaKeys(captchaOf(settings)),
  ],
  entryLinkFields: (settings) => settings.prompts.filter((prompt) => prompt.entryLink).map((prompt) => prompt.key),
  fieldsToVerify: (settings) => settings.prompts.filter(({ kind }) => kind.toVerify === true).map(({ key }) => key),
  looksUpAccounts: (settings) => settings.prompts.some(({ kind }) => kind.looksUpAccounts === true),
  texts: (settings) =>
    Object.assign(
      {},
      ...settings.prompts.map((prompt) => prompt.kind.messages),
      ...(settings.validation ?? []).map((policy) => policy.messages),
    ) as Texts,

  links: ({ links = [] }) => toStageLinks(links),
  satisfied(settings, at) {
    const gate = settings.validation?.find((policy) => policy.gate);
    return gate === undefined ? leavesNothing(settings, at) : gateSatisfied(gate, settings, at);
  },
  challenge: (settings, at) =>
    chain(withOwner(promptFields(askedAt(settings, at).prompts, at), settings, at), (fields) =>
      settings.captcha === undefined ? { fields, ...leadingOn(fields) } : withCaptcha(fields, settings, at),
    ),

  read(input, settings, at, lists, files): Awaitable<Parsed<Answers>> {
    const readAll = (): Awaitable<Parsed<Answers>> => {
      const asked = withoutSavedPassword(askedAt(settings, at), at);
      return chain(readAnswers(asked.prompts, { input, lists, files }, at), (read) => joinAnswers(asked, read));
    };
    // Reading an answer may look up whether a name is taken.
    return settings.captcha === undefined
      ? readAll()
      : captchaErrors(settings, input, at).then((errors) => (errors === null ? readAll() : { ok: false, errors }));
  },

  respond(answers, settings, at) {
    const kept = keptPrompts(askedAt(settings, at));
    const before = at.context.prompt_data ?? {};
    const data = kept.reduce<JsonObject>((merged, prompt) => {
      const { key } = prompt;
      // An earlier answer that is left blank now must not return.
      const isNull = getPath(before, key) !== undefined || isCleared(prompt, settings);
      const answer = answers[key] ?? (isNull ? null : undefined);
      return answer === undefined || isSecret(answer) ? merged : mergeDeep(merged, setPath(key, answer));
    }, {});
    const password = kept.map(({ key }) => answers[key]).find(isSecret);
    if (password === undefined)
      return {
        type: 'completed',
        patch: { prompt_data: data },
        remove: at.savedPassword !== true && keptPrompts(settings).some(isPassword) ? ['password_hash'] : [],
      };
    return at.services.passwords.hash(password).then(
      (hash): StageOutcome<'prompt_data' | 'password_hash'> => ({
        type: 'completed',
        patch: { prompt_data: data, password_hash: hash },
      }),
      (error: unknown) => ticketEnded(at, error),
    );
  },
});

/** Where too many passwords wait to be hashed: another form may have used the ticket meanwhile, and trying again is no use. */
async function ticketEnded(
  { context: { ticket }, services, enrollmentId }: StageContext,
  error: unknown,
): Promise<StageOutcome<never>> {
  const refused = ticket === undefined ? null : ((await services.tickets?.refusal(ticket, enrollmentId)) ?? null);
  if (refused === null) throw error;
  return { type: 'denied', message: message('ticket.unknown.text'), ticket: refused };
}

/** Where all choices are among nothing, the button only leads on. */
function leadingOn(fields: readonly PromptField[]): JsonObject {
  const isEmpty = ({ display, choices }: PromptField): boolean => display === 'alert' && choices?.length === 0;
  return fields.length > 0 && fields.every(isEmpty) ? { submit: messageJson(message('flow.waitlist.back')) } : {};
}

/** A new password of an account that exists stands beside its name, unless the page asks for one. */
function withOwner(
  drawn: Awaitable<readonly PromptField[]>,
  settings: PromptStageSettings,
  at: StageContext,
): Awaitable<readonly PromptField[]> {
  const owner = at.facts.user ?? provedUser(at);
  const hasPassword = keptPrompts(askedAt(settings, at)).some(isPassword);
  if (owner === undefined || !hasPassword || at.flow.designation === 'enrollment') return drawn;
  return chain(drawn, async (fields) =>
    fields.some(({ autocomplete }) => autocomplete === 'username')
      ? fields
      : [...(await ownLoginField(at, owner)), ...fields],
  );
}

async function withCaptcha(
  fields: readonly PromptField[],
  settings: PromptStageSettings,
  at: StageContext,
): Promise<{ fields: readonly PromptField[] } & JsonObject> {
  const captcha = await captchaAsked(settings, at);
  if (captcha === null) return { fields };
  const drawn = await drawCaptcha(captcha, at);
  return { fields: [...fields, drawn.field], captcha: drawn.captcha };
}

/** Passes only while the invitation in the plan is still valid for it, or the source's rule requires none. */
async function gateSatisfied(gate: Policy, settings: PromptStageSettings, at: StageContext): Promise<boolean> {
  const { identity, invitation, invitation_rule: rule, prompt_data: data = {} } = at.context;
  if (invitation === undefined && rule !== 'never') return false;
  // Only a page that asks for nothing but the code may be skipped.
  const asked = askedAt(settings, at).prompts.filter(isAsked);
  if (!asked.every((prompt) => gate.consumes.includes(prompt.key))) return false;
  // Evaluates the rule again, like the write: a visitor who needs a code for the write must reach its page.
  if (rule === 'never') {
    const now = identity === undefined ? rule : await at.services.identities?.invitationRule(identity);
    if (now !== 'required') return true;
  }
  if (invitation === undefined) return false;
  const email = data['email'];
  const verdict = await at.services.invitations.revalidate(invitation, {
    flow: at.flow.slug,
    enrollmentId: at.enrollmentId,
    email: typeof email === 'string' ? email : null,
    vouched: identity === undefined ? undefined : at.services.identities?.vouched(identity),
    tenant: at.facts.tenant,
  });
  return verdict.ok;
}

/** Each prompt's answer, or the errors of all. */
function joinAnswers(asked: PromptStageSettings, read: readonly ReadOne[]): Parsed<Answers> {
  const errors: Record<string, readonly Message[]> = {};
  const answers: Record<string, Json | Secret> = {};
  for (const [at, answer] of read.entries()) {
    const key = asked.prompts[at]?.key ?? '';
    if ('error' in answer) errors[key] = [answer.error];
    else if (answer.value !== null) answers[key] = answer.value;
  }
  const joined: FieldErrors = { ...passwordErrors(asked, answers, errors), ...errors };
  if (Object.keys(joined).length === 0) return { ok: true, value: answers };
  const passwords = keptPrompts(asked)
    .filter(isPassword)
    .map(({ key }) => key);
  const areAccepted = passwords.length > 0 && passwords.every((key) => joined[key] === undefined);
  if (!areAccepted) return { ok: false, errors: joined };
  return { ok: false, errors: joined, accepted: Object.fromEntries(passwords.map((key) => [key, answers[key]])) };
}

/** A saved password is not asked for: its fields came blank. */
function withoutSavedPassword(settings: PromptStageSettings, at: StageContext): PromptStageSettings {
  if (at.savedPassword !== true) return settings;
  const passwords = keptPrompts(settings).filter(isPassword);
  return { ...settings, prompts: settings.prompts.filter((prompt) => !passwords.includes(prompt)) };
}

/** All passwords of a stage must be equal, including blank ones, unless a policy that names them all decides. */
function passwordErrors(settings: PromptStageSettings, answers: Answers, errors: FieldErrors): FieldErrors {
  const keys = keptPrompts(settings)
    .filter((prompt) => isPassword(prompt) || isSecret(answers[prompt.key]))
    .map((prompt) => prompt.key);
  if (keys.some((key) => errors[key] !== undefined)) return {};
  if ((settings.validation ?? []).some((policy) => keys.every((key) => policy.fields.includes(key)))) return {};
  const [first, ...others] = keys.map((key) => answers[key]).map((answer) => (isSecret(answer) ? answer.reveal() : ''));
  const [field = ''] = keys;
  // All of them are blank on the page that is shown again, and the first one gets the focus.
  return others.every((other) => other === first) ? {} : { [field]: [message('stage.prompt.passwords_differ')] };
}
