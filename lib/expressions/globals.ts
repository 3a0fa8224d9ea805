import type { PyDict, PyRecord, Value } from '../python/values/value.js';
import type { Asked } from './asked.js';
import { akCreateEvent, akSendEmail, resolveDns, reverseDns } from './helpers/app.js';
import { akCallPolicy } from './helpers/call-policy.js';
import { akLogger, akMessage } from './helpers/messages.js';
import { textHelpers } from './helpers/texts.js';
import { akIsGroupMember, akUserBy, akUserHasAuthenticator } from './helpers/users.js';
import { clientAddress } from './request-records.js';

interface Parts {
  readonly request: PyRecord;
  readonly context: PyDict;
  readonly http: PyRecord;
  readonly user: PyRecord;
}

/** The names that authentik gives to expression policies. */
export function policyGlobals(asked: Asked, { request, context, http, user }: Parts): ReadonlyMap<string, Value> {
  const { facts, context: plan } = asked.question;
  return new Map<string, Value>([
    ...Object.entries(textHelpers),
    ['request', request],
    ['context', context],
    ['http_request', http],
    ['user', user],
    ['ak_client_ip', clientAddress(facts.address)],
    ['ak_is_sso_flow', plan.is_sso ?? false],
    ['ak_logger', akLogger(asked)],
    ['ak_message', akMessage(asked)],
    ['ak_call_policy', akCallPolicy(asked)],
    ['ak_user_by', akUserBy(asked)],
    ['ak_is_group_member', akIsGroupMember(asked)],
    ['ak_user_has_authenticator', akUserHasAuthenticator(asked)],
    ['ak_create_event', akCreateEvent(asked)],
    ['ak_send_email', akSendEmail(asked)],
    ['resolve_dns', resolveDns(asked)],
    ['reverse_dns', reverseDns(asked)],
  ]);
}
