import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '#package-root';
import type { Cluster, Redis } from 'ioredis';
import { describe, it } from 'mocha';
import { createEnrollment, type EnrollmentOptions, type MemoryUser } from '../../lib/index.js';

const silent = (): void => undefined;
const quiet = { info: silent, warn: silent, error: silent };
const least = { baseUrl: 'http://localhost:3000', logger: quiet };

/** The methods of a client of the package "redis". */
interface NodeRedis {
  readonly isOpen: boolean;
  readonly options: object;
  connect(): Promise<NodeRedis>;
  sendCommand(parts: readonly string[]): Promise<unknown>;
}

describe('the types of the options', () => {
  it('F34: an ioredis client or cluster compiles, a node-redis client does not', () => {
    type Taken = NonNullable<EnrollmentOptions<MemoryUser>['redis']>;
    const taken = (client: Taken): Taken => client;
    const clients = [
      (client: Redis) => taken(client),
      (client: Cluster) => taken(client),
      // @ts-expect-error -- a client of the package "redis"
      (client: NodeRedis) => taken(client),
      // @ts-expect-error -- settings are no client
      () => taken({ host: 'localhost' }),
    ];
    assert.equal(clients.length, 4);
  });

  it('F34: createEnrollment has one signature, so that a mistake is reported once', () => {
    const source = readFileSync(join(packageRoot, 'lib/enrollment.ts'), 'utf8');
    assert.equal(source.match(/export function createEnrollment\b/g)?.length, 1);
  });

  it('F34: redeem returns the result of its callback if the app has no user type', async () => {
    const enrollment = createEnrollment(least);
    const names: string[] = [];
    enrollment.requireInvite({}, async (_req, _res, invite) => {
      const written = await invite.redeem(async () => ({ id: 1, name: 'Ann' }));
      names.push(written.name);
      const found = await invite.redeem(
        async () => ({ id: 1, name: 'Ann' }),
        async () => ({ id: 1, name: 'Ann' }),
      );
      names.push(found.name);
      // @ts-expect-error -- what was written has no such key
      return written.email;
    });
    await enrollment.close();
    assert.deepEqual(names, []);
  });

  it('F34: with a user type, redeem returns a user; with found, it returns either result', async () => {
    const enrollment = createEnrollment<{ readonly id: number }>(least);
    enrollment.requireInvite({}, async (_req, _res, invite) => {
      const user = await invite.redeem(async () => ({ id: 1, name: 'Ann' }));
      // @ts-expect-error -- users.findById gives a user without a name
      const lost: string = user.name;
      const named = async (): Promise<{ id: number; name: string }> => ({ id: 1, name: 'Ann' });
      const { name } = await invite.redeem(named, named);
      // @ts-expect-error -- no user at all
      await invite.redeem(async () => ({ name: 'Ann' }));
      return [lost, name];
    });
    await enrollment.close();
  });
});

describe('F34: signupUrl', () => {
  const urlOf = async (signupUrl: string | undefined, baseUrl = 'https://app.example/join'): Promise<string | null> => {
    const enrollment = createEnrollment({
      baseUrl,
      logger: quiet,
      secret: 'x1y2z3w4v5u6t7s8r9q0p1o2n3m4l5k6',
      signupUrl,
    });
    try {
      const { code, url } = await enrollment.invitations.create();
      const [row] = await enrollment.invitations.createMany([{}]);
      assert.equal(row?.type === 'created' && row.url === null, url === null);
      return url?.replace(code, 'CODE') ?? null;
    } finally {
      await enrollment.close();
    }
  };

  it('F34: without flows a link uses the given signup page, or is missing', async () => {
    assert.equal(await urlOf(undefined), null);
    assert.equal(await urlOf('/signup'), 'https://app.example/signup?invite=CODE');
    assert.equal(await urlOf('/signup?lang=de'), 'https://app.example/signup?lang=de&invite=CODE');
    assert.equal(await urlOf('https://www.app.example/new'), 'https://www.app.example/new?invite=CODE');
  });

  it('F34: a URL that is not a page of the app is a configuration mistake', () => {
    for (const signupUrl of [
      '',
      'signup',
      '//evil.example',
      '/\\evil.example',
      'javascript:x',
      '/a#b',
      '/a?invite=x',
      'ftp://x',
    ])
      assert.throws(() => createEnrollment({ ...least, signupUrl }), {
        code: 'ERR_ENROLLMENT_CONFIG',
        message: /"signupUrl"/,
      });
  });
});
