import type { Answers, Policy } from '../flow/policy.js';
import type { AskingStage } from '../flow/stage.js';

/** The answers as each policy sees them, and the policies that read passwords together with other answers. */
interface WatchedAnswers {
  /** `changed`: the answers as other policies have changed them. Left out: as they are. */
  readonly answersFor: (policy: Policy, changed?: Answers) => Answers;
  /** Such a policy must see a typed password: of a saved one there is only the hash. */
  readonly combining: ReadonlySet<Policy>;
}

/** True for a policy that names new passwords and nothing else. */
export function namesPasswordsOnly({ newPasswordFields }: AskingStage, { fields }: Policy): boolean {
  return fields.length > 0 && fields.every((field) => newPasswordFields.includes(field));
}

/** True for a policy that names new passwords beside other fields. */
export function namesPasswordsToo(stage: AskingStage, policy: Policy): boolean {
  return policy.fields.some((field) => stage.newPasswordFields.includes(field)) && !namesPasswordsOnly(stage, policy);
}

/**
 * `fields` of a policy says what it reads, but nothing forces an author to name all of it. So reading itself is
 * watched: of a policy that names passwords only, the reading of other answers, of all others that of passwords.
 * `areAll`: false where the watched answers are missing. They are listed then as if they were there, so that a policy
 * that goes through all answers reads them.
 */
export function watchAnswers(
  stage: AskingStage,
  answers: Answers,
  { areAll }: { readonly areAll: boolean },
): WatchedAnswers {
  const combining = new Set<Policy>();
  const passwords = stage.newPasswordFields;
  const others = [...stage.fields, ...stage.serverFields].filter((key) => !passwords.includes(key));
  return {
    combining,
    answersFor: (policy, seen = answers) => {
      if (passwords.length === 0) return seen;
      const keys = namesPasswordsOnly(stage, policy) ? others : passwords;
      return watched(seen, keys, { areAll, onRead: () => combining.add(policy) });
    },
  };
}

function watched(
  answers: Answers,
  keys: readonly string[],
  { areAll, onRead }: { readonly areAll: boolean; readonly onRead: () => void },
): Answers {
  const seen = { ...answers };
  for (const key of keys) {
    Object.defineProperty(seen, key, {
      enumerable: !areAll || Object.hasOwn(answers, key),
      get: () => {
        onRead();
        return answers[key];
      },
    });
  }
  return seen;
}
