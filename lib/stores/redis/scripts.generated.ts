// Made from lib/stores/redis/scripts/*.lua by `npm run lua`. Do not edit: change the .lua file and run it again.

/** What is known of a script: `keys` and `argv` name what it takes, in order. */
export interface LuaScript {
  readonly name: string;
  readonly numberOfKeys: number;
  readonly keys: readonly string[];
  readonly argv: readonly string[];
  readonly sha1: string;
  readonly lua: string;
}

export const scripts = {
  /** Gives a plan a place of an invitation, or says why not. */
  claimPlace: {
    name: 'claim-place',
    numberOfKeys: 6,
    keys: ['record', 'places', 'plans', 'open', 'free', 'ledger'],
    argv: ['plan', 'token', 'leaseMs', 'skewMs'],
    sha1: 'b9d9eef95a65e599257794c7f5e8931ad50ccb1c',
    lua: `-- Gives a plan a place of an invitation, or says why not.
-- KEYS: record, places, plans, open, free, ledger
-- ARGV: plan, token, leaseMs, skewMs
-- returns: { "redeemed", place, user } | { "claimed", place, json } | { "settle", place, token, plan, … } | { "refused", cause }
local record, places, plans, open, free, ledger = unpack(KEYS)
local plan, token = ARGV[1], ARGV[2]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[4]

local own = redis.call('HGET', plans, plan)
local seat = own and redis.call('HGET', places, own)
seat = seat and cjson.decode(seat)
-- The place says whose it is: another plan's account may have been found to have it.
if not seat or seat.plan ~= plan then own = false end

if own and seat.user then return { 'redeemed', own, seat.user } end

local json, max, notBefore, expires, revokedAt = unpack(redis.call('HMGET', record, 'json', 'max', 'notBefore', 'expires', 'revokedAt'))
if not json then return { 'refused', 'unknown' } end

local function take(place)
  redis.call('HSET', places, place, cjson.encode({ plan = plan, token = token }))
  redis.call('HSET', plans, plan, place)
  redis.call('ZADD', open, now + ARGV[3], place)
  if not own then redis.call('XADD', ledger, 'MAXLEN', '~', 10000, '*', 'at', now, 'kind', 'claimed', 'place', place) end
  return { 'claimed', place, json }
end

-- Given back places first, then the next number; a number may be taken already by an account that was found later.
local function smallestFree()
  while true do
    local place = redis.call('ZPOPMIN', free)[1] or string.format('%d', redis.call('HINCRBY', record, 'top', 1))
    if redis.call('HEXISTS', places, place) == 0 then return place end
  end
end

if own and tonumber(redis.call('ZSCORE', open, own)) > now then return take(own) end
if revokedAt ~= '' then return { 'refused', 'revoked' } end
if notBefore ~= '' and now < tonumber(notBefore) then return { 'refused', 'not_yet' } end
if expires ~= '' and now >= tonumber(expires) then return { 'refused', 'expired' } end
if own then return take(own) end
if max == '' then return take('@' .. plan) end

local taken = redis.call('HLEN', places)
if taken < tonumber(max) then return take(smallestFree()) end

local lapsed = redis.call('ZRANGEBYSCORE', open, '-inf', now, 'LIMIT', 0, 10)
if #lapsed > 0 then
  local answer = { 'settle' }
  for _, place in ipairs(lapsed) do
    local claim = cjson.decode(redis.call('HGET', places, place))
    answer[#answer + 1] = place
    answer[#answer + 1] = claim.token
    answer[#answer + 1] = claim.plan
  end
  return answer
end

local redeemed = taken - redis.call('ZCARD', open)
return { 'refused', redeemed >= tonumber(max) and 'used_up' or 'held' }
` as string,
  },
  /** Marks a place as redeemed. Never refused: the account exists. */
  commitPlace: {
    name: 'commit-place',
    numberOfKeys: 5,
    keys: ['places', 'plans', 'open', 'free', 'ledger'],
    argv: ['place', 'plan', 'user', 'skewMs'],
    sha1: '72598dacab3ef20211c8bb26821cde4af98fb0ae',
    lua: `-- Marks a place as redeemed. Never refused: the account exists.
-- KEYS: places, plans, open, free, ledger
-- ARGV: place, plan, user, skewMs
-- returns: 1, or 0 when it was marked so before
local places, plans, open, free, ledger = unpack(KEYS)
local place, plan, user = ARGV[1], ARGV[2], ARGV[3]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[4]

local function seatAt(number)
  local seat = redis.call('HGET', places, number)
  return seat and cjson.decode(seat)
end

local present = seatAt(place)
if present and present.user and present.plan == plan then return 0 end

-- What else this plan had claimed it does not need.
local other = redis.call('HGET', plans, plan)
local spare = other and other ~= place and seatAt(other)
if spare and spare.token then
  redis.call('HDEL', places, other)
  redis.call('ZREM', open, other)
  if tonumber(other) then redis.call('ZADD', free, other, other) end
end

redis.call('HSET', places, place, cjson.encode({ plan = plan, user = user }))
redis.call('HSET', plans, plan, place)
redis.call('ZREM', open, place)
redis.call('ZREM', free, place)
redis.call('XADD', ledger, 'MAXLEN', '~', 10000, '*', 'at', now, 'kind', 'redeemed', 'place', place, 'user', user)
return 1
` as string,
  },
  /** Adds points to a counter, or takes them back; its window starts with the first point. It never falls below zero. */
  countAttempt: {
    name: 'count-attempt',
    numberOfKeys: 1,
    keys: ['counter'],
    argv: ['points', 'windowSeconds'],
    sha1: 'c9a2649d49887491bbad7a37590846055ee25643',
    lua: `-- Adds points to a counter, or takes them back; its window starts with the first point. It never falls below zero.
-- KEYS: counter
-- ARGV: points, windowSeconds
-- returns: { sum, milliseconds until the window ends }
local points = tonumber(ARGV[1])
local sum = tonumber(redis.call('GET', KEYS[1]) or 0) + points
local left = redis.call('PTTL', KEYS[1])
if left > 0 then
  redis.call('SET', KEYS[1], math.max(sum, 0), 'KEEPTTL')
elseif points > 0 then
  left = ARGV[2] * 1000
  redis.call('SET', KEYS[1], points, 'PX', left)
end
return { math.max(sum, 0), left }
` as string,
  },
  /** Stores a new invitation unless its id is there. */
  createInvitation: {
    name: 'create-invitation',
    numberOfKeys: 2,
    keys: ['record', 'ledger'],
    argv: ['json', 'version', 'max', 'notBefore', 'expires', 'revokedAt', 'skewMs'],
    sha1: '0f0f9a6c719a62cb66324dc8ac6fb52ce0738fc5',
    lua: `-- Stores a new invitation unless its id is there.
-- KEYS: record, ledger
-- ARGV: json, version, max, notBefore, expires, revokedAt, skewMs
-- returns: 1, or 0 when it is there already
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[7]

if redis.call('HEXISTS', KEYS[1], 'json') == 1 then return 0 end
redis.call('HSET', KEYS[1], 'json', ARGV[1], 'version', ARGV[2], 'max', ARGV[3],
  'notBefore', ARGV[4], 'expires', ARGV[5], 'revokedAt', ARGV[6])
redis.call('XADD', KEYS[2], '*', 'at', now, 'kind', 'issued')
return 1
` as string,
  },
  /** Replaces an invitation's record if the expected version is there. Places stay as they are. */
  editInvitation: {
    name: 'edit-invitation',
    numberOfKeys: 2,
    keys: ['record', 'ledger'],
    argv: ['json', 'version', 'max', 'notBefore', 'expires', 'revokedAt', 'expected', 'kind', 'skewMs'],
    sha1: '0b2b546688c398b08883e7e478bd31b1697837a8',
    lua: `-- Replaces an invitation's record if the expected version is there. Places stay as they are.
-- KEYS: record, ledger
-- ARGV: json, version, max, notBefore, expires, revokedAt, expected, kind, skewMs
-- returns: 1, or 0 when another version or nothing is there
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[9]

if redis.call('HGET', KEYS[1], 'version') ~= ARGV[7] then return 0 end
redis.call('HSET', KEYS[1], 'json', ARGV[1], 'version', ARGV[2], 'max', ARGV[3],
  'notBefore', ARGV[4], 'expires', ARGV[5], 'revokedAt', ARGV[6])
redis.call('XADD', KEYS[2], 'MAXLEN', '~', 10000, '*', 'at', now, 'kind', ARGV[8])
return 1
` as string,
  },
  /** Lists claims whose leases ran out, the oldest first. */
  lapsedClaims: {
    name: 'lapsed-claims',
    numberOfKeys: 2,
    keys: ['places', 'open'],
    argv: ['skewMs'],
    sha1: 'da229aab1029241d767357899e5b3c5bbd8580da',
    lua: `-- Lists claims whose leases ran out, the oldest first.
-- KEYS: places, open
-- ARGV: skewMs
-- returns: { place, token, plan, … }, ten at most
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[1]

local answer = {}
for _, place in ipairs(redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', now, 'LIMIT', 0, 10)) do
  local claim = cjson.decode(redis.call('HGET', KEYS[1], place))
  answer[#answer + 1] = place
  answer[#answer + 1] = claim.token
  answer[#answer + 1] = claim.plan
end
return answer
` as string,
  },
  /** Lists ids of invitations, the newest first. */
  listInvitations: {
    name: 'list-invitations',
    numberOfKeys: 1,
    keys: ['invitations'],
    argv: ['limit', 'after'],
    sha1: '6c49ec13a6497b98179021e5798e74b56606e74e',
    lua: `-- Lists ids of invitations, the newest first.
-- KEYS: invitations
-- ARGV: limit, after
-- returns: ids; those behind "after" where it is given and known
local rank = ARGV[2] ~= '' and redis.call('ZREVRANK', KEYS[1], ARGV[2])
local start = rank and rank + 1 or 0
return redis.call('ZREVRANGE', KEYS[1], start, start + ARGV[1] - 1)
` as string,
  },
  /** Keeps the true cause of a refusal under its reference, forgets the oldest one, and counts. */
  noteRefusal: {
    name: 'note-refusal',
    numberOfKeys: 3,
    keys: ['causes', 'order', 'counts'],
    argv: ['reference', 'cause', 'json', 'kept'],
    sha1: 'e94e8ccc54ebc17274bbcfdd63bf23ecff683771',
    lua: `-- Keeps the true cause of a refusal under its reference, forgets the oldest one, and counts.
-- KEYS: causes, order, counts
-- ARGV: reference, cause, json, kept
-- returns: 1
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
redis.call('RPUSH', KEYS[2], ARGV[1])
redis.call('HINCRBY', KEYS[3], ARGV[2], 1)
while redis.call('LLEN', KEYS[2]) > tonumber(ARGV[4]) do
  redis.call('HDEL', KEYS[1], redis.call('LPOP', KEYS[2]))
end
return 1
` as string,
  },
  /** Reads an invitation's record and counts its places. Changes nothing. */
  readInvitation: {
    name: 'read-invitation',
    numberOfKeys: 4,
    keys: ['record', 'places', 'plans', 'open'],
    argv: ['plan', 'skewMs'],
    sha1: '7353ed2678a93463f60661642b181d39df0ff0ce',
    lua: `-- Reads an invitation's record and counts its places. Changes nothing.
-- KEYS: record, places, plans, open
-- ARGV: plan, skewMs
-- returns: nil, or { json, places, claimed, lapsed, "claimed" | "redeemed" | "", now }
local json = redis.call('HGET', KEYS[1], 'json')
if not json then return nil end

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[2]

local own = ''
local place = redis.call('HGET', KEYS[3], ARGV[1])
local seat = place and redis.call('HGET', KEYS[2], place)
if seat then
  seat = cjson.decode(seat)
  if seat.plan == ARGV[1] then own = seat.user and 'redeemed' or 'claimed' end
end

return { json, redis.call('HLEN', KEYS[2]), redis.call('ZCARD', KEYS[4]), redis.call('ZCOUNT', KEYS[4], '-inf', now), own, now }
` as string,
  },
  /** Frees a place that is still claimed under its token. */
  releasePlace: {
    name: 'release-place',
    numberOfKeys: 5,
    keys: ['places', 'plans', 'open', 'free', 'ledger'],
    argv: ['place', 'token', 'skewMs'],
    sha1: '2cbceec7a6a6c82e6e5b0c03aa76d9ed4e6b5622',
    lua: `-- Frees a place that is still claimed under its token.
-- KEYS: places, plans, open, free, ledger
-- ARGV: place, token, skewMs
-- returns: 1, or 0 when it is not held
local places, plans, open, free, ledger = unpack(KEYS)
local place = ARGV[1]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[3]

local seat = redis.call('HGET', places, place)
seat = seat and cjson.decode(seat)
if not seat or seat.token ~= ARGV[2] then return 0 end

redis.call('HDEL', places, place)
redis.call('HDEL', plans, seat.plan)
redis.call('ZREM', open, place)
if tonumber(place) then redis.call('ZADD', free, place, place) end
redis.call('XADD', ledger, 'MAXLEN', '~', 10000, '*', 'at', now, 'kind', 'released', 'place', place)
return 1
` as string,
  },
  /** Lengthens the lease of a claim that is still held under its token. */
  renewClaim: {
    name: 'renew-claim',
    numberOfKeys: 2,
    keys: ['places', 'open'],
    argv: ['place', 'token', 'leaseMs', 'skewMs'],
    sha1: '9fc019f8e8f99feb22ce52450fc79b64d3189abe',
    lua: `-- Lengthens the lease of a claim that is still held under its token.
-- KEYS: places, open
-- ARGV: place, token, leaseMs, skewMs
-- returns: 1, or 0 when it is not held
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[4]

local seat = redis.call('HGET', KEYS[1], ARGV[1])
if not seat or cjson.decode(seat).token ~= ARGV[2] then return 0 end
redis.call('ZADD', KEYS[2], now + ARGV[3], ARGV[1])
return 1
` as string,
  },
  /** Stores the next revision of a plan if the expected one is there. */
  replacePlan: {
    name: 'replace-plan',
    numberOfKeys: 1,
    keys: ['plan'],
    argv: ['revision', 'text', 'ttlSeconds'],
    sha1: '172f8c6d924c7e6efa42f1a1ce52840a01b7a98e',
    lua: `-- Stores the next revision of a plan if the expected one is there.
-- KEYS: plan
-- ARGV: revision, text, ttlSeconds
-- returns: 1, or what is there instead (nil for nothing)
local present = redis.call('GET', KEYS[1])
local expected = ARGV[1] .. ':'
if not present or string.sub(present, 1, #expected) ~= expected then return present end
redis.call('SET', KEYS[1], (ARGV[1] + 1) .. ':' .. ARGV[2], 'EX', ARGV[3])
return 1
` as string,
  },
} as const;

export type ScriptName = keyof typeof scripts;
