import assert from 'node:assert/strict';
import { it } from 'mocha';
import { openClub, type Club } from './club.js';

const codes = (club: Club): unknown[] => club.log.map(({ fields }) => fields['code']);
const ask = (club: Club, headers: Record<string, string>): Promise<Response> =>
  fetch(`${club.url}/if/flow/invite/`, { headers });

it('a proxy that takes the mount’s path off is no mistake', async () => {
  const club = await openClub({
    mount: '/join',
    before: (app) => void app.use((req, res, next) => void session(req, res, () => void router(req, res, next))),
  });
  const [session, router] = [club.enrollment.session(), club.enrollment.router()];
  assert.equal((await ask(club, { 'x-forwarded-for': '192.0.2.1' })).status, 200);
  assert.ok(!codes(club).includes('WARN_MOUNT'));
  assert.equal((await ask(club, {})).status, 200);
  assert.ok(codes(club).includes('WARN_MOUNT'), 'without a proxy it is one');
  await club.close();
});

it('an https app that is reached without TLS is told why nobody stays signed in', async () => {
  const club = await openClub({ origin: 'https://club.example' });
  assert.equal((await ask(club, { 'x-forwarded-proto': 'https' })).status, 200);
  assert.ok(!codes(club).includes('WARN_INSECURE'));
  assert.equal((await ask(club, {})).status, 200);
  assert.ok(codes(club).includes('WARN_INSECURE'));
  await club.close();
});
