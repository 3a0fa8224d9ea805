import type { Request } from 'express';
import { Secret } from '../../base/secret.js';
import { readEntryLink } from '../entry-link.js';
import type { GuardParts } from './guard-parts.js';
import type { GuardTerms } from './guard-settings.js';
import { ownField } from './own-field.js';

type Parts = Pick<GuardParts<unknown>, 'keyring' | 'clock' | 'site' | 'cookies'>;

/** What the request brings as a code: the field, or what a link brought before; `null` when there is none. */
export async function codeOfRequest(
  parts: Parts,
  terms: Pick<GuardTerms<unknown>, 'from' | 'field'>,
  req: Request,
): Promise<Secret | null> {
  const given: unknown = terms.from === undefined ? ownField(req, terms.field) : terms.from(req);
  const typed = typeof given === 'string' ? given : undefined;
  // A field that is there and empty was emptied on purpose.
  if (typed === undefined || (typed === '' && terms.from !== undefined)) return codeOfLink(parts, req);
  return typed.trim() === '' ? null : new Secret(typed);
}

/** The code that a link brought within the last ten minutes. */
export async function codeOfLink(parts: Parts, req: Request): Promise<Secret | null> {
  return (await readEntryLink(parts, req)).code ?? null;
}
