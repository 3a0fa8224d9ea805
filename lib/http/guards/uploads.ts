import { createHash } from 'node:crypto';
import type { Request } from 'express';

/**
 * The files of a form as multer leaves them on the request (`file`, `files`), for telling one form from another: the
 * field, name and size of each, and a hash of its content where it is in memory. Empty without files.
 */
export function uploadsOf(req: Request): readonly unknown[] {
  return [Reflect.get(req, 'file'), Reflect.get(req, 'files')].flatMap(filesIn).map(toldBy);
}

/** One file, a list of them, or lists by field. */
function filesIn(value: unknown): readonly object[] {
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.flatMap(filesIn);
  return 'fieldname' in value ? [value] : Object.values(value).flatMap(filesIn);
}

function toldBy(file: object): unknown {
  const buffer: unknown = Reflect.get(file, 'buffer');
  return [
    ...['fieldname', 'originalname', 'size'].map((name): unknown => Reflect.get(file, name) ?? null),
    buffer instanceof Uint8Array ? createHash('sha256').update(buffer).digest('base64url') : null,
  ];
}
