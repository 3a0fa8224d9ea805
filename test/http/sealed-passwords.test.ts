import assert from 'node:assert/strict';
import { EncryptJWT, SignJWT, UnsecuredJWT } from 'jose';
import { describe, it } from 'mocha';
import { createKeyring } from '../../lib/base/keyring.js';
import { createSealedPasswords } from '../../lib/http/sealed-passwords.js';
import type { SavedPasswordPage } from '../../lib/ports/sealed-passwords.js';

const now = Date.UTC(2026, 0, 1);
const hash = '$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHRzYWx0$aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNoaGFzaGhhc2g';
const page: SavedPasswordPage = { enrollmentId: 'e', flow: 'invite', build: 'b', step: 'account', revision: 1 };
const [old, fresh] = ['an old secret of 32 characters or so', 'a new secret of 32 characters or so'];
const under = (...secrets: string[]) => createSealedPasswords(createKeyring(secrets));

describe('a sealed password', () => {
  it('is the hash again, for ten minutes, and shows nothing of it', async () => {
    const sealed = (await under(old).seal(hash, page, now)) ?? assert.fail('too long');
    assert.equal(await under(old).unseal(sealed, page, now + 599_000), hash);
    assert.equal(await under(old).unseal(sealed, page, now + 600_000), null);
    const parts = sealed.split('.').map((part) => Buffer.from(part, 'base64url').toString('latin1'));
    assert.doesNotMatch(parts.join(' '), /argon2|c2Fsd|account/);
  });

  it('differs each time for the same hash', async () => {
    assert.notEqual(await under(old).seal(hash, page, now), await under(old).seal(hash, page, now));
  });

  for (const [key, value] of Object.entries({ enrollmentId: 'f', flow: 'g', build: 'c', step: 'more', revision: 2 })) {
    it(`is nothing on a page with another ${key}`, async () => {
      const sealed = (await under(old).seal(hash, page, now)) ?? '';
      assert.equal(await under(old).unseal(sealed, { ...page, [key]: value }, now), null);
    });
  }

  it('is read under every listed secret, and under no other', async () => {
    const sealed = (await under(old).seal(hash, page, now)) ?? '';
    assert.equal(await under(fresh, old).unseal(sealed, page, now), hash);
    assert.equal(await under(fresh).unseal(sealed, page, now), null);
  });

  it('has at most 4,096 characters: longer ones are neither made nor read', async () => {
    assert.equal(await under(old).seal('x'.repeat(3200), page, now), null);
    const long = (await under(old).seal('x'.repeat(2700), page, now)) ?? '';
    assert.ok(long.length > 3500 && long.length <= 4096, String(long.length));
    assert.equal(await under(old).unseal(long, page, now), 'x'.repeat(2700));
    const [key = new Uint8Array()] = createKeyring([old]).raw('saved-password');
    const forged = (text: string) => claimsOf({ hash: text }).encrypt(key);
    assert.equal(await under(old).unseal(await forged('x'), page, now), 'x');
    assert.equal(await under(old).unseal(await forged('x'.repeat(3200)), page, now), null);
  });

  const claimsOf = (more: object, audience = 'saved-password') =>
    new EncryptJWT({ page: JSON.stringify(['e', 'invite', 'b', 'account', 1]), ...more })
      .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
      .setAudience(audience)
      .setExpirationTime(now / 1000 + 600);

  it('is no other token of the kit, no signed and no plain one', async () => {
    const keyring = createKeyring([old]);
    const [key = new Uint8Array()] = keyring.raw('saved-password');
    const [link = new Uint8Array()] = keyring.raw('entry-link');
    const claims = { hash, page: JSON.stringify(['e', 'invite', 'b', 'account', 1]), aud: 'saved-password' };
    const others = [
      await claimsOf({ hash }).encrypt(link),
      await claimsOf({ hash }, 'entry-link').encrypt(key),
      await new EncryptJWT(claims).setProtectedHeader({ alg: 'dir', enc: 'A256GCM' }).encrypt(key),
      await new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).setExpirationTime('1h').sign(key),
      new UnsecuredJWT(claims).setExpirationTime('1h').encode(),
      '',
      'x',
    ];
    for (const other of others) assert.equal(await under(old).unseal(other, page, now), null, other);
  });
});
