import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { openClub, type Club } from './club.js';
import { Visitor } from './visitor.js';

describe('T-CSRF-04: where a form says that it comes from', () => {
  let club: Club;
  let code: string;
  before(async () => {
    club = await openClub({ attempts: { perClient: { points: 1000, windowSeconds: 600 } } });
    ({ code } = await club.enrollment.invitations.create());
  });
  after(() => club.close());

  const own = '(own)';
  const origins: readonly [string | undefined, boolean][] = [
    [undefined, true],
    [own, true],
    // From a page without a referrer, or from a sandbox: it says nothing, so the signature decides.
    ['null', true],
    ['https://evil.example', false],
    ['http://127.0.0.1', false],
    [`${own}.evil.example`, false],
    [`${own}/`, false],
    ['', false],
  ];
  const sites: readonly [string | undefined, boolean][] = [
    [undefined, true],
    ['same-origin', true],
    ['none', true],
    ['same-site', false],
    ['cross-site', false],
  ];

  for (const [origin, originFits] of origins) {
    for (const [site, siteFits] of sites) {
      const taken = originFits && siteFits;
      it(`Origin ${origin ?? '(absent)'}, Sec-Fetch-Site ${site ?? '(absent)'}: ${taken ? 'taken' : 'refused'}, with our signature only`, async () => {
        const headers = {
          ...(origin === undefined ? {} : { origin: origin.replace(own, club.url) }),
          ...(site === undefined ? {} : { 'sec-fetch-site': site }),
        };
        const visitor = new Visitor(club);
        await visitor.open();
        assert.equal((await visitor.post(club.page, { invite_code: code }, headers)).status, 403);
        assert.equal((await visitor.submit({ invite_code: code }, headers)).status, taken ? 303 : 403);
        await visitor.open();
        assert.equal(visitor.step, taken ? 'account 1' : 'invite-code 0');
      });
    }
  }

  it('is told to the developer, once: a wrong baseUrl looks just like this', async () => {
    const warnings = club.log.filter(({ fields }) => fields['code'] === 'WARN_FOREIGN_ORIGIN');
    assert.equal(warnings.length, 1);
    assert.equal(warnings[0]?.level, 'warn');
  });

  it('does not matter for a GET: links from anywhere are followed', async () => {
    const answer = await new Visitor(club).get(club.page, {
      'sec-fetch-site': 'cross-site',
      origin: 'https://mail.example',
    });
    assert.equal(answer.status, 200);
  });
});
