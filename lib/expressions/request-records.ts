import type { PyDict, PyRecord, Value } from '../python/values/value.js';
import type { HostValue } from '../python/check/environment.js';
import { readAddress } from '../python/modules/ipaddress.js';
import type { Asked } from './asked.js';
import { dictFrom } from './json-values.js';
import { hostUser } from './user-record.js';

const word = { is: 'type', type: 'str' } as const;

/** What a check knows of `http_request`. */
export const hostHttpRequest = {
  is: 'record',
  name: 'http_request',
  attributes: {
    user: hostUser,
    method: word,
    META: { is: 'type', type: 'dict' },
    LANGUAGE_CODE: word,
    tenant: word,
  },
} as const satisfies HostValue;

/** What a check knows of `request`. */
export const hostRequest = {
  is: 'record',
  name: 'request',
  attributes: {
    user: hostUser,
    http_request: hostHttpRequest,
    obj: { is: 'record', name: 'request.obj', attributes: { slug: word, name: word, designation: word } },
    context: { is: 'type', type: 'dict' },
    debug: null,
  },
} as const satisfies HostValue;

export const requestAttributes = [...Object.keys(hostRequest.attributes), ...Object.keys(hostHttpRequest.attributes)];

/** The request as far as policies know it: the client, the language and the tenant. */
export function httpRequestRecord({ question: { facts } }: Asked, user: PyRecord): PyRecord {
  const attributes: Readonly<Record<string, Value>> = {
    user,
    method: facts.act ? 'POST' : 'GET',
    META: dictFrom([['REMOTE_ADDR', addressOf(facts.address)]]),
    LANGUAGE_CODE: facts.locale,
    tenant: facts.tenant ?? '',
  };
  return {
    type: 'record',
    className: 'HttpRequest',
    attributes: new Map(Object.entries(attributes)),
    text: 'HttpRequest',
  };
}

/** `request`: what authentik's policies are asked with. */
export function requestRecord(
  { question: { flow } }: Asked,
  parts: { readonly user: PyRecord; readonly http: PyRecord; readonly context: PyDict },
): PyRecord {
  const attributes: Readonly<Record<string, Value>> = {
    user: parts.user,
    http_request: parts.http,
    obj: {
      type: 'record',
      className: 'Flow',
      attributes: new Map<string, Value>([
        ['slug', flow.slug],
        ['name', flow.name],
        ['designation', flow.designation],
      ]),
      text: flow.slug,
      key: flow.slug,
    },
    context: parts.context,
    debug: false,
  };
  return {
    type: 'record',
    className: 'PolicyRequest',
    attributes: new Map(Object.entries(attributes)),
    text: 'PolicyRequest',
  };
}

/** `ak_client_ip`; `None` where the option `clientKey` names clients by something else. */
export function clientAddress(address: string): Value {
  return readAddress(addressOf(address));
}

/** An IPv6 client is known by its /64. */
function addressOf(address: string): string {
  return address.split('/')[0] ?? '';
}
