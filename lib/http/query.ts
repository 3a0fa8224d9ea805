import type { Request } from 'express';

/** The query as it came, without `?`; read from the address itself, because Express 4 and 5 parse it differently. */
export function queryOf({ url }: Pick<Request, 'url'>): string {
  const mark = url.indexOf('?');
  return mark === -1 ? '' : url.slice(mark + 1);
}

/** One parameter of the query. */
export function parameterOf(req: Pick<Request, 'url'>, name: string): string | null {
  return new URLSearchParams(queryOf(req)).get(name);
}
