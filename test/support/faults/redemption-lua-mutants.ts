import { claimMutants, inScript } from './redemption-lua-claims.js';
import type { Mutant } from './redemption-mutants.js';

/** The scripts in Redis. */
export const luaMutants: readonly Mutant[] = [
  ...inScript('create-invitation', [
    'an invitation is created once',
    `if redis.call('HEXISTS', KEYS[1], 'json') == 1 then return string.match(redis.call('HGET', KEYS[1], 'issued') or '', '^%d+ (%S+)') == ARGV[5] and 1 or 0 end`,
    ``,
  ]),
  ...inScript('edit-invitation', [
    'an edit needs the current version',
    `if version ~= ARGV[4] then return redis.call('HGET', KEYS[1], 'editToken') == ARGV[7] and 1 or 0 end`,
    ``,
  ]),
  ...claimMutants,
  ...inScript(
    'renew-claim',
    [
      'a lease is lengthened under its token only',
      `if not occupant or cjson.decode(occupant).token ~= ARGV[2] then return 0 end`,
      `if not occupant then return 0 end`,
    ],
    ['a lease is lengthened', `redis.call('ZADD', KEYS[2], now + ARGV[3], ARGV[1])`, ``],
  ),
  ...inScript(
    'commit-seat',
    [
      'a commit is said once in the ledger',
      `if present and present.user and present.plan == plan then return present.call == ARGV[5] and { present.at, present.since or 0, ifUsedUp() } or { 0, 0 } end`,
      ``,
    ],
    [
      'what else the plan had claimed is freed by a commit',
      `redis.call('HDEL', seats, other) redis.call('ZREM', open, other) redis.call('ZREM', holds, other)`,
      ``,
    ],
    [
      'what is freed by a commit is given again',
      `if tonumber(other) then redis.call('ZADD', free, other, other) end`,
      ``,
    ],
    ['only what is claimed is freed by a commit', `if spare and spare.token then`, `if spare then`],
    ['a commit marks the seat', `redis.call('HSET', seats, seat, cjson.encode(occupant))`, ``],
    [
      'what is redeemed is no hold',
      `redis.call('ZREM', open, seat) redis.call('ZREM', holds, seat) redis.call('ZREM', free, seat)`,
      `redis.call('ZREM', open, seat) redis.call('ZREM', free, seat)`,
    ],
    [
      'a commit is known under its plan',
      `redis.call('HSET', plans, plan, seat) redis.call('ZREM', open, seat)`,
      `redis.call('ZREM', open, seat)`,
    ],
    [
      'a committed seat is no longer claimed',
      `redis.call('ZREM', open, seat) redis.call('ZREM', holds, seat) redis.call('ZREM', free, seat)`,
      `redis.call('ZREM', holds, seat) redis.call('ZREM', free, seat)`,
    ],
  ),
  ...inScript(
    'release-seat',
    [
      'a seat is released under its token',
      `if not occupant or occupant.token ~= ARGV[2] then return 0 end`,
      `if not occupant then return 0 end`,
    ],
    [
      'a released seat is no longer claimed',
      `redis.call('ZREM', open, seat) redis.call('ZREM', holds, seat)`,
      `redis.call('ZREM', holds, seat)`,
    ],
    ['a released seat returns to its running hold', `if occupant.hold and occupant.hold > now then`, `if false then`],
    ['what returned to its hold waits for its holder', `occupant.writing = nil`, ``],
    ['whoever was writing has no say in the hold', `occupant.token = ''`, ``],
    ['a hold has its own end again', `redis.call('ZADD', open, occupant.hold, seat)`, ``],
    ['what returned is a hold again', `redis.call('ZADD', holds, occupant.hold, seat)`, ``],
    ['who gave a seat back is free', `if occupant.person then redis.call('HDEL', persons, occupant.person) end`, ``],
    ['a released seat is given again', `if tonumber(seat) then redis.call('ZADD', free, seat, seat) end`, ``],
  ),
  ...inScript(
    'lapsed-claims',
    [
      'lapsed claims are listed by their leases',
      `redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', now,`,
      `redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', '+inf',`,
    ],
    ['lapsed holds need no settling', `#answer < 30 and (claim.writing or not claim.hold)`, `#answer < 30`],
  ),
  ...inScript(
    'read-invitation',
    ['lapsed leases are counted', `redis.call('ZCOUNT', KEYS[4], '-inf', now)`, `0`],
    [
      'whose seat it is, is told to its plan only',
      `if occupant.plan == ARGV[1] then own = occupant.user and 'redeemed' or 'claimed' end`,
      `own = occupant.user and 'redeemed' or 'claimed'`,
    ],
    [
      'a hold that is over is not counted',
      `local over = holds > 0 and redis.call('ZCOUNT', KEYS[5], '-inf', now) or 0`,
      `local over = 0`,
    ],
    ['holds are told from claims', `open - holds, lapsed - over`, `open, lapsed - over`],
  ),
  ...inScript(
    'release-reservation',
    ['a seat that is being written is not let go', `occupant.writing or`, ``],
    ['who lets go has no seat any more', `redis.call('HDEL', seats, seat) redis.call('HDEL', plans, plan)`, ``],
    ['what was let go is no hold any more', `redis.call('ZREM', open, seat) redis.call('ZREM', holds, seat)`, ``],
    ['who let go is free', `if occupant.person then redis.call('HDEL', persons, occupant.person) end`, ``],
    ['what was let go is given again', `if tonumber(seat) then redis.call('ZADD', free, seat, seat) end`, ``],
  ),
  ...inScript(
    'erase-person',
    ['an erased person is in no seat', `occupant.user = tombstone`, ``],
    ['an erased person is in no ledger', `if entry.user == user then entry.user = tombstone end`, ``],
    ['that somebody was erased is told', `kind = 'erased'`, `kind = 'edited'`],
    [
      'an erased ledger keeps its entries',
      `redis.call('LSET', ledger, at - 1, cjson.encode(entry))`,
      `redis.call('DEL', ledger)`,
    ],
  ),
];
