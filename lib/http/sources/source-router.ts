import type { Request, Response } from 'express';
import type { Web } from '../web.js';
import { connectPending } from './connect-pending.js';
import { finishSource, keepPostedCallback } from './source-callback.js';
import { startAtLink, startInFlow } from './start-source.js';
import type { WebSources } from './web-sources.js';

type Answer = (req: Request, res: Response) => Promise<void>;

/** The handler for `path`, below the mount; `null` if no source answers there. */
export function sourceAnswer(web: Web, sources: WebSources | null, path: string, method: string): Answer | null {
  if (sources === null) return null;
  const reads = method === 'GET' || method === 'HEAD';
  return (reads ? startAt(web, sources, path) : null) ?? callbackAt(web, sources, path, reads, method);
}

function startAt(web: Web, sources: WebSources, path: string): Answer | null {
  const [, linked] = /^\/source\/([^/]+)\/login\/?$/.exec(path) ?? [];
  if (linked !== undefined) return (req, res) => startAtLink(web, sources, linked, req, res);
  const [, flowSlug, slug, more] = /^\/if\/flow\/([^/]+)\/source\/([^/]+)\/(other\/|connect\/)?$/.exec(path) ?? [];
  const flow = flowSlug === undefined ? undefined : web.flows.get(flowSlug);
  if (flow === undefined || slug === undefined) return null;
  if (more === 'connect/') return (req, res) => connectPending(web, sources, { flow, slug }, req, res);
  if (sources.get(slug)?.hasButton !== true) return null;
  return (req, res) => startInFlow(web, sources, { flow, slug, otherAccount: more !== undefined }, req, res);
}

function callbackAt(web: Web, sources: WebSources, path: string, reads: boolean, method: string): Answer | null {
  const source = sources.atCallback(path);
  if (source === null) return null;
  if (reads) return (req, res) => finishSource(web, sources, source, req, res);
  return method === 'POST' && source.posts ? (req, res) => keepPostedCallback(web, sources, source, req, res) : null;
}
