import type { Request } from 'express';
import { Secret } from '../../base/secret.js';
import type { Keyring } from '../../base/keyring.js';
import { sealArrival, unsealArrival } from '../cookies/arrival.js';
import type { GuardParts } from './guard-parts.js';
import type { GuardTerms } from './guard-settings.js';
import { ownField } from './own-field.js';

// No flow has this name, so what was sealed for a guard opens for no flow.
const audience = '/';

type Parts = Pick<GuardParts<unknown>, 'keyring' | 'clock' | 'site' | 'cookies'>;

/** What the request brings as a code: the field, or what a link brought before; `null` when there is none. */
export async function broughtCode(
  parts: Parts,
  terms: Pick<GuardTerms<unknown>, 'from' | 'field'>,
  req: Request,
): Promise<Secret | null> {
  const given: unknown = terms.from === undefined ? ownField(req, terms.field) : terms.from(req);
  const typed = typeof given === 'string' ? given : undefined;
  // A field that is there and empty was emptied on purpose.
  if (typed === undefined || (typed === '' && terms.from !== undefined)) return arrivedCode(parts, req);
  return typed.trim() === '' ? null : new Secret(typed);
}

/** The code that a link brought within the last ten minutes. */
export async function arrivedCode({ keyring, clock, site, cookies }: Parts, req: Request): Promise<Secret | null> {
  const sealed = cookies(null, req).read('arrival');
  return (await unsealArrival(keyring, site, audience, sealed, clock.now())).code ?? null;
}

export function sealCode(keyring: Keyring, code: Secret, now: number): Promise<string> {
  return sealArrival(keyring, audience, { code }, now);
}

/** What `parameter` of an address brings, and the same address without it; `null` where the address has none. */
export function splitAddress(
  address: string,
  parameter: string,
): { readonly code: string; readonly rest: string } | null {
  const mark = address.indexOf('?');
  if (mark === -1) return null;
  const pairs = address.slice(mark + 1).split('&');
  const brought = pairs.filter((pair) => new URLSearchParams(pair).has(parameter));
  if (brought.length === 0) return null;
  const others = pairs.filter((pair) => !brought.includes(pair)).join('&');
  const [code = ''] = brought.map((pair) => new URLSearchParams(pair).get(parameter) ?? '');
  return { code, rest: address.slice(0, mark) + (others === '' ? '' : `?${others}`) };
}
