import type { Request, Response } from 'express';
import type { Web } from '../web.js';
import { finishSource } from './finish-source.js';
import { holdPosted } from './posted-callback.js';
import { startSource } from './start-source.js';
import type { SourcesWeb } from './sources-web.js';

type Answer = (req: Request, res: Response) => Promise<void>;

/** Who answers at `path`, below the mount; `null` where no source does. */
export function sourceAnswer(web: Web, sources: SourcesWeb | null, path: string, method: string): Answer | null {
  if (sources === null) return null;
  const reads = method === 'GET' || method === 'HEAD';
  const [, slug] = /^\/source\/([^/]+)\/login\/?$/.exec(path) ?? [];
  const starting = slug === undefined ? null : sources.all.get(slug);
  if (starting !== null && reads) return (req, res) => startSource(web, sources, starting, req, res);
  const source = sources.all.atCallback(path);
  if (source === null) return null;
  if (reads) return (req, res) => finishSource(web, sources, source, req, res);
  return method === 'POST' && source.posts ? (req, res) => holdPosted(web, source, req, res) : null;
}
