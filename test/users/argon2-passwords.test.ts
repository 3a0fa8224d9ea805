import assert from 'node:assert/strict';
import { hash } from '@node-rs/argon2';
import { Secret } from '../../lib/base/secret.js';
import { passwordsContract } from '../../lib/testing/contracts/passwords.js';
import { argon2Passwords } from '../../lib/users/argon2-passwords.js';
import { argon2Settings, type Argon2Options } from '../../lib/users/argon2-settings.js';

const cheap = { memoryKiB: 8, passes: 1 };
const quick = argon2Passwords(cheap);

describe('argon2Passwords', () => {
  describe('keeps the contract of a password hasher', () => {
    for (const { title, run } of passwordsContract(() => quick)) it(title, run);
  });

  it('creates argon2id hashes with OWASP’s parameters', async () => {
    assert.match(
      await argon2Passwords().hash(new Secret('correct horse')),
      /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}$/,
    );
  });

  it('verifies foreign hashes, of every kind of argon2', async () => {
    const made = [
      '$argon2d$v=19$m=16,t=3,p=2$c2l4dGVlbiBieXRlcyBvaw$RhYptGzaICc+SLmBdEtrqBGrxwXvdqC9ox7LPwAz440',
      '$argon2i$v=19$m=16,t=3,p=2$c2l4dGVlbiBieXRlcyBvaw$/5K3/p88s8I1KocQCL+AGca6KMlDLYUw4MIEWtb0Ghw',
      '$argon2id$v=19$m=16,t=3,p=2$c2l4dGVlbiBieXRlcyBvaw$ItEdo4OitSCxKCyhSrlseKy0GV/vG3xPkfDkx/gA4rQ',
    ];
    for (const foreign of made) {
      assert.equal(await quick.verify(foreign, new Secret('correct horse')), true);
      assert.equal(await quick.verify(foreign, new Secret('correct house')), false);
    }
  });

  it('never verifies a hash made by another hasher', async () => {
    const bcrypt = '$2b$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy';
    assert.equal(await quick.verify(bcrypt, new Secret('password')), false);
    assert.equal(quick.outdated(bcrypt), true);
  });

  describe('hashes exactly what was typed', () => {
    const corpus: [string, string][] = [
      ['a blank first and last', ' correct horse '],
      ['only blanks', ' '.repeat(15)],
      ['NUL', 'correct\0horse'],
      ['line breaks', 'correct\r\nhorse'],
      ['emoji with joiners', '👩‍👩‍👧‍👦👩‍👩‍👧‍👦'],
      ['128 emoji', '🐎'.repeat(128)],
      ['right-to-left letters', 'סוס נכון'],
      ['1,024 bytes', 'x'.repeat(1024)],
      ['1,024 bytes that become more when composed', '\u0958'.repeat(341)],
    ];
    for (const [title, typed] of corpus) {
      it(title, async () => {
        const hashed = await quick.hash(new Secret(typed));
        assert.equal(await quick.verify(hashed, new Secret(typed)), true);
        for (const other of [typed.slice(0, -1), `${typed} `, typed.trim() === typed ? `\t${typed}` : typed.trim()])
          assert.equal(await quick.verify(hashed, new Secret(other)), false);
      });
    }
  });

  describe('refuses to hash', () => {
    const refused: [string, string][] = [
      ['nothing', ''],
      ['1,025 bytes', 'x'.repeat(1025)],
      ['1,025 bytes in fewer letters', '字'.repeat(342)],
      ['a megabyte', 'x'.repeat(1_000_000)],
    ];
    for (const [title, typed] of refused) {
      it(title, async () => {
        await assert.rejects(quick.hash(new Secret(typed)), { code: 'ERR_ENROLLMENT_PASSWORD' });
        await assert.rejects(quick.hash(new Secret(typed)), (error) => !String(error).includes('xxx'));
        assert.equal(await quick.verify(await hash('x', { memoryCost: 8, timeCost: 1 }), new Secret(typed)), false);
      });
    }
  });

  it('hashes a few at a time, and rejects further calls when too many are waiting', async () => {
    const narrow = argon2Passwords({ ...cheap, atOnce: 1, waiting: 2 });
    const ended = await Promise.allSettled(Array.from({ length: 5 }, () => narrow.hash(new Secret('correct horse'))));
    assert.deepEqual(
      ended.map(({ status }) => status),
      ['fulfilled', 'fulfilled', 'fulfilled', 'rejected', 'rejected'],
    );
    const hashed = await narrow.hash(new Secret('correct horse'));
    const checks = await Promise.allSettled(
      Array.from({ length: 5 }, () => narrow.verify(hashed, new Secret('correct horse'))),
    );
    assert.deepEqual(
      checks.map(({ status }) => status),
      ['fulfilled', 'fulfilled', 'fulfilled', 'rejected', 'rejected'],
    );
  });

  it('hashes a hundred at once with the defaults', async () => {
    const passwords = argon2Passwords({ memoryKiB: 1024, passes: 1 });
    const hashes = await Promise.all(Array.from({ length: 100 }, () => passwords.hash(new Secret('correct horse'))));
    assert.equal(new Set(hashes).size, 100);
  });

  describe('reports as outdated', () => {
    const today = argon2Passwords({ memoryKiB: 64, passes: 2, lanes: 2 });
    const made: [string, Argon2Options, boolean][] = [
      ['not a hash with the same settings', { memoryKiB: 64, passes: 2, lanes: 2 }, false],
      ['not a stronger hash', { memoryKiB: 128, passes: 3, lanes: 2 }, false],
      ['not a hash with fewer lanes', { memoryKiB: 64, passes: 2, lanes: 1 }, false],
      ['a hash with less memory', { memoryKiB: 63, passes: 2 }, true],
      ['a hash with fewer passes', { memoryKiB: 64, passes: 1 }, true],
    ];
    for (const [title, options, outdated] of made) {
      it(title, async () =>
        assert.equal(today.outdated(await argon2Passwords(options).hash(new Secret('correct horse'))), outdated),
      );
    }
    it('a hash of another kind of argon2, or of its first version', async () => {
      for (const other of [{ algorithm: 0 }, { algorithm: 1 }, { version: 0 }])
        assert.equal(
          today.outdated(await hash('correct horse', { memoryCost: 64, timeCost: 2, parallelism: 2, ...other })),
          true,
        );
    });
  });
});

describe('argon2Settings', () => {
  it('reports all mistakes at once', () => {
    assert.throws(
      () => argon2Settings({ memoryKiB: 7, passes: 0, lanes: 1.5, atOnce: 0, waiting: -1 }),
      (error: { code?: unknown; issues?: unknown[] }) =>
        error.code === 'ERR_ENROLLMENT_CONFIG' && error.issues?.length === 5,
    );
    assert.throws(() => argon2Settings({ memoryKiB: 8, lanes: 2 }), { code: 'ERR_ENROLLMENT_CONFIG' });
    assert.throws(() => argon2Settings({ passes: Number.NaN }), { code: 'ERR_ENROLLMENT_CONFIG' });
  });

  describe('leaves one of Node’s threads to others', () => {
    const before = process.env['UV_THREADPOOL_SIZE'];
    afterEach(() => {
      if (before === undefined) delete process.env['UV_THREADPOOL_SIZE'];
      else process.env['UV_THREADPOOL_SIZE'] = before;
    });
    for (const [threads, most] of [
      ['1', 1],
      ['2', 1],
      ['3', 2],
      ['nonsense', 3],
      ['0', 3],
    ] as const) {
      it(`of ${threads}`, () => {
        process.env['UV_THREADPOOL_SIZE'] = threads;
        const { atOnce } = argon2Settings({});
        assert.ok(atOnce >= 1 && atOnce <= most, String(atOnce));
      });
    }
  });
});
