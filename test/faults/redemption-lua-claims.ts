import { mutantsOf, type Mutant, type Row } from './redemption-mutants.js';

/** Mutants of one script for Redis. */
export const inScript = (script: string, ...list: readonly Row[]): readonly Mutant[] =>
  mutantsOf(`stores/redis/scripts/${script}.lua`, ...list);

/** The script that gives places. */
export const claimMutants: readonly Mutant[] = [
  ...inScript(
    'claim-place',
    ["a plan's redeemed place comes first", `if own and seat.user then`, `if false then`],
    ["a plan's running claim is renewed whatever the record says", `if not onHold then return take(own) end`, ``],
    [
      'a hold is no running claim: it ends with a revocation',
      `if not onHold then return take(own) end`,
      `return take(own)`,
    ],
    ['without holds nothing is kept', `if holding and not holdMs then return { 'held' } end`, `holdMs = holdMs or 0`],
    ['a running hold stays as it is', `if holding then return { 'held' } end if not onHold`, `if not onHold`],
    ['a refused holder keeps nothing', `if onHold then giveUp(own, seat) end`, ``],
    [
      'a hold outlives the end',
      `if own and not holding and seat.hold and seat.hold > now then return take(own) end`,
      ``,
    ],
    [
      'a hold that is over outlives nothing',
      `if own and not holding and seat.hold and seat.hold > now then`,
      `if own and not holding and seat.hold then`,
    ],
    [
      'a hold does not hide a write of unknown outcome',
      `if own and holding and not onHold then return { 'settle', own, seat.token, plan } end`,
      ``,
    ],
    [
      'a person has one account',
      `if theirs.user then return { 'refused', 'already' } end`,
      `if theirs.user then return take(smallestFree()) end`,
    ],
    [
      'a person has one claim',
      `if runs(place) then return { 'refused', 'held' } end`,
      `if runs(place) then return take(smallestFree()) end`,
    ],
    [
      "a person's lapsed claim is settled first",
      `if theirs.writing or not theirs.hold then return { 'settle', place, theirs.token, theirs.plan } end`,
      ``,
    ],
    [
      'one place each is asked only where the record says so',
      `if onePerPerson == '1' and person ~= '' then local other`,
      `if person ~= '' then local other`,
    ],
    ['a person is known', `redis.call('HSET', persons, person, plan)`, ``],
    ['a claim remembers its person', `taken.person = person redis.call`, `taken.person = nil redis.call`],
    [
      'who corrects an address leaves nothing under the old one',
      `if taken.person and taken.person ~= person then redis.call('HDEL', persons, taken.person) end`,
      ``,
    ],
    ['lapsed holds are free', `for _, place in ipairs(over) do giveUp(place, seatAt(place)) end`, ``],
    [
      'all lapsed holds are free at once',
      `until #over < 10 or redis.call('HLEN', places) < tonumber(max)`,
      `until true`,
    ],
    ['a claim that is written under is told from a hold', `taken.writing = true`, ``],
    [
      'what is written under is no hold any more',
      `seat.since or now redis.call('ZREM', holds, place)`,
      `seat.since or now`,
    ],
    ['a claim remembers the hold it came from', `hold = own and seat.hold or nil,`, ``],
    ['a hold has its end', `ends = now + holdMs`, `ends = now + 1e12`],
    ['a hold is known as one', `redis.call('ZADD', holds, ends, place)`, ``],
    ['who was given up is free', `if held.person then redis.call('HDEL', persons, held.person) end`, ``],
    [
      'a place that was given up is given again',
      `if tonumber(place) then redis.call('ZADD', free, place, place) end note('released', place) end`,
      `end`,
    ],
    ['what was given up is gone', `redis.call('HDEL', places, place) redis.call('HDEL', plans, held.plan)`, ``],
    ['a lapsed claim is not renewed under an ended invitation', `if own and runs(own) then`, `if own then`],
    [
      'an unknown invitation gives no place',
      `if not json then return { 'refused', 'unknown' } end`,
      `if not json then json = '{}' max = '' notBefore = '' expires = '' revokedAt = '' onePerPerson = '' end`,
    ],
    ['a revoked invitation gives no place', `if revokedAt ~= '' then if onHold`, `if false then if onHold`],
    [
      'no place is given before the first instant',
      `if notBefore ~= '' and now < tonumber(notBefore) then return { 'refused', 'not_yet' } end`,
      ``,
    ],
    [
      'no place is given after the end',
      `if expires ~= '' and now >= tonumber(expires) then return { 'refused', 'expired' } end`,
      ``,
    ],
    ["a plan's lapsed claim is renewed before a new place is looked for", `if own then return take(own) end`, ``],
    ['no more places than the maximum', `if taken < tonumber(max) then`, `if taken <= tonumber(max) then`],
    ['places given back are given first', `redis.call('ZPOPMIN', free)[1] or`, ``],
    [
      'a place that is taken is passed over',
      `if redis.call('HEXISTS', places, place) == 0 then return place end`,
      `if true then return place end`,
    ],
    ['lapsed claims are to be settled before others are refused', `if #answer > 1 then`, `if false then`],
    [
      'only lapsed claims are to be settled',
      `ipairs(redis.call('ZRANGEBYSCORE', open, '-inf', now,`,
      `ipairs(redis.call('ZRANGEBYSCORE', open, '-inf', '+inf',`,
    ],
    ['held is not used up', `redeemed >= tonumber(max) and 'used_up' or 'held'`, `'used_up'`],
    ['a claim has its lease', `local ends = now + ARGV[3]`, `local ends = now + 1e12`],
    [
      'a claim is known under its plan',
      `redis.call('HSET', plans, plan, place) redis.call('ZADD'`,
      `redis.call('ZADD'`,
    ],
    [
      'every claim has its own token',
      `local taken = { plan = plan, token = token,`,
      `local taken = { plan = plan, token = 'token',`,
    ],
    [
      'a place is its own plan’s only',
      `if seat and seat.plan == somebody then return place, seat end`,
      `if seat then return place, seat end`,
    ],
  ),
];
