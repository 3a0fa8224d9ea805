import { message, type Message } from '../base/message.js';
import type { PageWording } from '../flow/page-wording.js';
import type { Policy } from '../flow/policy.js';
import type { Stage } from '../flow/stage.js';
import { passwordsMatch } from '../policies/passwords-match.js';
import { accountNamePrompt } from '../prompts/account-name.js';
import { password } from '../prompts/password.js';
import { promptStage } from '../stages/prompt.js';

/** The page that asks for a new password: `least` characters, typed twice with `repeat`. */
export function newPasswordPage({
  least,
  repeat,
  wording,
  validation,
  title = message('flow.recovery.password_title'),
}: {
  readonly least: number;
  readonly repeat: boolean;
  readonly wording: PageWording | undefined;
  readonly validation: readonly Policy[];
  /** `null`: that of the flow. */
  readonly title?: Message | null;
}): Stage {
  return promptStage({
    name: 'password',
    ...(title === null ? {} : { title }),
    submit: message('flow.recovery.submit'),
    ...wording,
    prompts: [
      accountNamePrompt(),
      password({
        key: 'password',
        label: message('flow.recovery.password'),
        subText: message('flow.invite.password_help', { least }),
        minLength: least,
      }),
      ...(repeat
        ? [password({ key: 'password_repeat', label: message('flow.invite.password_repeat'), repeats: true })]
        : []),
    ],
    validation: [...(repeat ? [passwordsMatch()] : []), ...validation],
  });
}
