import { mutantsOf, type Mutant, type Row } from './redemption-mutants.js';

/** Mutants of one script for Redis. */
export const inScript = (script: string, ...list: readonly Row[]): readonly Mutant[] =>
  mutantsOf(`stores/redis/scripts/${script}.lua`, ...list);

/** The script that claims seats. */
export const claimMutants: readonly Mutant[] = [
  ...inScript(
    'claim-seat',
    ["a plan's redeemed seat comes first", `if own and occupant.user then`, `if false then`],
    ["a plan's running claim is renewed whatever the record says", `if not onHold then return take(own) end`, ``],
    [
      'a hold is no running claim: it ends with a revocation',
      `if not onHold then return take(own) end`,
      `return take(own)`,
    ],
    ['without holds nothing is kept', `if holding and not holdMs then return { 'held' } end`, `holdMs = holdMs or 0`],
    [
      'a running hold stays as it is',
      `if holding then return { 'held', onHold and string.format('%.0f', occupant.hold) or nil } end if not onHold`,
      `if not onHold`,
    ],
    ['a refused holder keeps nothing', `if onHold then giveUp(own, occupant) end`, ``],
    [
      'a hold outlives the end',
      `if own and not holding and occupant.hold and occupant.hold > now then return take(own) end`,
      ``,
    ],
    [
      'a hold that is over outlives nothing',
      `if own and not holding and occupant.hold and occupant.hold > now then`,
      `if own and not holding and occupant.hold then`,
    ],
    [
      'a hold does not hide a write of unknown outcome',
      `if own and holding and not onHold then return { 'settle', own, occupant.token, plan } end`,
      ``,
    ],
    [
      'a person has one account',
      `if theirs.user then return { 'refused', 'already' } end`,
      `if theirs.user then return take(smallestFree()) end`,
    ],
    [
      'a person has one claim',
      `if runs(seat) then return { 'refused', 'held' } end`,
      `if runs(seat) then return take(smallestFree()) end`,
    ],
    [
      "a person's lapsed claim is settled first",
      `if theirs.writing or not theirs.hold then return { 'settle', seat, theirs.token, theirs.plan } end`,
      ``,
    ],
    [
      'one seat each is asked only where the record says so',
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
    ['lapsed holds are free', `for _, seat in ipairs(over) do giveUp(seat, seatAt(seat)) end`, ``],
    [
      'all lapsed holds are free at once',
      `until #over < 10 or redis.call('HLEN', seats) < tonumber(max)`,
      `until true`,
    ],
    ['a claim that is written under is told from a hold', `taken.writing = true`, ``],
    [
      'what is written under is no hold any more',
      `occupant.since or now redis.call('ZREM', holds, seat)`,
      `occupant.since or now`,
    ],
    ['a claim remembers the hold it came from', `hold = own and occupant.hold or nil,`, ``],
    ['a hold has its end', `ends = now + holdMs`, `ends = now + 1e12`],
    ['a hold is known as one', `redis.call('ZADD', holds, ends, seat)`, ``],
    ['who was given up is free', `if held.person then redis.call('HDEL', persons, held.person) end`, ``],
    [
      'a seat that was given up is given again',
      `if tonumber(seat) then redis.call('ZADD', free, seat, seat) end note('released', seat) end`,
      `end`,
    ],
    ['what was given up is gone', `redis.call('HDEL', seats, seat) redis.call('HDEL', plans, held.plan)`, ``],
    ['a lapsed claim is not renewed under an ended invitation', `if own and runs(own) then`, `if own then`],
    [
      'an unknown invitation gives no seat',
      `if not json then return { 'refused', 'unknown' } end`,
      `if not json then json = '{}' max = '' notBefore = '' expires = '' revokedAt = '' onePerPerson = '' end`,
    ],
    ['a revoked invitation gives no seat', `if revokedAt ~= '' then if onHold`, `if false then if onHold`],
    [
      'no seat is given before the first instant',
      `if notBefore ~= '' and now < tonumber(notBefore) then return { 'refused', 'not_yet' } end`,
      ``,
    ],
    [
      'no seat is given after the end',
      `if expires ~= '' and now >= tonumber(expires) then return { 'refused', 'expired' } end`,
      ``,
    ],
    ["a plan's lapsed claim is renewed before a new seat is looked for", `if own then return take(own) end`, ``],
    ['no more seats than the maximum', `if taken < tonumber(max) then`, `if taken <= tonumber(max) then`],
    ['seats given back are given first', `redis.call('ZPOPMIN', free)[1] or`, ``],
    [
      'a seat that is taken is passed over',
      `if redis.call('HEXISTS', seats, seat) == 0 then return seat end`,
      `if true then return seat end`,
    ],
    ['lapsed claims are to be settled before others are refused', `if #answer > 1 then`, `if false then`],
    [
      'only lapsed claims are to be settled',
      `ipairs(redis.call('ZRANGEBYSCORE', open, '-inf', now,`,
      `ipairs(redis.call('ZRANGEBYSCORE', open, '-inf', '+inf',`,
    ],
    ['held is not used up', `redeemed >= tonumber(max) and 'used_up' or 'held'`, `'used_up'`],
    ['a claim has its lease', `local ends = now + ARGV[3]`, `local ends = now + 1e12`],
    ['a claim is known under its plan', `redis.call('HSET', plans, plan, seat) redis.call('ZADD'`, `redis.call('ZADD'`],
    [
      'every claim has its own token',
      `local taken = { plan = plan, token = token,`,
      `local taken = { plan = plan, token = 'token',`,
    ],
    [
      'a seat is its own plan’s only',
      `if occupant and occupant.plan == somebody then return seat, occupant end`,
      `if seat then return seat, seat end`,
    ],
  ),
];
