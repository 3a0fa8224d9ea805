import type { Request, Response } from 'express';
import { isPromise } from '../base/awaitable.js';
import { randomReference } from '../base/ids.js';
import { message } from '../base/message.js';
import type { FormSources } from '../flow/content-security-policy.js';
import type { PageModel } from '../pages/page-model.js';
import type { CookieJar } from './cookies/cookie-jar.js';
import { preparePage, sendPage } from './headers.js';
import { flowPath } from './links.js';
import type { Web } from './web.js';

interface PageToSend {
  readonly status: number;
  readonly model: PageModel;
  readonly jar: CookieJar | null;
  readonly retryAfterSeconds: number | null;
  readonly more: FormSources | null;
}

/**
 * Sends a page by the option `render`. What it returns, or sends with `res.send`, `res.render` or `res.end`, is checked like a
 * page of the kit; what it writes in parts is not.
 */
export function sendThroughApp(web: Web, req: Request, res: Response, page: PageToSend): void {
  const { status, model, jar, retryAfterSeconds, more } = page;
  // True once the headers have the cookies.
  let prepared = false;
  const fail = (error: unknown): void => {
    if (res.headersSent) {
      res.destroy();
      web.log.error({ err: error, path: req.path }, 'the option render failed after its answer had begun');
      return;
    }
    sendFailedView(web, req, res, { model, jar: prepared ? null : jar }, error);
  };
  try {
    const { html, locals } = web.pages.content(model);
    preparePage(res, jar, { policy: web.policy, retryAfterSeconds, more });
    prepared = true;
    res.status(status);
    const finish = (document: string): void => {
      try {
        web.pages.check(document, model, locals);
      } catch (error) {
        fail(error);
        return;
      }
      sendPage(res, status, document, null, { policy: web.policy, retryAfterSeconds, more });
    };
    finishSends(res, status, finish, () => {
      web.pages.warn(model, answeredOtherwise(res.statusCode, status));
    });
    const answer: unknown = web.render?.(req, res, locals, html);
    const ended = (document: unknown): void => {
      if (res.headersSent) return;
      if (typeof document === 'string') finish(document);
      else if (typeof document === 'number' || typeof document === 'boolean')
        fail(new TypeError(`the option render returned a ${typeof document}: ${wayToAnswer}`));
    };
    if (isPromise(answer)) answer.then(ended, fail);
    else ended(answer);
    if (!res.headersSent) failWithoutAnswer(res, fail);
  } catch (error) {
    fail(error);
  }
}

const wayToAnswer = 'call res.render or res.send, or return the document as a string or a promise of one';

// An engine may draw in the background, and a promise may be waited for.
const longestSeconds = 10;

/** A visitor never waits without an end for a page that the app neither sends nor returns. */
function failWithoutAnswer(res: Response, fail: (error: unknown) => void): void {
  const timer = setTimeout(() => {
    if (res.headersSent) return;
    fail(new Error(`the option render gave no answer within ${longestSeconds} seconds: ${wayToAnswer}`));
    // Sending later would be an error in the app's own code.
    const ignore = (): Response => res;
    Object.assign(res, { send: ignore, end: ignore });
  }, longestSeconds * 1000);
  timer.unref();
  res.once('close', () => {
    clearTimeout(timer);
  });
}

/** What visitors get in place of the page; it is not checked. */
function answeredOtherwise(found: number, status: number): string {
  return found >= 300 && found < 400
    ? 'is answered by the option render with a redirect, so that visitors never see it: redirect in a middleware in front of the kit'
    : `is answered by the option render with status ${String(found)} and not with ${String(status)}, and is not checked: leave the status as it is`;
}

/**
 * `res.render` ends in `res.send`. Without an ETag: these pages are never stored. Another status is that of the app's
 * error handler.
 */
function finishSends(res: Response, status: number, finish: (document: string) => void, otherwise: () => void): void {
  const { send, end } = res;
  const isPage = (body: unknown): body is string =>
    typeof body === 'string' && !res.headersSent && res.statusCode === status;
  const restore = (): void => {
    res.send = send;
    res.end = end;
    if (res.statusCode !== status && res.statusCode < 500) otherwise();
  };
  res.send = (body?: unknown) => {
    restore();
    if (!isPage(body)) return res.send(body);
    finish(body);
    return res;
  };
  Object.assign(res, {
    end(...given: readonly unknown[]) {
      restore();
      const [body] = given;
      if (isPage(body)) finish(body);
      else Reflect.apply(end, res, given);
      return res;
    },
  });
}

/** Sends a plain page of the kit where a view, or the app's layout, has failed. */
export function sendFailedView(
  web: Web,
  req: Request,
  res: Response,
  { model, jar }: Pick<PageToSend, 'model' | 'jar'>,
  error: unknown,
): void {
  const reference = randomReference();
  const reason = error instanceof Error ? error.message : String(error);
  const [line = ''] = reason.split('\n', 1);
  web.log.error({ err: error, view: model.view, path: req.path, reference }, `a view failed: ${line}`);
  const plain = {
    locale: model.locale,
    languagePath: model.languagePath,
    title: message('problem.500.title'),
    messages: [message('problem.500')],
    reference,
    links: [
      ...(model.flow === null ? [] : [{ href: flowPath(web, model.flow.slug), label: message('link.try_again') }]),
      { href: web.home, label: message('link.home') },
    ],
    details: web.showsCauses ? reason : undefined,
  };
  sendPage(res, 500, web.pages.renderPlain(plain), jar, { policy: web.policy });
}
