import type { Component } from './component.js';
import { actionField } from '../names.js';
import { described, flag, text, userInfo, userInfoRequired } from './schemas.js';

type Ending = Omit<Component, 'draw' | 'read'>;

/** Answers of a flow that no stage asks for. Nothing answers them. */
export const endings = {
  redirect: {
    component: 'xak-flow-redirect',
    name: 'Redirect',
    description: 'The flow leads on: to its target, to another flow, or to a source.',
    properties: {
      to: described(text, 'A path of the app, or an address of another origin that the app allows.'),
      final_redirect: described(flag, 'True where the flow is over.'),
    },
    required: ['to', 'final_redirect'],
    answer: null,
  },
  denied: {
    component: 'ak-stage-access-denied',
    name: 'AccessDenied',
    description: 'The flow refuses the visitor. `page` has the links that lead on.',
    properties: {
      ...userInfo,
      error_message: text,
      ticket_status: described(text, 'Why a ticket does not open the flow; left out for other refusals.'),
    },
    required: [...userInfoRequired, 'error_message'],
    // Where `page.actions` has it.
    answer: { properties: { [actionField]: { enum: ['send_fresh_link'] } }, required: [actionField] },
  },
  failed: {
    component: 'ak-stage-flow-error',
    name: 'FlowError',
    description: 'Something failed. `request_id` is the reference that the log has.',
    properties: { request_id: text, error: text },
    required: ['request_id'],
    answer: null,
  },
  sessionEnd: {
    component: 'ak-stage-session-end',
    name: 'SessionEnd',
    description: 'The visitor is signed out.',
    properties: { ...userInfo, brand_name: text, overview_url: text },
    required: [...userInfoRequired, 'brand_name'],
    answer: null,
  },
  enrolled: {
    component: 'ak-stage-enrolled',
    name: 'Enrolled',
    description:
      'The account exists, but its user was not signed in by this request: they sign in, by one of `page.links`. Without `sign_in_url` they cannot, or the account is gone: `messages` say why.',
    properties: { messages: { type: 'array', items: text }, sign_in_url: text },
    required: ['messages'],
    answer: null,
  },
} as const satisfies Readonly<Record<string, Ending>>;
