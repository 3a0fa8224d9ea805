import type { RequestHandler } from 'express';

/** Of the router's addresses only those of one flow and the stylesheet; everything else goes on to `next()`. */
export function oneFlow(router: RequestHandler, slug: string): RequestHandler {
  return (req, res, next) => {
    const [, room, name] = /^\/if\/(flow|assets)\/([^/?]*)/.exec(req.url) ?? [];
    if (room === 'assets' || (room === 'flow' && name === slug)) router(req, res, next);
    else next();
  };
}
