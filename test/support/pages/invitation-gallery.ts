import type { JsonObject } from '../../../lib/base/json.js';
import { message } from '../../../lib/base/message.js';
import type { PageModel } from '../../../lib/pages/page-model.js';
import { form, json, page, said } from './samples.js';

const alternative = { name: 'decision', value: 'decline', label: said('accept.decline') };

function decision(challenge: JsonObject, more: Partial<PageModel> = {}): PageModel {
  return page('pages/invitation', {
    flow: { slug: 'accept-invitation', title: message('accept.title') },
    stage: 'accept-invitation',
    title: message('accept.title'),
    challenge: { alternative, ...challenge },
    form: form({ action: '/join/if/flow/accept-invitation/', submit: message('accept.submit') }),
    links: [
      { href: '/join/if/flow/accept-invitation/sign-out/', label: message('source.other_account') },
      { href: '/join/if/flow/accept-invitation/cancel/', label: message('link.cancel'), quiet: true },
    ],
    ...more,
  });
}

/** The pages on which invitations are used and accepted, in the states that visitors see. */
export const invitationGallery: ReadonlyMap<string, PageModel> = new Map([
  [
    'invitation-stage',
    page('pages/continue', {
      flow: { slug: 'invite', title: message('flow.invite.title') },
      ...{ stage: 'invitation', title: message('stage.invitation.title') },
      messages: [message('stage.invitation.text')],
      form: form(),
    }),
  ],
  [
    'accept-invitation',
    decision(
      { user: 'ann@example.com', description: json('You will join the team “Harbor” as an editor.') },
      { intro: message('page.invited', { inviter: 'Bob Miller' }), inviter: 'Bob Miller' },
    ),
  ],
  ['accept-invitation-plain', decision({ user: null, description: null }, { links: [] })],
  [
    'accept-invitation-switch',
    page('pages/continue', {
      flow: { slug: 'accept-invitation', title: message('accept.title') },
      title: message('accept.switch.title'),
      messages: [
        message('signed_in.as', { name: 'ann' }),
        message('accept.switch.text'),
        message('signed_in.code_kept'),
      ],
      form: form({
        action: '/join/if/flow/accept-invitation/sign-out/',
        submit: message('signed_in.submit'),
      }),
      links: [{ href: '/join/if/flow/accept-invitation/', label: message('link.stay_signed_in') }],
    }),
  ],
  [
    'accept-invitation-sign-in',
    page('pages/denied', {
      flow: { slug: 'accept-invitation', title: message('accept.title') },
      title: message('accept.sign_in.title'),
      messages: [message('accept.sign_in.text')],
      links: [
        { href: '/join/if/flow/sign-in/', label: message('link.sign_in'), primary: true },
        {
          href: '/join/if/flow/invite/',
          label: message('link.create_account'),
          question: message('link.new_here'),
        },
      ],
    }),
  ],
]);
