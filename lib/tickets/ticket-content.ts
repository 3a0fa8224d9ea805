import type { JsonObject } from '../base/json.js';

/** What the kit keeps of a ticket: no secret and no plain address. */
export interface TicketContent extends JsonObject {
  readonly user: string;
  readonly flow: string;
  /** Marks of the address and of the password that the account had. */
  readonly address: string;
  readonly password: string;
  /** The new address, sealed; `null`: it is about none. */
  readonly new_address: string | null;
  readonly result_url: string | null;
  readonly client: string | null;
  readonly app: string | null;
  readonly verifies: boolean;
  readonly shows_email: boolean;
  readonly signs_in: boolean | null;
  readonly by_kit: boolean;
  readonly locale: string | null;
  /** The time zone of the mail; `null`: UTC. */
  readonly zone: string | null;
  readonly inviter: string | null;
  readonly tenant: string | null;
  /** The id of the last mail; `null`: there is none. */
  readonly mail: string | null;
  /** True: the earlier tickets of its purpose end once its mail is stored, and before that mail is sent. */
  readonly ends_earlier: boolean;
  /** The id of the first ticket, in whose place this one was sent; `null`: it is the first. */
  readonly root: string | null;
  /** How often its owner was sent a fresh one, this one included. */
  readonly renewals: number;
}

/** The content of a stored ticket; `null` for one that another version wrote and this one cannot read. */
export function contentOf(stored: JsonObject): TicketContent | null {
  const { user, flow, address, password, renewals } = stored;
  if (typeof user !== 'string' || typeof flow !== 'string' || typeof address !== 'string') return null;
  if (typeof password !== 'string') return null;
  return {
    user,
    flow,
    address,
    password,
    new_address: textOf(stored['new_address']),
    result_url: textOf(stored['result_url']),
    client: textOf(stored['client']),
    app: textOf(stored['app']),
    verifies: stored['verifies'] === true,
    shows_email: stored['shows_email'] === true,
    signs_in: typeof stored['signs_in'] === 'boolean' ? stored['signs_in'] : null,
    by_kit: stored['by_kit'] === true,
    locale: textOf(stored['locale']),
    zone: textOf(stored['zone']),
    inviter: textOf(stored['inviter']),
    tenant: textOf(stored['tenant']),
    mail: textOf(stored['mail']),
    ends_earlier: stored['ends_earlier'] === true,
    root: textOf(stored['root']),
    renewals: typeof renewals === 'number' ? renewals : 0,
  };
}

const textOf = (value: unknown): string | null => (typeof value === 'string' ? value : null);
