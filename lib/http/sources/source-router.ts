import type { Request, Response } from 'express';
import { startsHere } from '../links.js';
import type { Web } from '../web.js';
import { connectPending } from './connect-pending.js';
import { finishSource } from './finish-source.js';
import { keepPostedCallback } from './posted-callback.js';
import { startInFlow } from './start-in-flow.js';
import { startAtLink } from './start-source.js';
import type { SourcesWeb } from './sources-web.js';

type Answer = (req: Request, res: Response) => Promise<void>;

/** Who answers at `path`, below the mount; `null` where no source does. */
export function sourceAnswer(web: Web, sources: SourcesWeb | null, path: string, method: string): Answer | null {
  if (sources === null) return null;
  const reads = method === 'GET' || method === 'HEAD';
  return (reads ? startAt(web, sources, path) : null) ?? callbackAt(web, sources, path, reads, method);
}

function startAt(web: Web, sources: SourcesWeb, path: string): Answer | null {
  const [, linked] = /^\/source\/([^/]+)\/login\/?$/.exec(path) ?? [];
  if (linked !== undefined) return (req, res) => startAtLink(web, sources, linked, req, res);
  const [, withTimeout, slug, more] = /^\/if\/flow\/([^/]+)\/source\/([^/]+)\/(other\/|connect\/)?$/.exec(path) ?? [];
  const flow = withTimeout === undefined ? undefined : web.flows.get(withTimeout);
  if (flow === undefined || slug === undefined) return null;
  if (more === 'connect/') return (req, res) => connectPending(web, sources, { flow, slug }, req, res);
  if (!isSource(sources, slug)) return null;
  return (req, res) => startInFlow(web, sources, { flow, slug, otherAccount: more !== undefined }, req, res);
}

function isSource({ all }: SourcesWeb, slug: string): boolean {
  return all.looks.some((look) => look.slug === slug && startsHere(look));
}

function callbackAt(web: Web, sources: SourcesWeb, path: string, reads: boolean, method: string): Answer | null {
  const source = sources.all.atCallback(path);
  if (source === null) return null;
  if (reads) return (req, res) => finishSource(web, sources, source, req, res);
  return method === 'POST' && source.posts ? (req, res) => keepPostedCallback(web, sources, source, req, res) : null;
}
