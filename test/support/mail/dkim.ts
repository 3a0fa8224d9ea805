import { createHash, createVerify } from 'node:crypto';

/** True where the first DKIM signature of a message is valid: `rsa-sha256`, `relaxed/relaxed` (RFC 6376). */
export function isDkimValid(raw: string, publicKey: string): boolean {
  const end = raw.indexOf('\r\n\r\n');
  const fields = raw.slice(0, end).split(/\r\n(?![ \t])/);
  const signature = fields.find((field) => /^dkim-signature:/i.test(field)) ?? '';
  const tags = new Map(
    signature
      .slice(signature.indexOf(':') + 1)
      .split(';')
      .map((tag) => [tag.slice(0, tag.indexOf('=')).trim(), tag.slice(tag.indexOf('=') + 1).replaceAll(/\s/g, '')]),
  );
  if (tags.get('a') !== 'rsa-sha256' || tags.get('c') !== 'relaxed/relaxed') return false;
  const body = relaxedBody(raw.slice(end + 4));
  if (createHash('sha256').update(body).digest('base64') !== tags.get('bh')) return false;
  // Of fields with one name, the last one is signed first (5.4.2).
  const left = [...fields].reverse();
  const signed = (tags.get('h') ?? '').split(':').flatMap((name) => {
    const at = left.findIndex((field) => field.toLowerCase().startsWith(`${name.toLowerCase()}:`));
    return at < 0 ? [] : left.splice(at, 1);
  });
  // Its own field is signed without the signature, and without a line end.
  const own = relaxedField(signature).replace(/(;\s?b=)[^;]*/, '$1');
  const verify = createVerify('sha256').update([...signed.map(relaxedField), own].join('\r\n'));
  return verify.verify(publicKey, tags.get('b') ?? '', 'base64');
}

/** RFC 6376, 3.4.2. */
function relaxedField(field: string): string {
  const at = field.indexOf(':');
  const value = field
    .slice(at + 1)
    .replaceAll(/\r\n/g, '')
    .replaceAll(/[ \t]+/g, ' ')
    .trim();
  return `${field.slice(0, at).trim().toLowerCase()}:${value}`;
}

/** RFC 6376, 3.4.4. */
function relaxedBody(body: string): string {
  const lines = body.split('\r\n').map((line) => line.replaceAll(/[ \t]+/g, ' ').replace(/ $/, ''));
  while (lines.at(-1) === '') lines.pop();
  return lines.length === 0 ? '' : `${lines.join('\r\n')}\r\n`;
}
