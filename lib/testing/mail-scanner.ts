import type { Mail } from '../ports/mailer.js';
import { Cookies } from './visitor/cookies.js';
import { urlsIn } from './visitor/html.js';

/** The part of a page of Playwright or Puppeteer that the scanner uses. */
export interface ScannerPage {
  goto(url: string): Promise<unknown>;
  content(): Promise<string>;
  url(): string;
}

export interface MailScannerSettings {
  /** A page of your browser: links are opened in it too, so that scripts run. Left out: without scripts. */
  readonly page?: ScannerPage;
  /** Further origins whose links are followed, such as that of an app that a redirect leads to. Default: none. */
  readonly origins?: readonly string[];
  /** Requests of each round at most; default 100. */
  readonly mostRequests?: number;
  /** How long scripts of a page may run before its links are read, in milliseconds; default 300. */
  readonly settleMs?: number;
}

export interface ScannedRequest {
  /** `page`: opened in the browser. */
  readonly method: 'HEAD' | 'GET' | 'page';
  readonly url: string;
  /** `null` for `page`, and where no answer came. */
  readonly status: number | null;
}

/** Behaves like the software that opens the links of mails before people do. */
export interface MailScanner {
  /**
   * Opens every link of a mail, or of any text, in four rounds: HEAD; GET without cookies; GET with cookies; in the
   * browser. Each round follows redirects and every URL of the pages that it gets, also those of forms, by GET. Only
   * origins of the mail's own links and of `origins` are asked. It never submits a form and presses no button.
   */
  scan(mail: string | Pick<Mail, 'text' | 'html'>): Promise<readonly ScannedRequest[]>;
}

/** A mail scanner, for tests of links that must survive one. */
export function mailScanner(settings: MailScannerSettings = {}): MailScanner {
  const { page, origins = [], mostRequests = 100, settleMs = 300 } = settings;
  return Object.freeze<MailScanner>({
    async scan(mail) {
      const links = urlsIn(typeof mail === 'string' ? mail : `${mail.text}\n${mail.html}`).filter(isWebUrl);
      const allowed = new Set([...origins, ...links.map((link) => new URL(link).origin)]);
      const rounds = [
        requestBy('HEAD', null),
        requestBy('GET', null),
        requestBy('GET', new Map()),
        ...(page === undefined ? [] : [openIn(page, settleMs)]),
      ];
      const requests: ScannedRequest[] = [];
      for (const open of rounds) requests.push(...(await follow(links, open, allowed, mostRequests)));
      return Object.freeze(requests);
    },
  });
}

interface Opened {
  readonly request: ScannedRequest;
  /** Where the answer leads, as it stands there. */
  readonly urls: readonly string[];
  /** What those are relative to. */
  readonly base: string;
}

async function follow(
  links: readonly string[],
  open: (url: string) => Promise<Opened>,
  allowed: ReadonlySet<string>,
  most: number,
): Promise<readonly ScannedRequest[]> {
  const requests: ScannedRequest[] = [];
  const waiting = [...links];
  const known = new Set(waiting);
  for (let next = waiting.shift(); next !== undefined && requests.length < most; next = waiting.shift()) {
    const { request, urls, base } = await open(next);
    requests.push(request);
    for (const url of urls.flatMap((typed) => absoluteUrl(typed, base))) {
      if (known.has(url) || !allowed.has(new URL(url).origin)) continue;
      known.add(url);
      waiting.push(url);
    }
  }
  return requests;
}

/** `jars`: cookies by origin; `null`: each request is that of a new client. */
function requestBy(method: 'HEAD' | 'GET', jars: Map<string, Cookies> | null): (url: string) => Promise<Opened> {
  return async (url) => {
    const { origin, pathname } = new URL(url);
    const jar = jars?.get(origin) ?? new Cookies();
    jars?.set(origin, jar);
    const cookie = jar.header(pathname);
    const headers = cookie === '' ? {} : { cookie };
    const response = await fetch(url, { method, redirect: 'manual', headers }).catch(() => null);
    if (response === null) return { request: { method, url, status: null }, urls: [], base: url };
    jar.store(response.headers.getSetCookie(), pathname);
    const location = response.headers.get('location');
    const urls = location === null ? urlsIn(await response.text()) : [location];
    return { request: { method, url, status: response.status }, urls, base: url };
  };
}

function openIn(page: ScannerPage, settleMs: number): (url: string) => Promise<Opened> {
  return async (url) => {
    // A download, or a script that leaves while the page loads, ends `goto` with an error.
    await page.goto(url).catch(() => null);
    await new Promise((resolve) => {
      setTimeout(resolve, settleMs);
    });
    const html = await page.content().catch(() => '');
    return { request: { method: 'page', url, status: null }, urls: urlsIn(html), base: page.url() };
  };
}

function absoluteUrl(typed: string, base: string): readonly string[] {
  try {
    const { href } = new URL(typed, base);
    return isWebUrl(href) ? [href] : [];
  } catch {
    return [];
  }
}

function isWebUrl(text: string): boolean {
  try {
    return /^https?:$/.test(new URL(text).protocol);
  } catch {
    return false;
  }
}
