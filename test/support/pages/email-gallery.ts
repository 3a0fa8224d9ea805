import { message, type Message } from '../../../lib/base/message.js';
import type { PageModel } from '../../../lib/pages/page-model.js';
import { field, form, said } from './samples.js';
import { signInPage } from './sign-in-gallery.js';

const code = field('code', 'text', {
  ...{ label: said('email.code.label'), autocomplete: 'one-time-code', input: 'text' },
  sub_text: said('email.code.help'),
});
const cancel = { href: '/join/if/flow/recovery/cancel/', label: message('link.cancel'), quiet: true };
const again = { href: '/join/if/flow/recovery/', label: message('link.start_again') };
const submit = (label: Message, errors: Record<string, Message[]> = {}) =>
  form({ action: '/join/if/flow/recovery/', submit: label, errors });

const email = (text: ReturnType<typeof message>, more: Partial<PageModel> & { readonly resend?: boolean } = {}) => {
  const { resend = true, challenge = { fields: [code] }, ...model } = more;
  return signInPage('pages/email', [], {
    ...{ title: message('email.title'), stage: 'email', links: [cancel], form: submit(message('form.submit')) },
    ...model,
    challenge: { ...challenge, text: { id: text.id, values: { ...text.values } }, resend },
  });
};

const withButton = (id: 'email.send' | 'email.link.submit') => ({
  challenge: { fields: [], submit: { id, values: {} } },
  resend: false,
});

/** The pages about mail, in the states that visitors see. */
export const emailGallery: ReadonlyMap<string, PageModel> = new Map([
  ['email-code', email(message('email.sent.identified', { name: 'ann@example.com' }))],
  [
    'email-code-wrong',
    email(message('email.sent.to', { address: 'ann@example.com' }), {
      form: submit(message('form.submit'), { code: [message('email.code.wrong')] }),
    }),
  ],
  [
    'email-sent-again',
    email(message('email.sent.to', { address: 'a***@example.com' }), { notice: message('notice.email_sent') }),
  ],
  [
    'email-unsent',
    email(message('email.unsent'), { ...withButton('email.send'), title: message('email.unsent.title') }),
  ],
  [
    'email-link',
    email(message('email.link.text'), { ...withButton('email.link.submit'), title: message('email.link.title') }),
  ],
  ...(['elsewhere', 'invalid'] as const).map((about): [string, PageModel] => [
    `email-link-${about}`,
    signInPage('pages/problem', [], {
      title: message(`email.link.${about}.title`),
      messages: [message(`email.link.${about}.text`)],
      form: null,
      links: [
        ...(about === 'elsewhere' ? [] : [{ ...again, primary: true }]),
        { href: '/', label: message('link.home') },
        ...(about === 'elsewhere' ? [{ ...again, quiet: true }] : []),
      ],
    }),
  ]),
  [
    'password-changed',
    signInPage('pages/noted', [], {
      ...{
        title: message('flow.recovery.changed'),
        stage: 'changed',
        links: [],
        form: submit(message('flow.recovery.sign_in')),
      },
      challenge: { text: { id: 'flow.recovery.changed_text' } },
    }),
  ],
]);
