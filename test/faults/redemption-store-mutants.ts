import { mutantsOf, type Mutant } from './redemption-mutants.js';

/** The store in memory. */
export const memoryMutants: readonly Mutant[] = [
  ...mutantsOf(
    'stores/memory/invitation-store.js',
    ['an invitation is created once', `if (shelf.record !== null) return false;`, ``],
    [
      'an edit needs the current version',
      `if (shelf?.record?.version !== version) return false;`,
      `if (!shelf?.record) return false;`,
    ],
    [
      "a plan's redeemed place comes first",
      `if (own?.seat.is === 'redeemed') return { is: 'redeemed', place: own.place, user: own.seat.user };`,
      ``,
    ],
    [
      "a plan's running claim is renewed whatever the record says",
      `if (own?.seat.is === 'claimed' && own.seat.until > now) return take(record, own.place);`,
      ``,
    ],
    ['a lapsed claim is not renewed under an ended invitation', `own.seat.until > now`, `true`],
    [
      'a revoked invitation gives no place',
      `if (record.revokedAt !== null) return { is: 'refused', cause: 'revoked' };`,
      ``,
    ],
    [
      'no place is given before the first instant',
      `if (record.notBefore !== null && now < record.notBefore) return { is: 'refused', cause: 'not_yet' };`,
      ``,
    ],
    [
      'no place is given after the end',
      `if (record.expires !== null && now >= record.expires) return { is: 'refused', cause: 'expired' };`,
      ``,
    ],
    ['the end itself is no longer valid', `now >= record.expires`, `now > record.expires`],
    [
      "a plan's lapsed claim is renewed before a new place is looked for",
      `if (own !== null) return take(record, own.place);`,
      ``,
    ],
    ['no more places than the maximum', `shelf.places.size < record.max`, `shelf.places.size <= record.max`],
    [
      'lapsed claims are to be settled before others are refused',
      `if (lapsed.length > 0) return { is: 'settle', lapsed };`,
      ``,
    ],
    ['held is not used up', `countSeats(shelf, now).redeemed >= record.max`, `true`],
    ['every claim has its own token', `const token = randomToken(9);`, `const token = 'token';`],
    ['a claim has its lease', `until: now + leaseSeconds * 1000 }); shelf.plans`, `until: now + 1e15 }); shelf.plans`],
    [
      'only lapsed claims are to be settled',
      `seat.is === 'claimed' && seat.until <= now &&`,
      `seat.is === 'claimed' &&`,
    ],
    ['at most ten are settled at a time', `&& found.length < lapsedAtOnce`, ``],
    [
      'a lease is lengthened',
      `if (seat !== null) shelf.places.set(place, { ...seat, until: clock.now() + leaseSeconds * 1000 });`,
      ``,
    ],
    ['a commit is said once in the ledger', `if (present?.is === 'redeemed' && present.plan === plan) return;`, ``],
    ['what else the plan had claimed is freed by a commit', `if (other !== undefined) vacate(shelf, other);`, ``],
    [
      'a commit is known under its plan',
      `shelf.places.set(place, { is: 'redeemed', plan, user }); shelf.plans.set(plan, place);`,
      `shelf.places.set(place, { is: 'redeemed', plan, user });`,
    ],
    ['a place is released under its token', `if (claimUnder(shelf, place, token) === null) return false;`, ``],
  ),
  ...mutantsOf(
    'stores/memory/shelf.js',
    ['a place is its own plan’s only', `seat.plan !== plan ? null`, `false ? null`],
    ['the smallest free place is given', `let place = 1;`, `let place = shelf.places.size + 1;`],
    ['a token opens its own claim only', `seat.token === token ? seat`, `true ? seat`],
    ['what is redeemed is not vacated', `if (seat?.is !== 'claimed') return;`, `if (seat === undefined) return;`],
    ['lapsed leases are counted', `until <= now`, `until > now`],
  ),
];

const scripts = 'stores/redis/scripts.generated.js';

/** The scripts in Redis. */
export const luaMutants: readonly Mutant[] = mutantsOf(
  scripts,
  ['an invitation is created once', `if redis.call('HEXISTS', KEYS[1], 'json') == 1 then return 0 end`, ``],
  ['an edit needs the current version', `if redis.call('HGET', KEYS[1], 'version') ~= ARGV[7] then return 0 end`, ``],
  ["a plan's redeemed place comes first", `if own and seat.user then return { 'redeemed', own, seat.user } end`, ``],
  [
    "a plan's running claim is renewed whatever the record says",
    `if own and tonumber(redis.call('ZSCORE', open, own)) > now then return take(own) end`,
    ``,
  ],
  [
    'a lapsed claim is not renewed under an ended invitation',
    `if own and tonumber(redis.call('ZSCORE', open, own)) > now then`,
    `if own then`,
  ],
  [
    'an unknown invitation gives no place',
    `if not json then return { 'refused', 'unknown' } end`,
    `if not json then json = '{}' max = '' notBefore = '' expires = '' revokedAt = '' end`,
  ],
  ['a revoked invitation gives no place', `if revokedAt ~= '' then return { 'refused', 'revoked' } end`, ``],
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
  ['lapsed claims are to be settled before others are refused', `if #lapsed > 0 then`, `if false then`],
  [
    'only lapsed claims are to be settled',
    `local lapsed = redis.call('ZRANGEBYSCORE', open, '-inf', now,`,
    `local lapsed = redis.call('ZRANGEBYSCORE', open, '-inf', '+inf',`,
  ],
  ['held is not used up', `redeemed >= tonumber(max) and 'used_up' or 'held'`, `'used_up'`],
  [
    'a claim has its lease',
    `redis.call('ZADD', open, now + ARGV[3], place)`,
    `redis.call('ZADD', open, '+inf', place)`,
  ],
  ['a claim is known under its plan', `redis.call('HSET', plans, plan, place) redis.call('ZADD'`, `redis.call('ZADD'`],
  [
    'every claim has its own token',
    `cjson.encode({ plan = plan, token = token })`,
    `cjson.encode({ plan = plan, token = 'token' })`,
  ],
  [
    'a place is its own plan’s only',
    `if not seat or seat.plan ~= plan then own = false end`,
    `if not seat then own = false end`,
  ],
  [
    'a lease is lengthened under its token only',
    `if not seat or cjson.decode(seat).token ~= ARGV[2] then return 0 end`,
    `if not seat then return 0 end`,
  ],
  ['a lease is lengthened', `redis.call('ZADD', KEYS[2], now + ARGV[3], ARGV[1])`, ``],
  ['a commit is said once in the ledger', `if present and present.user and present.plan == plan then return 0 end`, ``],
  [
    'what else the plan had claimed is freed by a commit',
    `redis.call('HDEL', places, other) redis.call('ZREM', open, other)`,
    ``,
  ],
  [
    'what is freed by a commit is given again',
    `if tonumber(other) then redis.call('ZADD', free, other, other) end`,
    ``,
  ],
  ['only what is claimed is freed by a commit', `if spare and spare.token then`, `if spare then`],
  ['a commit marks the place', `redis.call('HSET', places, place, cjson.encode({ plan = plan, user = user }))`, ``],
  [
    'a commit is known under its plan',
    `redis.call('HSET', plans, plan, place) redis.call('ZREM', open, place)`,
    `redis.call('ZREM', open, place)`,
  ],
  [
    'a committed place is no longer claimed',
    `redis.call('ZREM', open, place) redis.call('ZREM', free, place)`,
    `redis.call('ZREM', free, place)`,
  ],
  [
    'a place is released under its token',
    `if not seat or seat.token ~= ARGV[2] then return 0 end`,
    `if not seat then return 0 end`,
  ],
  ['a released place is no longer claimed', `redis.call('ZREM', open, place) if tonumber(place)`, `if tonumber(place)`],
  ['a released place is given again', `if tonumber(place) then redis.call('ZADD', free, place, place) end`, ``],
  [
    'lapsed claims are listed by their leases',
    `redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', now,`,
    `redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', '+inf',`,
  ],
  ['lapsed leases are counted', `redis.call('ZCOUNT', KEYS[4], '-inf', now)`, `0`],
  [
    'whose place it is, is told to its plan only',
    `if seat.plan == ARGV[1] then own = seat.user and 'redeemed' or 'claimed' end`,
    `own = seat.user and 'redeemed' or 'claimed'`,
  ],
);
