import type { Awaitable } from '../base/awaitable.js';
import { message } from '../base/message.js';
import { namesRule } from '../base/setting-rules.js';
import { settingsCheck } from '../base/settings.js';
import { kitPolicy, type Policy } from '../flow/policy.js';
import type { GeoLocation } from '../ports/geo-location.js';
import { accountIdOf } from './account-of.js';

/** An earlier sign-in of an account. */
export interface PastSignIn {
  readonly latitude: number;
  readonly longitude: number;
  /** Milliseconds since 1970. */
  readonly at: number;
}

interface GeoIpSettings {
  /** Looks up `RequestFacts.address`; `null`: unknown, which counts as an error. */
  readonly lookUp: (address: string) => Awaitable<GeoLocation | null>;
  /** Passes in one of these countries, ISO 3166-1 alpha-2. */
  readonly countries?: readonly string[];
  /** Passes in one of these autonomous systems. With `countries` too, one of both suffices. */
  readonly asns?: readonly number[];
  /** Needs `history`: the newest sign-ins of an account, at most `count`. */
  readonly history?: (userId: string, count: number) => Awaitable<readonly PastSignIn[]>;
  /** How many earlier sign-ins are compared; default 5. */
  readonly logins?: number;
  /** Fails further away than this from an earlier sign-in. Default: not compared. */
  readonly maxDistanceKm?: number;
  /** Added to `maxDistanceKm`; default 50. */
  readonly toleranceKm?: number;
  /** Fails where the person would have traveled faster than 1,000 km/h. Default false. */
  readonly impossibleTravel?: boolean;
  /** Subtracted from the distance before the speed is computed; default 100. */
  readonly travelToleranceKm?: number;
}

const check = settingsCheck<GeoIpSettings>('geoIp', (joi) => ({
  lookUp: joi.function().required(),
  countries: namesRule(joi),
  asns: joi.array().items(joi.number().integer()),
  history: joi.when('maxDistanceKm', {
    is: joi.exist(),
    then: joi.function().required(),
    otherwise: joi.when('impossibleTravel', { is: true, then: joi.function().required(), otherwise: joi.function() }),
  }),
  logins: joi.number().integer().min(1).max(100),
  maxDistanceKm: joi.number().min(0),
  toleranceKm: joi.number().min(0),
  impossibleTravel: joi.boolean(),
  travelToleranceKm: joi.number().min(0),
}));

const speedKmPerHour = 1000;

/**
 * Compares where the client is with lists and with earlier sign-ins of the account. Unknown places are errors: the
 * binding's `failureResult` counts.
 */
export function geoIp(settings: GeoIpSettings): Policy {
  check(settings);
  const { lookUp, countries = [], asns = [], history, logins = 5 } = settings;
  const { maxDistanceKm, toleranceKm = 50, impossibleTravel = false, travelToleranceKm = 100 } = settings;
  const wanted = new Set(countries.map((country) => country.toUpperCase()));

  function isListed({ country, asn }: GeoLocation): boolean {
    if (wanted.size === 0 && asns.length === 0) return true;
    if ((wanted.size > 0 && country === undefined) || (asns.length > 0 && asn === undefined))
      throw new Error('the look-up returned no country or no ASN for the client');
    return (country !== undefined && wanted.has(country.toUpperCase())) || (asn !== undefined && asns.includes(asn));
  }

  function isUnusual(here: GeoLocation, past: PastSignIn, now: number): boolean {
    const distance = distanceKm(here, past);
    if (maxDistanceKm !== undefined && distance > maxDistanceKm + toleranceKm) return true;
    const hours = Math.max(1, (now - past.at) / 3_600_000);
    return impossibleTravel && distance - travelToleranceKm > speedKmPerHour * hours;
  }

  return kitPolicy('geoIp', [settings], {
    name: 'geo-ip',
    async check(question) {
      const { facts } = question;
      const here: GeoLocation | null | undefined = await lookUp(facts.address);
      if (here === null || here === undefined) throw new Error('the look-up found no place for the client');
      if (!isListed(here)) return message('policy.geo_ip.denied');
      const account = accountIdOf(question);
      if (history === undefined || account === null) return true;
      const past = (await history(account, logins)).slice(0, logins);
      return past.every((one) => !isUnusual(here, one, facts.now)) || message('policy.geo_ip.unusual');
    },
  });
}

/** The great-circle distance, by the haversine formula. @throws where a coordinate is missing */
function distanceKm(here: GeoLocation, past: PastSignIn): number {
  const [from, to] = [radians(here), radians(past)];
  const half =
    Math.sin((to.latitude - from.latitude) / 2) ** 2 +
    Math.cos(from.latitude) * Math.cos(to.latitude) * Math.sin((to.longitude - from.longitude) / 2) ** 2;
  return 2 * 6371 * Math.asin(Math.min(1, Math.sqrt(half)));
}

function radians({ latitude, longitude }: Pick<GeoLocation, 'latitude' | 'longitude'>): {
  readonly latitude: number;
  readonly longitude: number;
} {
  if (!Number.isFinite(latitude) || !Number.isFinite(longitude)) throw new Error('a place has no coordinates');
  return { latitude: (Number(latitude) * Math.PI) / 180, longitude: (Number(longitude) * Math.PI) / 180 };
}
