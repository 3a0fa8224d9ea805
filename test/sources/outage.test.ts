import assert from 'node:assert/strict';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { after, afterEach, before, describe, it } from 'mocha';
import type { FinishOutcome } from '../../lib/ports/source.js';
import { openIdConnectSource } from '../../lib/sources/openid-connect/source.js';
import type { SourceReason } from '../../lib/sources/reasons.js';
import { freePort } from '../support/free-port.js';
import { startHostileProvider, type Endpoint, type HostileProvider } from '../support/hostile-provider.js';
import { noUnhandledRejections } from '../support/no-unhandled-rejections.js';
import { failureIn, identityIn, openManager, type SourceFixture } from '../support/sources/source-fixture.js';

/** For endpoints that never answer; those that answer at once may take as long as a busy machine needs. */
const shortMs = 500;
const deep = (levels: number): string => '{"a":'.repeat(levels) + '1' + '}'.repeat(levels);

const packed = gzipSync(Buffer.alloc(64 << 20), { level: 1 });

interface Fault {
  readonly answer: (res: ServerResponse, req: IncomingMessage) => void;
  /** The reason for every endpoint, or one for each. */
  readonly reason: SourceReason | Readonly<Record<Endpoint, SourceReason>>;
}

const malformed = {
  discovery: 'discovery.malformed',
  token: 'token.malformed',
  keys: 'keys.malformed',
  userinfo: 'user_info.malformed',
} as const;
const refused = { ...malformed, token: 'token.refused', userinfo: 'user_info.refused' } as const;

const faults: Readonly<Record<string, Fault>> = {
  'closes the connection': { answer: (_res, req) => void req.socket.destroy(), reason: 'provider.away' },
  'closes it in the middle': {
    answer: (res, req) => void res.writeHead(200).write('{"a', () => req.socket.destroy()),
    reason: 'provider.away',
  },
  'does not answer': { answer: () => undefined, reason: 'provider.slow' },
  'answers drop by drop': {
    answer(res) {
      res.writeHead(200);
      const timer = setInterval(() => res.write(' '), 20);
      res.on('close', () => clearInterval(timer));
    },
    reason: 'provider.slow',
  },
  'answers 500': { answer: (res) => void res.writeHead(500).end('<h1>Oops</h1>'), reason: 'provider.away' },
  'answers 404': { answer: (res) => void res.writeHead(404).end('<h1>Gone</h1>'), reason: refused },
  redirects: {
    answer: (res, req) => void res.writeHead(302, { location: `${req.url ?? ''}?followed` }).end(),
    reason: 'provider.redirects',
  },
  'redirects a post (307)': {
    answer: (res) => void res.writeHead(307, { location: '/userinfo' }).end(),
    reason: 'provider.redirects',
  },
  'answers a page': { answer: (res) => void res.end('<!doctype html>'), reason: malformed },
  'answers nothing': { answer: (res) => void res.end(), reason: malformed },
  'answers a list': { answer: (res) => void res.end('[{"sub":"ann"}]'), reason: malformed },
  'answers null': { answer: (res) => void res.end('null'), reason: malformed },
  'answers a text': { answer: (res) => void res.end('"ann"'), reason: malformed },
  'answers something deep': { answer: (res) => void res.end(deep(30_000)), reason: malformed },
  'answers bytes that are no text': {
    answer: (res) => void res.end(Buffer.from([0xff, 0xfe, 0x00])),
    reason: malformed,
  },
  'answers a megabyte': { answer: (res) => void res.end(`{"a":"${'x'.repeat(1e6)}"}`), reason: 'provider.too_large' },
  'answers 64 packed megabytes': {
    answer: (res) => void res.writeHead(200, { 'content-encoding': 'gzip' }).end(packed),
    reason: 'provider.too_large',
  },
  'does not pack what it says is packed': {
    answer: (res) => void res.writeHead(200, { 'content-encoding': 'gzip' }).end('{}'),
    reason: 'provider.away',
  },
};

describe('an OpenID Connect source whose provider', () => {
  let provider: HostileProvider;
  noUnhandledRejections();
  before(async () => {
    provider = await startHostileProvider();
  });
  after(() => provider.close());
  afterEach(() => provider.reset());

  const open = (issuer = provider.issuer, timeoutMs = 20_000): SourceFixture => {
    const { clientId, clientSecret } = provider;
    return openManager(openIdConnectSource({ slug: 'acme', name: 'Acme', issuer, clientId, clientSecret, timeoutMs }));
  };
  async function signIn(manager: SourceFixture): Promise<FinishOutcome> {
    const begun = await manager.source.begin({ resume: { flow: 'invite' } });
    if (begun.type === 'failed') return begun;
    manager.cookies.set(begun.cookie.tag, begun.cookie.value);
    return manager.comeBack(provider.answer(new URL(begun.to)));
  }

  for (const [what, { answer, reason }] of Object.entries(faults)) {
    for (const endpoint of ['discovery', 'token', 'keys', 'userinfo'] as const) {
      it(`${what} at ${endpoint}`, async () => {
        const manager = open(provider.issuer, reason === 'provider.slow' ? shortMs : 20_000);
        provider.mischief = { answers: { [endpoint]: answer } };
        const failure = failureIn(await signIn(manager));
        assert.equal(failure.reason, typeof reason === 'string' ? reason : reason[endpoint]);
        assert.equal(failure.retryable, true);
        assert.deepEqual(failure.resume, { flow: 'invite' });
        assert.equal(provider.seen.filter((one) => one.endpoint === endpoint).length, 1, 'it was asked again');
        provider.mischief = {};
        assert.equal(identityIn(await signIn(manager)).subject, 'ann');
      });
    }
  }

  it('is down at start is no error, and is found once it is up', async () => {
    const manager = open(`http://127.0.0.1:${await freePort()}`);
    const failure = failureIn(await manager.source.begin({ resume: {} }));
    assert.deepEqual(
      [failure.reason, failure.detail, failure.status, failure.message.id],
      ['provider.away', 'discovery: ECONNREFUSED', 503, 'source.away'],
    );
    const late = open();
    provider.mischief = { answers: { discovery: (res) => void res.writeHead(503).end() } };
    assert.equal(failureIn(await late.source.begin({ resume: {} })).reason, 'provider.away');
    provider.mischief = {};
    assert.equal(identityIn(await signIn(late)).subject, 'ann');
  });

  it('is discovered once for a hundred concurrent sign-ins', async () => {
    const manager = open();
    const begun = await Promise.all(Array.from({ length: 100 }, () => manager.source.begin({ resume: {} })));
    assert.equal(new Set(begun.map((one) => (one.type === 'redirect' ? one.state : one.reason))).size, 100);
    assert.equal(provider.seen.length, 1);
  });
});
