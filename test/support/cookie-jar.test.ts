import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { CookieJar } from './cookie-jar.js';

describe('the cookie jar', () => {
  it('sends a cookie to its own path and below, the longest path first', () => {
    const jar = new CookieJar();
    jar.take(['a=1; Path=/', 'b=2; Path=/join; HttpOnly'], '/join/x');
    assert.equal(jar.header('/join/invite'), 'b=2; a=1');
    assert.equal(jar.header('/joiner'), 'a=1');
  });

  it('uses the folder of the request if no path is given', () => {
    const jar = new CookieJar();
    jar.take(['a=1'], '/join/invite');
    assert.equal(jar.header('/join/other'), 'a=1');
    assert.equal(jar.header('/'), '');
  });

  it('replaces a cookie and drops one that expired', () => {
    const jar = new CookieJar();
    jar.take(['a=1; Path=/', 'b=2; Path=/'], '/');
    jar.take(['a=3; Path=/', 'b=; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT'], '/');
    assert.equal(jar.get('a'), '3');
    assert.deepEqual(jar.names(), ['a']);
    jar.take(['a=; Path=/; Max-Age=0'], '/');
    assert.deepEqual(jar.names(), []);
  });
});
