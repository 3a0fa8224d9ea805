import type { Request, Response } from 'express';
import { message } from '../base/message.js';
import { sendPage } from './headers.js';
import { flowPath } from './links.js';
import type { Web } from './web.js';

/**
 * True for `<mount>/` in development, the address that a developer opens first. In production, or if the mount is empty
 * or the router is mounted elsewhere, the address belongs to the app.
 */
export function asksForFlows({ site, development }: Web, req: Request, path: string): boolean {
  return development && site.mount !== '' && req.baseUrl === site.mount && path === '/';
}

/** Lists the flows with links to them, in their configured order. */
export function showFlows(web: Web, req: Request, res: Response): void {
  const locale = web.locale(req);
  const links = [...web.flows.values()].map(({ slug, title }) => {
    const href = flowPath(web, slug);
    return { href, label: message('flows.one', { title: web.pages.text(title, locale), path: href }) };
  });
  const page = {
    locale,
    languagePath: `${web.site.mount}/`,
    title: message('flows.title'),
    messages: [message(links.length === 0 ? 'flows.none' : 'flows.text')],
    reference: null,
    links,
  };
  sendPage(res, 200, web.pages.renderPlain(page), null, { policy: web.policy });
}
