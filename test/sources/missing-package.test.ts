import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { after, before, describe, it } from 'mocha';
import { promisify } from 'node:util';
import { startHostileProvider, type HostileProvider } from '../support/hostile-provider.js';

/** Runs where passport-openidconnect cannot be found. */
const script = `
  import { register } from 'node:module';
  const hooks = "export async function resolve(name, context, next) {" +
    "if (name === 'passport-openidconnect') throw Object.assign(new Error('not found'), { code: 'ERR_MODULE_NOT_FOUND' });" +
    "return next(name, context); }";
  register('data:text/javascript,' + encodeURIComponent(hooks));
  const [room, issuer] = process.argv.slice(1);
  const { openIdConnectSource } = await import(new URL('openid-connect/source.js', room));
  const ephemeralStore = { set: async () => {}, take: async () => null };
  const source = openIdConnectSource({ slug: 'acme', issuer, clientId: 'club', clientSecret: 'secret' })
    .open({ ephemeralStore, clock: { now: () => Date.now() }, baseUrl: 'http://127.0.0.1:9' });
  console.log(JSON.stringify(await source.begin({ resume: {} })));
  process.exit(0);
`;

describe('without the package passport-openidconnect', () => {
  let provider: HostileProvider;
  before(async () => {
    provider = await startHostileProvider();
  });
  after(() => provider.close());

  it('an OpenID Connect source can be configured, and names the missing package when used', async () => {
    const room = new URL('../../lib/sources/', import.meta.url).href;
    const args = ['--input-type=module', '--eval', script, room, provider.issuer];
    const { stdout } = await promisify(execFile)(process.execPath, args);
    const failure: unknown = JSON.parse(stdout);
    assert.deepEqual(failure, {
      type: 'failed',
      message: { id: 'source.failed', values: { source: 'acme' } },
      reason: 'source.setup',
      detail: 'openIdConnectSource needs the package passport-openidconnect: npm install passport-openidconnect',
      retryable: false,
      status: 503,
      resume: {},
      tag: null,
    });
  });
});
