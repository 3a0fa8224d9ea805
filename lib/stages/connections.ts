import { dayText } from '../base/date-text.js';
import type { JsonObject } from '../base/json.js';
import { message, messageJson, type Message } from '../base/message.js';
import { defineStage } from '../flow/define-stage.js';
import type { StageContext } from '../flow/facts.js';
import { hasRecentlyAuthenticated } from '../flow/recent-authentication.js';
import { literal } from '../flow/policy.js';
import type { PromptField } from '../flow/stage.js';
import type { OwnConnection, OwnConnections } from '../ports/own-connections.js';
import { announceConnection } from './announce-change.js';
import { factorField } from './code-field.js';
import { signedInUser } from './flow-user.js';
import { isProvedByAll } from './still-proved.js';

/**
 * The identities at sources that the account of the signed-in user is connected to: the chosen one is disconnected, and
 * buttons connect more. Only if they have authenticated within ten minutes, and never the last way in: put
 * `confirmPassword` before it. Connections of other users are never found.
 */
export const connectionsStage = defineStage<
  object,
  { readonly fields: readonly PromptField[] } & JsonObject,
  { readonly connection: string | null }
>({
  kind: 'connections',
  settings: () => ({}),
  destructive: true,
  component: 'ak-stage-connections',
  view: 'pages/prompt',
  requires: ['connections'],
  offersSources: 'connection',
  fields: () => ['connection'],
  consumes: () => ['connection'],
  submit: () => message('stage.connections.submit'),

  async challenge(_settings, at) {
    const own = await ownConnections(at);
    if (own.length === 0)
      return {
        fields: [
          factorField('connection', 'alert_info', {
            display: 'alert',
            label: null,
            sub_text: messageJson(message('stage.connections.none')),
          }),
        ],
        submit: messageJson(message('flow.waitlist.back')),
      };
    return {
      fields: [
        factorField('connection', 'radio-button-group', {
          input: 'radio',
          label: messageJson(message('stage.connections.label')),
          required: true,
          choices: own.map((one) => ({ value: one.id, label: messageJson(labelOf(one, at)) })),
        }),
      ],
    };
  },

  async read(input, _settings, at) {
    const { connection = '' } = input;
    const own = await ownConnections(at);
    if (connection === '' && own.length === 0) return { ok: true, value: { connection: null } };
    if (connection === '') return { ok: false, errors: { connection: [message('prompt.choice.blank')] } };
    return own.some(({ id }) => id === connection)
      ? { ok: true, value: { connection } }
      : { ok: false, errors: { connection: [message('prompt.choice.unknown')] } };
  },

  async respond({ connection }, _settings, at) {
    // Never for another user than the one that the plan is about.
    const user = await signedInUser(at);
    if (user === null) return { type: 'denied', message: message('authenticator.no_account') };
    if (connection === null) return { type: 'completed' };
    if (!hasRecentlyAuthenticated(at)) return { type: 'denied', message: message('policy.recently_authenticated.not') };
    const chosen = (await ownConnections(at)).find(({ id }) => id === connection);
    const announce = announceConnection(at, user, { kind: 'disconnected', provider: chosen?.sourceName ?? '' });
    const outcome = await connectionsOf(at).disconnect(user, connection, {
      holds: () => isProvedByAll(at, user),
      announce,
    });
    switch (outcome) {
      case 'removed':
        return { type: 'completed', endEvidence: user, notice: message('notice.disconnected') };
      case 'absent':
        return { type: 'completed' };
      case 'ended':
        return { type: 'denied', message: message('notice.expired') };
      case 'last':
      case 'busy':
        return { type: 'invalid', errors: { connection: [message(`stage.connections.${outcome}`)] } };
    }
  },
});

async function ownConnections(at: StageContext): Promise<readonly OwnConnection[]> {
  return at.facts.user === undefined ? [] : connectionsOf(at).list(at.facts.user);
}

/** A flow with such a stage does not start without them. */
function connectionsOf({ services }: StageContext): OwnConnections {
  if (services.connections === undefined) throw new TypeError('the option connections lacks list or unlink');
  return services.connections;
}

function labelOf({ sourceName: source, since }: OwnConnection, { facts }: StageContext): Message {
  if (since === null) return literal(source);
  return message('stage.connections.since', { source, day: dayText(since, facts.locale) });
}
