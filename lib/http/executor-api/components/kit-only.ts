import type { JsonObject } from '../../../base/json.js';
import { actionProperties } from './action.js';
import type { Component, Properties, Shown } from './component.js';
import { sourceList, sourcesOf } from './page-links.js';
import { promptFieldsOf } from './prompt-fields.js';
import { anyRecord, described, fieldList, text } from './schemas.js';

/** The properties that pages of the kit have in common, as far as the challenge has them. */
const common: Properties = {
  fields: fieldList,
  text: described(text, 'What the page says.'),
  sources: sourceList,
};

function drawCommon(shown: Shown): JsonObject {
  const { challenge } = shown;
  const { text: said } = challenge;
  return {
    fields: promptFieldsOf(challenge),
    ...(typeof said === 'string' ? { text: said } : {}),
    ...(shown.model.sources.length === 0 ? {} : { sources: sourcesOf(shown) }),
  };
}

type Answered = NonNullable<Component['answer']>;

function kitOnly(
  component: string,
  name: string,
  description: string,
  answer: Answered | null = { properties: {} },
  more: Properties = {},
): Component {
  return {
    component,
    name,
    description,
    properties: { ...common, ...more },
    required: ['fields'],
    answer,
    draw: (shown) => ({
      ...drawCommon(shown),
      ...Object.fromEntries(Object.keys(more).map((key) => [key, shown.challenge[key] ?? null])),
    }),
  };
}

const textOrNull = { type: ['string', 'null'] };

/** Stages that authentik does not have. */
export const kitOnlyComponents: readonly Component[] = [
  kitOnly('ak-stage-account-menu', 'AccountMenu', 'Links to the settings of an account, in `page.links`.'),
  kitOnly('ak-stage-account-choice', 'AccountChoice', 'Any answer creates an account of one’s own.'),
  kitOnly(
    'ak-stage-accept-invitation',
    'AcceptInvitation',
    'Accepts an invitation, or declines it by `decision`.',
    {
      properties: { decision: { enum: ['accept', 'decline'] } },
    },
    { description: textOrNull, user: textOrNull },
  ),
  kitOnly('ak-stage-connections', 'Connections', 'Connections to sources; the chosen one is disconnected.', {
    properties: { connection: text },
  }),
  kitOnly('ak-stage-authenticator-edit', 'AuthenticatorEdit', 'The name of an authenticator, or its removal.', {
    properties: { authenticator_name: text, authenticator_removed: { enum: ['yes'] } },
  }),
  kitOnly('ak-stage-authenticator-removal', 'AuthenticatorRemoval', 'Confirms a removal, or keeps what it names.', {
    properties: { authenticator_kept: { enum: ['yes'] } },
  }),
  kitOnly('ak-stage-noted', 'WaitlistJoined', 'Says that a request is noted. Any answer goes on.'),
  kitOnly('ak-stage-password-changed', 'PasswordChanged', 'Says that the password is changed. Any answer goes on.'),
  kitOnly('ak-stage-address-restored', 'AddressRestored', 'Says that the address is back. Any answer goes on.'),
  kitOnly('ak-stage-email-confirmed', 'EmailConfirmed', 'Says that the address is confirmed. Any answer goes on.'),
  kitOnly(
    'ak-stage-source',
    'Source',
    'Leads to a source: one of `sources`. Its callback leads back to the page of the flow.',
    null,
  ),
];

/** The component of a stage that the app defined. */
export function ownComponent(component: string, name: string, fields: readonly string[]): Component {
  return {
    component,
    name,
    description: 'A stage of this app.',
    properties: {
      fields: fieldList,
      challenge: { ...anyRecord, description: 'All that the page of the stage shows.' },
    },
    required: ['challenge'],
    answer: { properties: { ...Object.fromEntries(fields.map((key) => [key, {}])), ...actionProperties } },
    draw: ({ challenge }) => ({ fields: promptFieldsOf(challenge), challenge }),
  };
}
