import assert from 'node:assert/strict';
import type { RawAnswer } from '../raw-client.js';

/** Headers of every answer of the kit, whatever its status (O4). */
export function assertKitHeaders({ headers, status }: RawAnswer): void {
  assert.equal(headers['cache-control'], 'no-store');
  assert.equal(headers['x-content-type-options'], 'nosniff');
  assert.equal(headers['x-frame-options'], 'DENY');
  // The second one where the address has a query.
  assert.match(String(headers['referrer-policy']), /^(?:same|strict)-origin$/);
  assert.equal(headers.etag, undefined);
  const policy = String(headers['content-security-policy']);
  assert.match(policy, /default-src 'none'/);
  assert.match(policy, /frame-ancestors 'none'/);
  assert.match(policy, /form-action 'self'/);
  assert.doesNotMatch(policy, /unsafe|\*/);
  // Scripts from the kit's own folder, and from nowhere else.
  const [, scripts] = /script-src ([^;]*)/.exec(policy) ?? [];
  if (scripts !== undefined) assert.match(scripts, /^https?:\/\/\S+\/if\/assets\/$/);
  for (const cookie of (headers['set-cookie'] ?? []).filter((line) => line.includes('enrollment.'))) {
    assert.match(cookie, /; HttpOnly/);
    assert.match(cookie, /; SameSite=Lax/);
  }
  if (status >= 300 && status < 400) assert.ok(headers.location);
  else if (status !== 405) assert.equal(headers['content-type'], 'text/html; charset=utf-8');
}

/**
 * Asserts that a page contains nothing that is only for the log (O2), except the cause in development. Typed values may
 * reappear in a field.
 */
export function assertNothingInside({ text }: RawAnswer): void {
  assert.doesNotMatch(
    text
      .replace(/ value="[^"]*"/g, '')
      .replace(/The cause, shown in development only: [^<]*/, '')
      .replace(/<pre class="enrollment-details">[^<]*<\/pre>/, ''),
    /node_modules|node:internal|\.js:\d+|Error:(?! .* · )|ECONN|127\.0\.0\.1:\d+|undefined|\[object/,
  );
}
