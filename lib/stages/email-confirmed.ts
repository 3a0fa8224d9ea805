import type { JsonObject } from '../base/json.js';
import { message } from '../base/message.js';
import { defineStage } from '../flow/define-stage.js';

/** The last page of a ticket about an address: it is confirmed. */
export const emailConfirmed = defineStage<object, { readonly text: JsonObject }, Record<string, never>>({
  kind: 'email_confirmed',
  component: 'ak-stage-email-confirmed',
  view: 'pages/noted',
  pageOnly: true,
  fields: () => [],
  submit: () => message('ticket.continue'),
  challenge: () => ({ text: { id: 'ticket.confirm_email.done_text' } }),
  read: () => ({ ok: true, value: {} }),
  respond: () => ({ type: 'completed' }),
});
