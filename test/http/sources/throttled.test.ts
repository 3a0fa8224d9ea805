import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import type { OpenIdProvider } from '../../services/openid-provider.js';
import { accountOf, Visitor } from '../visitor.js';
import { openAcmeClub, startAcme, type AcmeClub } from './acme.js';
import { gatePage } from './people.js';

describe('the gate where too many names were looked up from one network', () => {
  let provider: OpenIdProvider;
  let club: AcmeClub;
  before(async () => {
    provider = await startAcme();
    club = await openAcmeClub(provider, {
      rateLimits: { availability: { perClient: { points: 1, windowSeconds: 600 } } },
    });
  });
  after(async () => {
    await club.close();
    await provider.close();
  });

  it('F20: says how long to wait, and goes on afterwards with whom the source recognised', async () => {
    const { code } = await club.enrollment.invitations.create({ uses: 9 });
    await new Visitor(club).signUp(code, 'zed');
    const other = new Visitor(club);
    await other.enterCode(code);
    assert.equal((await other.submit(accountOf('zed'))).status, 422);

    const visitor = new Visitor(club);
    await visitor.follow(await club.by(visitor, 'ann', '/source/acme/login?next=/books'));
    await visitor.follow(await visitor.submit({ invite_code: code }));
    const refused = await visitor.submit({});
    assert.deepEqual([refused.status, refused.headers['retry-after'] !== undefined], [429, true], refused.text);
    assert.match(refused.text, /Try again in 10 min/);
    club.clock.advance(11 * 60_000);
    await visitor.open(gatePage);
    assert.equal((await visitor.submit({})).location, '/books', 'the code was kept');
    assert.equal(await visitor.me(), 'ann');
  });
});
