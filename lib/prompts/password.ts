import { kitMade } from '../flow/made-by.js';
import { message, type Message } from '../base/message.js';
import { Secret } from '../base/secret.js';
import { passwordLengthRule } from '../base/setting-rules.js';
import { settingsCheck } from '../base/settings.js';
import { findWeakness, type PasswordWeakness } from '../base/weak-password.js';
import { promptOf, promptRules, type Prompt, type PromptSettings } from '../flow/prompt.js';

interface PasswordSettings extends PromptSettings {
  /** Code points, from 8 to 128; default 15, the least for a password that is the only factor (NIST SP 800-63B-4, 3.1.1.2). */
  readonly minLength?: number;
  /** True for the field that asks for the same password again: it has no minimum length of its own. */
  readonly repeats?: boolean;
}

const check = settingsCheck<PasswordSettings>('password prompt', (joi) => ({
  ...promptRules(joi),
  minLength: passwordLengthRule(joi),
  repeats: joi.boolean(),
}));

const most = Object.freeze({ characters: 128, bytes: 1024 });

/**
 * A new password: at least `minLength`, at most 128 code points, each counting as one. Every printable character is
 * allowed and nothing is trimmed; blanks alone, the most common passwords and repeated patterns are refused (NIST SP
 * 800-63B-4, 3.1.1.2). Never sent back to the browser.
 */
export const password = kitMade('password', (settings: PasswordSettings): Prompt => {
  check(settings);
  const least = settings.repeats === true ? 0 : (settings.minLength ?? 15);
  return promptOf({
    type: 'password',
    asked: true,
    concealed: true,
    newPassword: true,
    blank: message(settings.repeats === true ? 'prompt.password.repeat' : 'prompt.password.blank'),
    autocomplete: 'new-password',
    input: 'password',
    // A repetition has no rules of its own.
    attributes:
      least === 0 ? {} : { minlength: least, passwordrules: `minlength: ${least}; maxlength: ${most.characters};` },
    read(typed) {
      const tooLong = { error: message('prompt.password.too_long', { most: most.characters }) };
      // Overlong input is not normalized: for marks in the wrong order, normalization takes longer than linear time.
      if (Buffer.byteLength(typed) > most.bytes) return tooLong;
      const length = [...typed.normalize('NFC')].length;
      if (length < least) return { error: message('prompt.password.too_short', { least }) };
      if (length > most.characters) return tooLong;
      if (/[\p{Cc}\p{Cs}]/u.test(typed)) return { error: message('prompt.password.unprintable') };
      return least === 0 ? { value: new Secret(typed) } : readStrong(typed);
    },
  })(settings);
});

const refusals = {
  blanks: message('prompt.password.blanks'),
  common: message('prompt.password.common'),
  simple: message('prompt.password.simple'),
} satisfies Record<PasswordWeakness, Message>;

async function readStrong(typed: string): Promise<{ readonly value: Secret } | { readonly error: Message }> {
  const weakness = await findWeakness(typed);
  return weakness === null ? { value: new Secret(typed) } : { error: refusals[weakness] };
}
