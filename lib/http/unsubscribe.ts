import type { Request, Response } from 'express';
import { message } from '../base/message.js';
import { refusal } from '../executor/reply.js';
import type { PageModel } from '../pages/page-model.js';
import { unsubscribeParameter, unsubscribePath } from './links.js';
import { pageModel } from './page-model.js';
import { parameterOf } from './query.js';
import { sendModel, sendRefusal } from './send-reply.js';
import type { Web } from './web.js';

/** GET: a button. It changes nothing, because mail scanners open links too. */
export async function showUnsubscribe(web: Web, req: Request, res: Response): Promise<void> {
  const token = parameterOf(req, unsubscribeParameter) ?? '';
  const found = await web.context.services.suppressions?.open(token);
  if (found === null || found === undefined) return sendInvalid(web, req, res);
  if (found.isStopped) return sendModel(web, req, res, 200, donePage(web, req, token, found.hint), null);
  const model = unsubscribePage(web, req, token, {
    view: 'pages/cancel',
    title: message('unsubscribe.title'),
    messages: [message('unsubscribe.text', { address: found.hint }), message('unsubscribe.keeps')],
    form: {
      action: pathOf(web, token),
      hidden: [{ name: 'List-Unsubscribe', value: 'One-Click' }],
      typed: {},
      errors: {},
      submit: message('unsubscribe.submit'),
    },
  });
  return sendModel(web, req, res, 200, model, null);
}

/**
 * POST: stops further mails to the address of the token, and answers with a page, without a redirect (RFC 8058, 3.1). The
 * token in the address is the permission: mail programs send no cookie and an origin of their own. The form itself is
 * not read, because they may send it in either encoding (3.2) and it says no more than that the button was pressed.
 */
export async function submitUnsubscribe(web: Web, req: Request, res: Response): Promise<void> {
  const token = parameterOf(req, unsubscribeParameter) ?? '';
  const found = await web.context.services.suppressions?.unsubscribe(token);
  if (found === null || found === undefined) return sendInvalid(web, req, res);
  return sendModel(web, req, res, 200, donePage(web, req, token, found.hint), null);
}

function donePage(web: Web, req: Request, token: string, address: string): PageModel {
  return unsubscribePage(web, req, token, {
    view: 'pages/problem',
    title: message('unsubscribe.done.title'),
    messages: [message('unsubscribe.done.text', { address }), message('unsubscribe.keeps')],
  });
}

function unsubscribePage(
  web: Web,
  req: Request,
  token: string,
  page: Pick<PageModel, 'view' | 'title' | 'messages'> & Partial<Pick<PageModel, 'form'>>,
): PageModel {
  return pageModel({
    ...page,
    layout: null,
    locale: web.locale(req),
    languagePath: pathOf(web, token),
    links: [{ href: web.home, label: message('link.home') }],
    app: web.locals(req),
  });
}

/** Below the mount path of the router. */
function pathOf({ site }: Web, token: string): string {
  return `${site.mount}${unsubscribePath}?${unsubscribeParameter}=${encodeURIComponent(token)}`;
}

function sendInvalid(web: Web, req: Request, res: Response): Promise<void> {
  return sendRefusal(web, req, res, refusal(404, [message('unsubscribe.invalid')]));
}
