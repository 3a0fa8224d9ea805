import type { Request } from 'express';
import { withTimeout, type Awaitable } from '../../base/awaitable.js';
import type { GeoBinding, NetworkBinding } from '../../ports/client-binding.js';
import type { GeoLocation } from '../../ports/geo-location.js';
import type { EnrollmentLogger } from '../../ports/log.js';
import { clientAddress } from '../app-hooks.js';
import { networkOf } from './network.js';

/** What a session is bound to: the values that held at the sign-in. */
export interface BoundClient {
  /** The client's address; IPv6 as its /64. */
  readonly address?: string;
  readonly network?: string;
  /** Looked up where the client is in another network than `near`. */
  readonly place?: {
    readonly near: string;
    readonly asn?: number;
    readonly geo?: Exclude<GeoBinding, 'none'>;
    /** `DE`, or `DE/Berlin`. */
    readonly at?: string;
  };
}

interface ClientBindingParts {
  /** `null`: the app has none, and no flow needs one. */
  readonly lookUp: ((address: string) => Awaitable<GeoLocation | null>) | null;
  readonly log: EnrollmentLogger;
}

export interface ClientBindings {
  /** What the session of a sign-in is bound to. Where the look-up does not say, it is bound to the network. */
  bind(req: Request, network: NetworkBinding, geo: GeoBinding): Promise<BoundClient>;
  /** False where the client is elsewhere, or where the look-up does not say where it is. */
  holds(req: Request, bound: BoundClient): Awaitable<boolean>;
}

/** A look-up in a file takes microseconds; a visitor waits for it. */
const timeoutMs = 2000;

export function createClientBindings({ lookUp, log }: ClientBindingParts): ClientBindings {
  async function locate(req: Request): Promise<GeoLocation | null> {
    try {
      const found: GeoLocation | null | undefined = await withTimeout(
        timeoutMs,
        () => lookUp?.(clientAddress(req)) ?? null,
        () => new Error(`no answer within ${String(timeoutMs)} ms`),
      );
      // Of an app in JavaScript, as from a `Map`.
      return found ?? null;
    } catch (error) {
      log.warn({ err: error }, 'lookUpAddress failed: a session counts in the network of its sign-in only');
      return null;
    }
  }

  const answers = new WeakMap<Request, { readonly place: object; readonly holds: Promise<boolean> }>();

  return Object.freeze<ClientBindings>({
    async bind(req, network, geo) {
      const strict: BoundClient = {
        ...(network === 'address' ? { address: clientAddress(req) } : {}),
        ...(network === 'network' ? { network: networkOf(req) } : {}),
      };
      if (network !== 'asn' && geo === 'none') return strict;
      const here = await locate(req);
      const at = here === null || geo === 'none' ? undefined : placeOf(here, geo);
      const isKnown = (network !== 'asn' || here?.asn !== undefined) && (geo === 'none' || at !== undefined);
      if (!isKnown) return { ...strict, network: networkOf(req) };
      return {
        ...strict,
        place: {
          near: networkOf(req),
          ...(network === 'asn' && here?.asn !== undefined ? { asn: here.asn } : {}),
          ...(geo === 'none' || at === undefined ? {} : { geo, at }),
        },
      };
    },

    holds(req, { address, network, place }) {
      if (address !== undefined && address !== clientAddress(req)) return false;
      if (network !== undefined && network !== networkOf(req)) return false;
      if (place === undefined || place.near === networkOf(req)) return true;
      // Asked twice in a request: before Passport reads the session, and for the signed-in user.
      const known = answers.get(req);
      if (known?.place === place) return known.holds;
      const holds = locate(req).then((here) => here !== null && isSamePlace(here, place));
      answers.set(req, { place, holds });
      return holds;
    },
  });
}

function isSamePlace(here: GeoLocation, { asn, geo, at }: NonNullable<BoundClient['place']>): boolean {
  if (asn !== undefined && here.asn !== asn) return false;
  return geo === undefined || (at !== undefined && placeOf(here, geo) === at);
}

/** `undefined` where the look-up does not say. */
function placeOf({ continent, country, city }: GeoLocation, geo: Exclude<GeoBinding, 'none'>): string | undefined {
  if (geo === 'continent') return continent?.toUpperCase();
  if (geo === 'country' || country === undefined) return country?.toUpperCase();
  return city === undefined ? undefined : `${country.toUpperCase()}/${city}`;
}
