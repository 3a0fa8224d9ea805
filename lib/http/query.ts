import type { Request } from 'express';
import { readLoginHint } from '../base/login-hint.js';
import { Secret } from '../base/secret.js';
import { ownPath, type Site } from '../base/target.js';
import { readTyped } from '../invitations/codes/typed-code.js';
import type { EntryLink } from './cookies/entry-link.js';
import { proofParameter } from '../invitations/codes/mailed-code.js';

/** The raw query without `?`; read from the address itself, because Express 4 and 5 parse it differently. */
export function queryOf({ url }: Pick<Request, 'url'>): string {
  const mark = url.indexOf('?');
  return mark === -1 ? '' : url.slice(mark + 1);
}

/** One parameter of the query. */
export function parameterOf(req: Pick<Request, 'url'>, name: string): string | null {
  return new URLSearchParams(queryOf(req)).get(name);
}

const longestCode = 200;
const longestProof = 100;

/**
/**
 * The parameters of a link that the kit reads: `invite` contains a code, `mail` the second secret of a mailed one,
 * `next` the target at the end, `login_hint` what a sign-in page prefills.
 */
type LinkParameter = 'invite' | typeof proofParameter | 'next' | 'login_hint';

/**
 * The parameters found in a query, and the unchanged rest of the query; `null` if it has none of `parameters`.
 * `aliases`: other names of `invite`.
 */
export function splitQuery(
  site: Site,
  query: string,
  parameters: readonly LinkParameter[],
  aliases: readonly string[] = [],
): { readonly link: EntryLink; readonly rest: string } | null {
  const values: Partial<Record<LinkParameter, string>> = {};
  const others: string[] = [];
  for (const pair of query === '' ? [] : query.split('&')) {
    const read = readPair(pair, aliases);
    if (read === null || !parameters.includes(read.name)) others.push(pair);
    else values[read.name] ??= read.value;
  }
  const { invite: code, [proofParameter]: proof = '', next: wanted, login_hint: hint } = values;
  // A secret without its code brings nothing, and stays in no address either.
  if (Object.keys(values).length === 0) return null;
  const read = readTyped(code ?? '');
  // If it is not a code, the page shows the link's text with an error.
  const shown = read.type === 'code' ? read.text : (code ?? '');
  const next = ownPath(site, wanted);
  const loginHint = readLoginHint(hint);
  return {
    link: {
      ...(shown === '' || shown.length > longestCode ? {} : { code: new Secret(shown) }),
      ...(shown === '' || proof === '' || proof.length > longestProof ? {} : { proof: new Secret(proof) }),
      ...(next === null ? {} : { next }),
      ...(loginHint === null ? {} : { loginHint }),
    },
    rest: others.join('&'),
  };
}

// A soft line break of quoted-printable, `=`, may remain between the letters (RFC 2045, 6.7).
const inviteParameter = /^(?:=|amp;)*i=?n=?v=?i=?t=?e *(?:=+(.*))?$/is;
const unseen = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/**
 * Reads one parameter, even if mail has damaged the link: control characters before its name, `&amp;` for `&`, soft
 * line breaks of quoted-printable in it.
 */
function readPair(
  pair: string,
  aliases: readonly string[],
): { readonly name: LinkParameter; readonly value: string } | null {
  const invite = inviteParameter.exec(
    decoded(pair)
      .replace(/=[\r\n]+/g, '')
      .replace(unseen, '')
      .trim(),
  );
  if (invite !== null) return { name: 'invite', value: (invite[1] ?? '').trim() };
  const [[name = '', value = ''] = []] = new URLSearchParams(pair);
  const plain = name.replace(unseen, '').replace(/^(?:amp;)+/, '');
  if (aliases.includes(plain)) return { name: 'invite', value: value.trim() };
  // Quoted-printable writes `=` as `=3D`, and its soft line breaks may remain (RFC 2045, 6.7).
  if (plain === proofParameter) return { name: plain, value: value.replace(/^3D(?=.{22})/, '').replace(/=\s*/g, '') };
  return plain === 'next' || plain === 'login_hint' ? { name: plain, value } : null;
}

/** The whole pair, percent-decoded; invalid encodings are decoded as far as possible, as browsers do. */
function decoded(pair: string): string {
  return new URLSearchParams(`pair=${pair.replaceAll('=', '%3D')}`).get('pair') ?? '';
}
