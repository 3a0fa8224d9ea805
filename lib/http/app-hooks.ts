import { isIPv4, isIPv6 } from 'node:net';
import type { Request } from 'express';
import { isPromise } from '../base/awaitable.js';
import { deepestCause } from '../base/deepest-cause.js';
import { EnrollmentError } from '../base/error.js';
import { identifierProblem } from '../base/text-problem.js';
import type { LocaleChoice } from '../options/pages.js';
import type { Pages } from '../pages/pages.js';
import type { EventSink } from '../ports/events.js';
import type { EnrollmentLogger } from '../ports/log.js';
import type { CookieJar } from './cookies/cookie-jar.js';

type Locals = (req: Request) => Readonly<Record<string, unknown>>;

/**
 * The app's locals. If they throw, or are no record, the page renders without them: the same hook must not break an
 * error page.
 */
export function carefulLocals(locals: Locals, log: EnrollmentLogger): Locals {
  return (req) => {
    try {
      const given: unknown = locals(req);
      if (isLocals(given)) return given;
      if (isPromise(given)) given.then(undefined, () => undefined);
      throw new TypeError(
        isPromise(given)
          ? 'it returned a promise: a page does not wait; await the data in a middleware, and read it from the request'
          : 'it did not return an object',
      );
    } catch (error) {
      log.error({ err: error }, `the option locals failed: ${deepestCause(error)}`);
      return {};
    }
  };
}

function isLocals(given: unknown): given is Readonly<Record<string, unknown>> {
  return typeof given === 'object' && given !== null && !isPromise(given);
}

/** The app's event sink. An event reports what has already happened; a sink that throws or rejects must not undo it. */
export function carefulEvents(events: EventSink, log: EnrollmentLogger): EventSink {
  return (event) => {
    const failed = (error: unknown): void => {
      log.error({ err: error, event: event.type }, 'the option events failed');
    };
    try {
      Promise.resolve<unknown>(events(event)).catch(failed);
    } catch (error) {
      failed(error);
    }
  };
}

/**
 * The tenant of a request; `undefined` if the app has none.
 * @throws ERR_ENROLLMENT_TENANT when the option `tenant` answers with neither a text nor null, or with a text that no
 *   store keeps as it is: an unknown host must not count as an app without tenants, where every invitation is good
 */
export function tenantOf(tenant: ((req: Request) => string | null) | null, req: Request): string | null | undefined {
  if (tenant === null) return undefined;
  const answer: unknown = tenant(req);
  if (answer === null) return answer;
  if (typeof answer !== 'string')
    throw new EnrollmentError('ERR_ENROLLMENT_TENANT', 'the option "tenant" must answer with a text, or with null');
  const problem = identifierProblem(answer);
  if (problem === null) return answer;
  throw new EnrollmentError('ERR_ENROLLMENT_TENANT', `the option "tenant" answered with a text that ${problem}`);
}

/**
 * The client's IP address as Express reports it, without a port. An IPv6 address is reduced to its /64, the least that
 * one household or attacker has. IPv4 addresses embedded in IPv6 count as IPv4.
 */
export function clientAddress(req: Request): string {
  const address = withoutPort(req.ip ?? '');
  if (!isIPv6(address)) return address;
  const groups = groupsOf(address);
  const embedded = embeddedIPv4(groups);
  return (
    embedded ??
    `${groups
      .slice(0, 4)
      .map((group) => group.toString(16))
      .join(':')}::/64`
  );
}

/**
 * Some proxies write `203.0.113.9:4711` or `[2001:db8::1]:4711` into X-Forwarded-For; the port differs per connection.
 */
function withoutPort(address: string): string {
  const [, bracketed] = /^\[([^\]]+)\](?::\d+)?$/.exec(address) ?? [];
  const [, dotted] = /^([\d.]+):\d+$/.exec(address) ?? [];
  if (bracketed !== undefined && isIPv6(bracketed)) return bracketed;
  return dotted !== undefined && isIPv4(dotted) ? dotted : address;
}

/** IPv4-mapped (`::ffff:0:0/96`), translated (`::ffff:0:0:0/96`) and NAT64 (`64:ff9b::/96`) addresses (RFC 4291, 2765, 6052). */
function embeddedIPv4(groups: readonly number[]): string | null {
  const prefix = groups
    .slice(0, 6)
    .map((group) => group.toString(16))
    .join(':');
  if (!['0:0:0:0:0:ffff', '0:0:0:0:ffff:0', '64:ff9b:0:0:0:0'].includes(prefix)) return null;
  return groups
    .slice(6)
    .flatMap((group) => [group >> 8, group & 255])
    .join('.');
}

/** The eight groups of an IPv6 address. */
function groupsOf(address: string): readonly number[] {
  const hex = (address.split('%')[0] ?? '').replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_all, ...parts: string[]) => {
    const [a = 0, b = 0, c = 0, d = 0] = parts.map(Number);
    return `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
  });
  const [head = '', tail = ''] = hex.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === '' ? [] : tail.split(':');
  const zeros = Array.from({ length: Math.max(0, 8 - left.length - right.length) }, () => '0');
  return [...left, ...zeros, ...right].map((group) => Number.parseInt(group, 16));
}

const mostTags = 50;

/**
 * The tag of a request's language, one of those that the app offers. In this order: the visitor's own choice, kept in a
 * cookie; the option `locale`; the browser's `Accept-Language`; the default language. A function that throws, or whose
 * result is no tag, is logged once: the same hook must not break an error page.
 */
export function localeOf(
  locale: string | LocaleChoice | null,
  { languages, languageFor, defaultLanguage }: Pick<Pages, 'languages' | 'languageFor' | 'defaultLanguage'>,
  cookies: (slug: null, req: Request) => Pick<CookieJar, 'read'>,
  log: EnrollmentLogger,
): (req: Request) => string {
  if (languages.length < 2) return () => defaultLanguage;
  const offered = new Map(languages.map(({ tag }) => [tag.toLowerCase(), tag]));
  const choose = typeof locale === 'function' ? locale : () => locale;
  let isReported = false;

  function firstOf(tags: () => readonly string[]): string | undefined {
    try {
      for (const tag of tags()) {
        const found = languageFor(tag);
        if (found !== null) return found;
      }
    } catch (error) {
      if (!isReported)
        log.error(
          { err: error },
          `the option locale failed: ${deepestCause(error)}; the browser decides, and further failures are not logged`,
        );
      isReported = true;
    }
    return undefined;
  }

  return (req) => {
    const chosen = offered.get(cookies(null, req).read('locale')?.toLowerCase() ?? '');
    if (chosen !== undefined) return chosen;
    return firstOf(() => tagsOf(choose(req))) ?? firstOf(() => tagsOf(req.acceptsLanguages())) ?? defaultLanguage;
  };
}

/** @throws TypeError for a result that is no tag, no list and not empty */
function tagsOf(chosen: unknown): readonly string[] {
  if (chosen === undefined || chosen === null || chosen === false || chosen === '') return [];
  // Browsers and their users choose what a list from `Accept-Language` contains: what is no tag there is skipped.
  if (Array.isArray(chosen)) return chosen.slice(0, mostTags).filter((tag) => typeof tag === 'string');
  if (isPromise(chosen)) {
    chosen.then(undefined, () => undefined);
    throw new TypeError(
      'it returned a promise: a page does not wait; await the language in a middleware, and read it from the request',
    );
  }
  if (typeof chosen === 'string' && /^[\w-]{1,100}$/.test(chosen)) return [chosen];
  throw new TypeError('it returned neither a language tag nor a list of them');
}
