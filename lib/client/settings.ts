import type { Challenge } from './challenges.js';
import { FlowClientError } from './flow-client-error.js';
import { httpAddress } from './http-address.js';
import { didYouMean } from './nearest-name.js';

/** As the global `fetch` is called; one with a cookie jar of its own fits. */
export type FlowFetch = (address: string, request: RequestInit) => Promise<Response>;

export interface FlowClientSettings<OwnChallenge = never> {
  /**
   * The kit's `baseUrl`, e.g. `https://app.example/join`; in a browser, a path of the page's own origin does too. The
   * app has `executorApi` switched on, for another origin with this one in its `origins`.
   */
  readonly baseUrl: string | URL;
  /** Of the flow, e.g. `sign-in`. */
  readonly slug: string;
  /** The query of the page's address, e.g. `location.search`: it brings `invite`, `next` and the like. Default `''`. */
  readonly query?: string | undefined;
  /**
   * Whose plan it is: `cookie`, the browser's, which its pages show too (default), or `bearer`, one of the client's own,
   * whose token the client keeps.
   */
  readonly credentials?: 'cookie' | 'bearer' | undefined;
  /** By bearer: the token of a plan to go on with. Left out: a new plan. */
  readonly token?: string | undefined;
  /** Default the global one. */
  readonly fetch?: FlowFetch | undefined;
  /** Called with every challenge that a call resolves with, before it does. */
  readonly onChallenge?: ((challenge: Challenge | OwnChallenge) => void) | undefined;
}

const known = ['baseUrl', 'slug', 'query', 'credentials', 'token', 'fetch', 'onChallenge'];

/** The settings, complete. */
export interface ClientConfig<OwnChallenge> {
  /** Without a slash at its end. */
  readonly baseUrl: string;
  readonly slug: string;
  /** Without its question mark. */
  readonly query: string;
  readonly byBearer: boolean;
  readonly token: string | null;
  readonly fetch: FlowFetch;
  readonly onChallenge: (challenge: Challenge | OwnChallenge) => void;
}

/**
 * Checks all settings at once.
 * @throws FlowClientError `invalid_settings`, with every mistake in `issues`
 */
export function readSettings<OwnChallenge>(settings: FlowClientSettings<OwnChallenge>): ClientConfig<OwnChallenge> {
  const given: Partial<FlowClientSettings<OwnChallenge>> = isRecord(settings) ? settings : {};
  const { baseUrl, slug, query = '', credentials = 'cookie', token, fetch = usualFetch, onChallenge } = given;
  const base = baseOf(baseUrl);
  const unknown = Object.keys(given).filter((name) => !known.includes(name));
  const issues = [
    ...unknown.map((name) => `"${name}" is no setting${didYouMean(name, known)}`),
    ...(base === null ? ['baseUrl must be the http address of the kit, e.g. https://app.example/join'] : []),
    ...(isSlug(slug) ? [] : ['slug must be the slug of a flow, e.g. "sign-in"']),
    ...(typeof query === 'string' ? [] : ['query must be a text, e.g. location.search']),
    ...credentialsIssues(credentials),
    ...(token === undefined || (typeof token === 'string' && token !== '') ? [] : ['token must be a text']),
    ...(token !== undefined && credentials === 'cookie' ? ['token needs credentials: "bearer"'] : []),
    ...(typeof fetch === 'function' ? [] : ['fetch must be a function']),
    ...(onChallenge === undefined || typeof onChallenge === 'function' ? [] : ['onChallenge must be a function']),
  ];
  if (issues.length > 0 || base === null || !isSlug(slug)) throw invalid(issues);
  return {
    baseUrl: base,
    slug,
    query: query.replace(/^\?/, ''),
    byBearer: credentials === 'bearer',
    token: token ?? null,
    fetch,
    onChallenge: onChallenge ?? (() => undefined),
  };
}

/** The types say so, but scripts without them are checked too. */
function isRecord(given: unknown): boolean {
  return typeof given === 'object' && given !== null;
}

function isSlug(given: unknown): given is string {
  return typeof given === 'string' && /^[\w-]+$/.test(given);
}

function invalid(issues: readonly string[]): FlowClientError {
  const list = issues.map((issue) => `\n  - ${issue}`).join('');
  const count = issues.length === 1 ? 'a mistake' : `${issues.length} mistakes`;
  return new FlowClientError('invalid_settings', `the settings of createFlowClient have ${count}:${list}`, { issues });
}

function credentialsIssues(given: unknown): readonly string[] {
  const values = ['cookie', 'bearer'];
  const isKnown = values.some((one) => one === given);
  return isKnown ? [] : [`credentials must be "cookie" or "bearer"${didYouMean(String(given), values)}`];
}

/** The address without a slash at its end; `null`: it is none of http. In browsers, a path is of the page's origin. */
function baseOf(given: unknown): string | null {
  const text = String(given);
  const url = /^(?:https?:|\/)/i.test(text) ? httpAddress(text, pageAddress()) : null;
  return url === null || url.search + url.hash !== '' ? null : url.origin + url.pathname.replace(/\/$/, '');
}

/** `undefined` outside of browsers. */
function pageAddress(): string | undefined {
  const location: unknown = Reflect.get(globalThis, 'location');
  const address: unknown =
    typeof location === 'object' && location !== null ? Reflect.get(location, 'href') : undefined;
  return typeof address === 'string' ? address : undefined;
}

// Browsers refuse a `fetch` that is called as another object's method.
const usualFetch: FlowFetch = (address, request) => fetch(address, request);
