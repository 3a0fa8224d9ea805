import { kitMade } from '../flow/made-by.js';
import { message } from '../base/message.js';
import { settingsCheck } from '../base/settings.js';
import { definePrompt, promptRules, type Prompt, type PromptSettings } from '../flow/prompt.js';

type InviteCodePromptSettings = Partial<Omit<PromptSettings, 'initial' | 'entryLink'>>;

const check = settingsCheck<InviteCodePromptSettings>('inviteCodePrompt', (joi) => {
  const { key, label, required, placeholder, subText, blank, order, autocomplete } = promptRules(joi);
  return { key: key.optional(), label: label.optional(), required, placeholder, subText, blank, order, autocomplete };
});

const longest = 2000;

const codeText = definePrompt({
  type: 'text',
  asked: true,
  concealed: false,
  autocomplete: 'off',
  code: true,
  blank: message('prompt.invite_code.blank'),
  // The gate finds the code in the pasted text, including line breaks.
  read(typed) {
    const value = typed.trim();
    return value.length > longest ? { error: message('prompt.invite_code.too_long') } : { value };
  },
});

/**
 * Asks for an invitation code. The code of a link is filled in, and the visitor presses the button. At most 2,000
 * characters, so that a pasted link fits. Its key is `invite_code`, which `inviteCode()` reads, unless `key` sets
 * another. By default it may be left blank where a source recognized the person and requires no invitation.
 */
export const inviteCodePrompt = kitMade('invite_code', (settings: InviteCodePromptSettings = {}): Prompt => {
  check(settings);
  return codeText({
    key: 'invite_code',
    label: message('prompt.invite_code.label'),
    subText: message('prompt.invite_code.help'),
    required: ({ context }) => (context.invitation_rule ?? 'required') === 'required',
    ...settings,
    entryLink: true,
  });
});
