import type { Context } from '../../../lib/flow/context.js';
import type { StageContext } from '../../../lib/flow/facts.js';
import type { AskingStage, StageOutcome } from '../../../lib/flow/stage.js';
import type { CredentialsAnswer, CredentialsQuestion } from '../../../lib/ports/credentials.js';
import { openScene } from '../executor/scene.js';
import { question } from '../prompts/question.js';

export const right: CredentialsAnswer = { type: 'right', userId: 'u1' };
export const throttled: CredentialsAnswer = { type: 'throttled', message: { id: 'later' }, retryAfterSeconds: 60 };
export const wrong = (failures: number): CredentialsAnswer => ({ type: 'wrong', message: { id: 'no' }, failures });

/** A stage with a password check that answers every check with `answer`. */
export function servicesOf(answer: CredentialsAnswer, context: Context = {}) {
  const asked: CredentialsQuestion[] = [];
  const scene = openScene();
  const check = async (one: CredentialsQuestion): Promise<CredentialsAnswer> => {
    asked.push(one);
    return answer;
  };
  const welcomed: (readonly [string, string])[] = [];
  const rememberClient = async (userId: string, address: string): Promise<void> =>
    void welcomed.push([userId, address]);
  const credentials = { check, rememberClient };
  const at: StageContext = { ...question(context, scene), services: { ...scene.context.services, credentials } };
  return {
    at,
    /** The recorded sign-ins, with their addresses. */
    welcomed,
    /** The recorded checks, with the password in plain text. */
    questions: () => asked.map(({ password, ...rest }) => ({ ...rest, password: password.reveal() })),
    /** The result of a filled-in page: errors by field, or the outcome. */
    async submit(stage: AskingStage, fields: Readonly<Record<string, string>>): Promise<StageOutcome | object> {
      const parsed = await stage.read(fields, at);
      return parsed.ok ? stage.respond(parsed.value, at) : ids(parsed.errors);
    },
  };
}

function ids(errors: Readonly<Record<string, readonly { readonly id: string }[]>>): object {
  return Object.fromEntries(Object.entries(errors).map(([field, all]) => [field, all.map(({ id }) => id)]));
}
