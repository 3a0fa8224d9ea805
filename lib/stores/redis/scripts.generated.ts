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
  /** Puts an entry at the end of the waiting list, unless it is there under one of its ids. */
  addWaiting: {
    name: 'add-waiting',
    numberOfKeys: 7,
    keys: ['entries', 'sequence', 'all', 'waiting', 'tenantAll', 'tenantWaiting', 'call'],
    argv: ['id', 'json', 'ids...'],
    sha1: '1eede59da89ea25b164da290e8b15f5c708fb1dc',
    lua: `-- Puts an entry at the end of the waiting list, unless it is there under one of its ids.
-- KEYS: entries, sequence, all, waiting, tenantAll, tenantWaiting, call
-- ARGV: id, json, ids...
-- returns: { 1, value } of the new entry, or { 0, value } of the one that is there
-- A value is "<version> <state> <place> <json>".
if redis.call('GET', KEYS[7]) then return { 1, redis.call('HGET', KEYS[1], ARGV[1]) } end
for at = 3, #ARGV do
  local there = redis.call('HGET', KEYS[1], ARGV[at])
  if there and string.find(there, '^%d+ %l+ %d+ {') then return { 0, there } end
end

local place = redis.call('INCR', KEYS[2])
local value = '1 waiting ' .. place .. ' ' .. ARGV[2]
redis.call('HSET', KEYS[1], ARGV[1], value)
for at = 3, 6 do redis.call('ZADD', KEYS[at], place, ARGV[1]) end
redis.call('SET', KEYS[7], 1, 'EX', 60)
return { 1, value }
` as string,
  },
  /** Notes that a person is being erased, for commits that come later. */
  beginErasure: {
    name: 'begin-erasure',
    numberOfKeys: 1,
    keys: ['erasure'],
    argv: ['tombstone', 'tenant', 'ttlSeconds', 'skewMs'],
    sha1: '5cf86086d68e4cf2e65725c42122dd5280720c5e',
    lua: `-- Notes that a person is being erased, for commits that come later.
-- KEYS: erasure
-- ARGV: tombstone, tenant, ttlSeconds, skewMs
-- returns: 1
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[4]
local erasure = { tombstone = ARGV[1], tenant = ARGV[2], at = now }
redis.call('SET', KEYS[1], cjson.encode(erasure), 'EX', ARGV[3])
return 1
` as string,
  },
  /** Gives an item up; it is kept for administrators, and the oldest ones go when there are too many. */
  buryDelivery: {
    name: 'bury-delivery',
    numberOfKeys: 6,
    keys: ['items', 'due', 'attempts', 'tokens', 'dead', 'errors'],
    argv: ['id', 'token', 'error', 'mostDead', 'skewMs'],
    sha1: '2cd66230b697f4e4b0265f455601041e61d9af82',
    lua: `-- Gives an item up; it is kept for administrators, and the oldest ones go when there are too many.
-- KEYS: items, due, attempts, tokens, dead, errors
-- ARGV: id, token, error, mostDead, skewMs
-- returns: how many went, or -1 when the item is not held under the token
local items, due, attempts, tokens, dead, errors = unpack(KEYS)
local id = ARGV[1]
if redis.call('HGET', tokens, id) ~= ARGV[2] then return -1 end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[5]
redis.call('HDEL', tokens, id)
redis.call('ZREM', due, id)
redis.call('ZADD', dead, now, id)
redis.call('HSET', errors, id, ARGV[3])
local dropped = 0
while redis.call('ZCARD', dead) > tonumber(ARGV[4]) do
  local oldest = redis.call('ZPOPMIN', dead)[1]
  for _, hash in ipairs({ items, attempts, errors }) do redis.call('HDEL', hash, oldest) end
  dropped = dropped + 1
end
return dropped
` as string,
  },
  /** Replaces an entry of the waiting list if the expected version is there; its place stays. */
  changeWaiting: {
    name: 'change-waiting',
    numberOfKeys: 7,
    keys: ['entries', 'invitations', 'from', 'to', 'tenantFrom', 'tenantTo', 'call'],
    argv: ['id', 'version', 'state', 'json', 'invitation'],
    sha1: '3437d763b46fb16de94211677376b113d2d12400',
    lua: `-- Replaces an entry of the waiting list if the expected version is there; its place stays.
-- KEYS: entries, invitations, from, to, tenantFrom, tenantTo, call
-- ARGV: id, version, state, json, invitation
-- returns: 1, or 0 when another version or nothing is there
if redis.call('GET', KEYS[7]) then return 1 end
local there = redis.call('HGET', KEYS[1], ARGV[1])
local version, place = string.match(there or '', '^(%d+) %l+ (%d+) {')
if version ~= ARGV[2] then return 0 end

redis.call('HSET', KEYS[1], ARGV[1], (version + 1) .. ' ' .. ARGV[3] .. ' ' .. place .. ' ' .. ARGV[4])
if ARGV[5] ~= '' then redis.call('HSET', KEYS[2], ARGV[5], ARGV[1]) end
redis.call('ZREM', KEYS[3], ARGV[1])
redis.call('ZADD', KEYS[4], place, ARGV[1])
redis.call('ZREM', KEYS[5], ARGV[1])
redis.call('ZADD', KEYS[6], place, ARGV[1])
redis.call('SET', KEYS[7], 1, 'EX', 60)
return 1
` as string,
  },
  /** Gives a plan a place of an invitation, for a write or on hold, or says why not. */
  claimPlace: {
    name: 'claim-place',
    numberOfKeys: 8,
    keys: ['record', 'places', 'plans', 'open', 'free', 'ledger', 'holds', 'persons'],
    argv: ['plan', 'token', 'leaseMs', 'skewMs', 'person', 'holding'],
    sha1: 'c8a5d6945ff8bf346486d18401fe54e139c1181d',
    lua: `-- Gives a plan a place of an invitation, for a write or on hold, or says why not.
-- KEYS: record, places, plans, open, free, ledger, holds, persons
-- ARGV: plan, token, leaseMs, skewMs, person, holding
-- returns: { "redeemed", place, user, agoMs if known } | { "claimed", place, json } | { "held" } | { "settle", place, token, plan, … } | { "refused", cause }
local record, places, plans, open, free, ledger, holds, persons = unpack(KEYS)
local plan, token, person, holding = ARGV[1], ARGV[2], ARGV[5], ARGV[6] == '1'
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[4]

local function seatAt(place)
  local seat = place and redis.call('HGET', places, place)
  return seat and cjson.decode(seat)
end

-- The place says whose it is: another plan's account may have been found to have it.
local function placeOf(somebody)
  local place = redis.call('HGET', plans, somebody)
  local seat = seatAt(place)
  if seat and seat.plan == somebody then return place, seat end
end

local own, seat = placeOf(plan)
if own and seat.user then
  return { 'redeemed', own, seat.user, seat.at and string.format('%.0f', math.max(0, now - seat.at)) or nil }
end

local json, max, notBefore, expires, revokedAt, holdMs, onePerPerson =
  unpack(redis.call('HMGET', record, 'json', 'max', 'notBefore', 'expires', 'revokedAt', 'holdMs', 'onePerPerson'))
if not json then return { 'refused', 'unknown' } end
holdMs = tonumber(holdMs or '')
if holding and not holdMs then return { 'held' } end

local function take(place)
  local ends = now + ARGV[3]
  local taken = { plan = plan, token = token, hold = own and seat.hold or nil, person = own and seat.person or nil }
  if holding then
    ends = now + holdMs
    taken.hold = ends
    redis.call('ZADD', holds, ends, place)
  else
    taken.writing = true
    -- An account may have been written since the first claim for a write.
    taken.since = own and seat.writing and seat.since or now
    redis.call('ZREM', holds, place)
  end
  if onePerPerson == '1' and person ~= '' then
    -- The same plan under another address: the one of before is nobody's here any more.
    if taken.person and taken.person ~= person then redis.call('HDEL', persons, taken.person) end
    taken.person = person
    redis.call('HSET', persons, person, plan)
  end
  redis.call('HSET', places, place, cjson.encode(taken))
  redis.call('HSET', plans, plan, place)
  redis.call('ZADD', open, ends, place)
  if not own or (seat.hold and not seat.writing and not holding) then
    redis.call('XADD', ledger, 'MAXLEN', '~', 10000, '*', 'at', now, 'kind', holding and 'held' or 'claimed', 'place', place)
  end
  if holding then return { 'held' } end
  return { 'claimed', place, json }
end

-- For holds only: a place that was claimed for a write is free when somebody has looked up what came of it.
local function giveUp(place, held)
  redis.call('ZREM', holds, place)
  if not held or not held.hold or held.writing then return end
  redis.call('HDEL', places, place)
  redis.call('HDEL', plans, held.plan)
  redis.call('ZREM', open, place)
  if held.person then redis.call('HDEL', persons, held.person) end
  if tonumber(place) then redis.call('ZADD', free, place, place) end
  redis.call('XADD', ledger, 'MAXLEN', '~', 10000, '*', 'at', now, 'kind', 'released', 'place', place)
end

-- Given back places first, then the next number; a number may be taken already by an account that was found later.
local function smallestFree()
  while true do
    local place = redis.call('ZPOPMIN', free)[1] or string.format('%d', redis.call('HINCRBY', record, 'top', 1))
    if redis.call('HEXISTS', places, place) == 0 then return place end
  end
end

local function runs(place)
  return tonumber(redis.call('ZSCORE', open, place) or 0) > now
end

local onHold = own and seat.hold and not seat.writing
if own and runs(own) then
  if holding then return { 'held' } end
  if not onHold then return take(own) end
end
if revokedAt ~= '' then
  if onHold then giveUp(own, seat) end
  return { 'refused', 'revoked' }
end
-- A place that is kept is kept beyond the end, also when a write under it broke off.
if own and not holding and seat.hold and seat.hold > now then return take(own) end
if notBefore ~= '' and now < tonumber(notBefore) then return { 'refused', 'not_yet' } end
if expires ~= '' and now >= tonumber(expires) then return { 'refused', 'expired' } end
-- A hold needs no look-up when it lapses; what may have become an account does.
if own and holding and not onHold then return { 'settle', own, seat.token, plan } end
if own then return take(own) end

if onePerPerson == '1' and person ~= '' then
  local other = redis.call('HGET', persons, person)
  local place, theirs = placeOf(other or '')
  if place and other ~= plan then
    if theirs.user then return { 'refused', 'already' } end
    if runs(place) then return { 'refused', 'held' } end
    if theirs.writing or not theirs.hold then return { 'settle', place, theirs.token, theirs.plan } end
    giveUp(place, theirs)
  end
end

if max == '' then return take('@' .. plan) end
local over
repeat
  over = redis.call('ZRANGEBYSCORE', holds, '-inf', now, 'LIMIT', 0, 10)
  for _, place in ipairs(over) do giveUp(place, seatAt(place)) end
until #over < 10 or redis.call('HLEN', places) < tonumber(max)

local taken = redis.call('HLEN', places)
if taken < tonumber(max) then return take(smallestFree()) end

local answer = { 'settle' }
for _, place in ipairs(redis.call('ZRANGEBYSCORE', open, '-inf', now, 'LIMIT', 0, 10)) do
  local claim = seatAt(place)
  -- What is left of lapsed holds needs no look-up; the next claim frees it.
  if claim.writing or not claim.hold then
    answer[#answer + 1] = place
    answer[#answer + 1] = claim.token
    answer[#answer + 1] = claim.plan
  end
end
if #answer > 1 then return answer end

local redeemed = taken - redis.call('ZCARD', open)
return { 'refused', redeemed >= tonumber(max) and 'used_up' or 'held' }
` as string,
  },
  /** Marks a place as redeemed. Never refused: the account exists. */
  commitPlace: {
    name: 'commit-place',
    numberOfKeys: 6,
    keys: ['places', 'plans', 'open', 'free', 'ledger', 'holds'],
    argv: ['place', 'plan', 'user', 'skewMs', 'token'],
    sha1: 'f7d638335ae5bfd64be770b36635cfd7ef126460',
    lua: `-- Marks a place as redeemed. Never refused: the account exists.
-- KEYS: places, plans, open, free, ledger, holds
-- ARGV: place, plan, user, skewMs, token
-- returns: { the milliseconds since 1970 at which it was marked, or 0 when another call marked it so before, those at which it was claimed, or 0 }
local places, plans, open, free, ledger, holds = unpack(KEYS)
local place, plan, user = ARGV[1], ARGV[2], ARGV[3]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[4]

local function seatAt(number)
  local seat = redis.call('HGET', places, number)
  return seat and cjson.decode(seat)
end

local present = seatAt(place)
if present and present.user and present.plan == plan then
  return present.call == ARGV[5] and { present.at, present.since or 0 } or { 0, 0 }
end

-- What else this plan had claimed it does not need.
local other = redis.call('HGET', plans, plan)
local spare = other and other ~= place and seatAt(other)
if spare and spare.token then
  redis.call('HDEL', places, other)
  redis.call('ZREM', open, other)
  redis.call('ZREM', holds, other)
  if tonumber(other) then redis.call('ZADD', free, other, other) end
end

local person = (present and present.plan == plan and present.person) or (spare and spare.person) or nil
local since = (present and present.plan == plan and present.since) or (spare and spare.since) or nil
local seat = { plan = plan, user = user, at = now, since = since, person = person, call = ARGV[5] }
redis.call('HSET', places, place, cjson.encode(seat))
redis.call('HSET', plans, plan, place)
redis.call('ZREM', open, place)
redis.call('ZREM', holds, place)
redis.call('ZREM', free, place)
redis.call('XADD', ledger, 'MAXLEN', '~', 10000, '*', 'at', now, 'kind', 'redeemed', 'place', place, 'user', user)
return { now, since or 0 }
` as string,
  },
  /** Adds points to a counter, or takes them back; its window starts with the first point. It never falls below zero. */
  countAttempt: {
    name: 'count-attempt',
    numberOfKeys: 1,
    keys: ['counter'],
    argv: ['points', 'windowSeconds', 'token'],
    sha1: 'c76c79da0eca3659bb67e490b896761b2b23df54',
    lua: `-- Adds points to a counter, or takes them back; its window starts with the first point. It never falls below zero.
-- KEYS: counter
-- ARGV: points, windowSeconds, token
-- returns: { sum, milliseconds until the window ends }
-- Behind the point of the sum stands the token of the call that counted last: sent again, it counts once.
local points = tonumber(ARGV[1])
local counted, last = string.match(redis.call('GET', KEYS[1]) or '', '^(%d+)%.?(%d*)')
local sum = tonumber(counted or 0)
local left = redis.call('PTTL', KEYS[1])
if points == 0 or (left > 0 and last == ARGV[3]) then return { sum, left } end
sum = math.max(sum + points, 0)
local value = string.format('%d.%s', sum, ARGV[3])
if left > 0 then
  redis.call('SET', KEYS[1], value, 'KEEPTTL')
elseif points > 0 then
  left = ARGV[2] * 1000
  sum = points
  redis.call('SET', KEYS[1], string.format('%d.%s', sum, ARGV[3]), 'PX', left)
end
return { sum, left }
` as string,
  },
  /** Counts entries of the waiting list by state. Changes nothing. */
  countWaiting: {
    name: 'count-waiting',
    numberOfKeys: 6,
    keys: ['waiting', 'approved', 'sent', 'failed', 'refused', 'joined'],
    argv: [],
    sha1: 'b49eb029aec1a311eb2d0e0931a3e26ec49b6fa3',
    lua: `-- Counts entries of the waiting list by state. Changes nothing.
-- KEYS: waiting, approved, sent, failed, refused, joined
-- ARGV: none
-- returns: six numbers in the order of the keys
local counts = {}
for at = 1, #KEYS do counts[at] = redis.call('ZCARD', KEYS[at]) end
return counts
` as string,
  },
  /** Stores a new invitation unless its id is there. Its ledger begins with its first use: an empty stream takes 4 kB. */
  createInvitation: {
    name: 'create-invitation',
    numberOfKeys: 1,
    keys: ['record'],
    argv: ['json', 'version', 'max', 'notBefore', 'expires', 'revokedAt', 'holdMs', 'onePerPerson', 'by', 'skewMs', 'token'],
    sha1: 'b7ae20a3442c8d77075300a2873e7f268c388df2',
    lua: `-- Stores a new invitation unless its id is there. Its ledger begins with its first use: an empty stream takes 4 kB.
-- KEYS: record
-- ARGV: json, version, max, notBefore, expires, revokedAt, holdMs, onePerPerson, by, skewMs, token
-- returns: 1, or 0 when it is there already and was not stored by this very call
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[10]

if redis.call('HEXISTS', KEYS[1], 'json') == 1 then
  return redis.call('HGET', KEYS[1], 'token') == ARGV[11] and 1 or 0
end
redis.call('HSET', KEYS[1], 'json', ARGV[1], 'version', ARGV[2], 'max', ARGV[3],
  'notBefore', ARGV[4], 'expires', ARGV[5], 'revokedAt', ARGV[6], 'holdMs', ARGV[7], 'onePerPerson', ARGV[8],
  'issuedAt', now, 'issuedBy', ARGV[9], 'token', ARGV[11])
return 1
` as string,
  },
  /** Lists items that were given up, the latest first. */
  deadDeliveries: {
    name: 'dead-deliveries',
    numberOfKeys: 4,
    keys: ['items', 'attempts', 'dead', 'errors'],
    argv: ['limit'],
    sha1: '87d9553496bca68d921f0a5738e785c3cd548ec0',
    lua: `-- Lists items that were given up, the latest first.
-- KEYS: items, attempts, dead, errors
-- ARGV: limit
-- returns: { id, text, attempts, error, when, … }
local items, attempts, dead, errors = unpack(KEYS)
local listed = redis.call('ZREVRANGE', dead, 0, ARGV[1] - 1, 'WITHSCORES')
local answer = {}
for at = 1, #listed, 2 do
  local id = listed[at]
  answer[#answer + 1] = id
  answer[#answer + 1] = redis.call('HGET', items, id) or ''
  answer[#answer + 1] = redis.call('HGET', attempts, id) or '0'
  answer[#answer + 1] = redis.call('HGET', errors, id) or ''
  answer[#answer + 1] = listed[at + 1]
end
return answer
` as string,
  },
  /** Replaces an invitation's record if the expected version is there. Places stay as they are. */
  editInvitation: {
    name: 'edit-invitation',
    numberOfKeys: 2,
    keys: ['record', 'ledger'],
    argv: ['json', 'version', 'max', 'notBefore', 'expires', 'revokedAt', 'holdMs', 'onePerPerson', 'by', 'expected', 'kind', 'skewMs', 'token'],
    sha1: '42b613e044ec839c11b5bbf1be757e3356c3b3ec',
    lua: `-- Replaces an invitation's record if the expected version is there. Places stay as they are.
-- KEYS: record, ledger
-- ARGV: json, version, max, notBefore, expires, revokedAt, holdMs, onePerPerson, by, expected, kind, skewMs, token
-- returns: 1, or 0 when another version or nothing is there, by another call than this one
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[12]

if redis.call('HGET', KEYS[1], 'version') ~= ARGV[10] then
  return redis.call('HGET', KEYS[1], 'editToken') == ARGV[13] and 1 or 0
end
redis.call('HSET', KEYS[1], 'json', ARGV[1], 'version', ARGV[2], 'max', ARGV[3],
  'notBefore', ARGV[4], 'expires', ARGV[5], 'revokedAt', ARGV[6], 'holdMs', ARGV[7], 'onePerPerson', ARGV[8],
  'editToken', ARGV[13])
local entry = { 'at', now, 'kind', ARGV[11] }
if ARGV[9] ~= '' then entry[5] = 'by'; entry[6] = ARGV[9] end
redis.call('XADD', KEYS[2], 'MAXLEN', '~', 10000, '*', unpack(entry))
return 1
` as string,
  },
  /** Puts a tombstone wherever a person stands in an invitation's places and ledger. */
  erasePerson: {
    name: 'erase-person',
    numberOfKeys: 4,
    keys: ['record', 'places', 'ledger', 'call'],
    argv: ['user', 'tombstone', 'place', 'skewMs'],
    sha1: 'd8c1cc950f33dabc0c25e8295bb62e67256c4974',
    lua: `-- Puts a tombstone wherever a person stands in an invitation's places and ledger.
-- KEYS: record, places, ledger, call
-- ARGV: user, tombstone, place, skewMs
-- returns: 1
local record, places, ledger, call = unpack(KEYS)
if redis.call('GET', call) then return 1 end
redis.call('SET', call, 1, 'EX', 60)
local user, tombstone, place = ARGV[1], ARGV[2], ARGV[3]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[4]

local seat = place ~= '' and redis.call('HGET', places, place)
seat = seat and cjson.decode(seat)
if seat and seat.user == user then
  seat.user = tombstone
  redis.call('HSET', places, place, cjson.encode(seat))
end

if redis.call('HGET', record, 'issuedBy') == user then redis.call('HSET', record, 'issuedBy', tombstone) end

-- Entries of a stream cannot be changed: they are written anew, in their order, each with its own time in "at".
local entries = redis.call('XRANGE', ledger, '-', '+')
local named = false
for _, entry in ipairs(entries) do
  local fields = entry[2]
  for at = 2, #fields, 2 do
    if fields[at] == user and (fields[at - 1] == 'user' or fields[at - 1] == 'by') then
      fields[at] = tombstone
      named = true
    end
  end
end
if named then
  redis.call('DEL', ledger)
  for _, entry in ipairs(entries) do redis.call('XADD', ledger, '*', unpack(entry[2])) end
end
redis.call('XADD', ledger, 'MAXLEN', '~', 10000, '*', 'at', now, 'kind', 'erased')
return 1
` as string,
  },
  /** Forgets an item that was delivered, but for its id, so that putting it again puts nothing. */
  finishDelivery: {
    name: 'finish-delivery',
    numberOfKeys: 5,
    keys: ['items', 'due', 'attempts', 'tokens', 'done'],
    argv: ['id', 'token', 'rememberedMs', 'mostRemembered', 'skewMs'],
    sha1: '950cf63002db439f8b0419f3c2bf1ce7642dd447',
    lua: `-- Forgets an item that was delivered, but for its id, so that putting it again puts nothing.
-- KEYS: items, due, attempts, tokens, done
-- ARGV: id, token, rememberedMs, mostRemembered, skewMs
-- returns: 1, or 0 when it is not held under the token
local items, due, attempts, tokens, done = unpack(KEYS)
local id = ARGV[1]
if redis.call('HGET', tokens, id) ~= ARGV[2] then return 0 end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[5]
for _, hash in ipairs({ items, attempts, tokens }) do redis.call('HDEL', hash, id) end
redis.call('ZREM', due, id)
redis.call('ZADD', done, now, id)
redis.call('ZREMRANGEBYSCORE', done, '-inf', now - ARGV[3])
redis.call('ZREMRANGEBYRANK', done, 0, -1 - ARGV[4])
return 1
` as string,
  },
  /** Lists claims whose leases ran out, the oldest first. Lapsed holds are not among them: they are free. */
  lapsedClaims: {
    name: 'lapsed-claims',
    numberOfKeys: 2,
    keys: ['places', 'open'],
    argv: ['skewMs'],
    sha1: 'e5d786bf17ae00096f0e6627fd70975e51cb5390',
    lua: `-- Lists claims whose leases ran out, the oldest first. Lapsed holds are not among them: they are free.
-- KEYS: places, open
-- ARGV: skewMs
-- returns: { place, token, plan, … }, ten at most
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[1]

local answer, offset, page = {}, 0, 100
repeat
  local lapsed = redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', now, 'LIMIT', offset, page)
  for _, place in ipairs(lapsed) do
    local claim = cjson.decode(redis.call('HGET', KEYS[1], place))
    if #answer < 30 and (claim.writing or not claim.hold) then
      answer[#answer + 1] = place
      answer[#answer + 1] = claim.token
      answer[#answer + 1] = claim.plan
    end
  end
  offset = offset + page
until #lapsed < page or #answer == 30
return answer
` as string,
  },
  /** Ends the hold of a plan. A place that an account is being written under stays. */
  letGo: {
    name: 'let-go',
    numberOfKeys: 8,
    keys: ['places', 'plans', 'open', 'free', 'ledger', 'holds', 'persons', 'call'],
    argv: ['plan', 'skewMs'],
    sha1: '43e6c3675178e09c6ef6879d86fe0fbaff96ece3',
    lua: `-- Ends the hold of a plan. A place that an account is being written under stays.
-- KEYS: places, plans, open, free, ledger, holds, persons, call
-- ARGV: plan, skewMs
-- returns: 1, or 0 when there was none
local places, plans, open, free, ledger, holds, persons, call = unpack(KEYS)
if redis.call('GET', call) then return 1 end
local plan = ARGV[1]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[2]

local place = redis.call('HGET', plans, plan)
local seat = place and redis.call('HGET', places, place)
seat = seat and cjson.decode(seat)
if not seat or seat.plan ~= plan or not seat.hold or seat.writing or seat.user then return 0 end

redis.call('HDEL', places, place)
redis.call('HDEL', plans, plan)
redis.call('ZREM', open, place)
redis.call('ZREM', holds, place)
if seat.person then redis.call('HDEL', persons, seat.person) end
if tonumber(place) then redis.call('ZADD', free, place, place) end
redis.call('XADD', ledger, 'MAXLEN', '~', 10000, '*', 'at', now, 'kind', 'released', 'place', place)
redis.call('SET', call, 1, 'EX', 60)
return 1
` as string,
  },
  /** Lists ids of an index, the newest first. */
  listInvitations: {
    name: 'list-invitations',
    numberOfKeys: 1,
    keys: ['index'],
    argv: ['limit', 'after'],
    sha1: 'cd8bf023a4f7437b1001b2dd0a190ad39f270809',
    lua: `-- Lists ids of an index, the newest first.
-- KEYS: index
-- ARGV: limit, after
-- returns: ids; those behind "after" where it is given and known
local rank = ARGV[2] ~= '' and redis.call('ZREVRANK', KEYS[1], ARGV[2])
local start = rank and rank + 1 or 0
return redis.call('ZREVRANGE', KEYS[1], start, start + ARGV[1] - 1)
` as string,
  },
  /** Lists entries of the waiting list by place. Changes nothing. */
  listWaiting: {
    name: 'list-waiting',
    numberOfKeys: 2,
    keys: ['index', 'entries'],
    argv: ['after', 'limit'],
    sha1: 'cc7794c9545d2965040c1dc9e1202b3784a1801f',
    lua: `-- Lists entries of the waiting list by place. Changes nothing.
-- KEYS: index, entries
-- ARGV: after, limit
-- returns: their values; nil for one that is none of ours
local ids = redis.call('ZRANGEBYSCORE', KEYS[1], '(' .. ARGV[1], '+inf', 'LIMIT', 0, ARGV[2])
if #ids == 0 then return {} end
return redis.call('HMGET', KEYS[2], unpack(ids))
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
  /** Gives an item back that could not be delivered now. */
  postponeDelivery: {
    name: 'postpone-delivery',
    numberOfKeys: 2,
    keys: ['due', 'tokens'],
    argv: ['id', 'token', 'delayMs', 'skewMs'],
    sha1: 'ce684d80776c6ce4f9a83ea09e9a84d1535ff3d7',
    lua: `-- Gives an item back that could not be delivered now.
-- KEYS: due, tokens
-- ARGV: id, token, delayMs, skewMs
-- returns: 1, or 0 when it is not held under the token
local due, tokens = unpack(KEYS)
local id = ARGV[1]
if redis.call('HGET', tokens, id) ~= ARGV[2] then return 0 end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[4]
redis.call('HDEL', tokens, id)
redis.call('ZADD', due, now + ARGV[3], id)
return 1
` as string,
  },
  /** Stores items that have to be delivered, but for those that are there, or were delivered lately. */
  putDeliveries: {
    name: 'put-deliveries',
    numberOfKeys: 4,
    keys: ['items', 'done', 'enrolled', 'webhooks'],
    argv: ['skewMs', 'delayMs', 'idsKindsMostsTexts...'],
    sha1: '5bf9d7b16c0f3799200e15f68a78119b5f269805',
    lua: `-- Stores items that have to be delivered, but for those that are there, or were delivered lately.
-- KEYS: items, done, enrolled, webhooks
-- ARGV: skewMs, delayMs, idsKindsMostsTexts...
-- returns: the ids for which there was no room
local items, done, enrolled, webhooks = unpack(KEYS)
local time = redis.call('TIME')
local dueAt = time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[1] + ARGV[2]
local refused = {}
for at = 3, #ARGV, 4 do
  local id, kind, most, text = ARGV[at], ARGV[at + 1], ARGV[at + 2], ARGV[at + 3]
  local due = kind == 'enrolled' and enrolled or webhooks
  if redis.call('HEXISTS', items, id) == 0 and not redis.call('ZSCORE', done, id) then
    if redis.call('ZCARD', due) < tonumber(most) then
      redis.call('HSET', items, id, text)
      redis.call('ZADD', due, dueAt, id)
    else
      refused[#refused + 1] = id
    end
  end
end
return refused
` as string,
  },
  /** Reads an invitation's record and counts its places. Changes nothing. */
  readInvitation: {
    name: 'read-invitation',
    numberOfKeys: 5,
    keys: ['record', 'places', 'plans', 'open', 'holds'],
    argv: ['plan', 'skewMs'],
    sha1: 'e53bc233cd0a3454ad5ae414cf90d3917fe6b998',
    lua: `-- Reads an invitation's record and counts its places. Changes nothing.
-- KEYS: record, places, plans, open, holds
-- ARGV: plan, skewMs
-- returns: nil, or { json, places, claimed, lapsed, "claimed" | "redeemed" | "", now, held }
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

local places, open = redis.call('HLEN', KEYS[2]), redis.call('ZCARD', KEYS[4])
local lapsed = open > 0 and redis.call('ZCOUNT', KEYS[4], '-inf', now) or 0
local holds = open > 0 and redis.call('ZCARD', KEYS[5]) or 0
-- A hold that has lapsed is free already, although nobody has taken it out yet.
local over = holds > 0 and redis.call('ZCOUNT', KEYS[5], '-inf', now) or 0
return { json, places - over, open - holds, lapsed - over, own, now, holds - over }
` as string,
  },
  /** Gives a place back that is still claimed under its token: to its hold while that runs, else to everybody. */
  releasePlace: {
    name: 'release-place',
    numberOfKeys: 8,
    keys: ['places', 'plans', 'open', 'free', 'ledger', 'holds', 'persons', 'call'],
    argv: ['place', 'token', 'skewMs'],
    sha1: 'a227ebf8d5febeac38f04e6f16ea72e3e3add461',
    lua: `-- Gives a place back that is still claimed under its token: to its hold while that runs, else to everybody.
-- KEYS: places, plans, open, free, ledger, holds, persons, call
-- ARGV: place, token, skewMs
-- returns: 1, or 0 when it is not held
local places, plans, open, free, ledger, holds, persons, call = unpack(KEYS)
if redis.call('GET', call) then return 1 end
local place = ARGV[1]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[3]

local seat = redis.call('HGET', places, place)
seat = seat and cjson.decode(seat)
if not seat or seat.token ~= ARGV[2] then return 0 end
redis.call('SET', call, 1, 'EX', 60)

if seat.hold and seat.hold > now then
  seat.writing = nil
  -- Whoever was writing has no say in the hold.
  seat.token = ''
  redis.call('HSET', places, place, cjson.encode(seat))
  redis.call('ZADD', open, seat.hold, place)
  redis.call('ZADD', holds, seat.hold, place)
  return 1
end

redis.call('HDEL', places, place)
redis.call('HDEL', plans, seat.plan)
redis.call('ZREM', open, place)
redis.call('ZREM', holds, place)
if seat.person then redis.call('HDEL', persons, seat.person) end
if tonumber(place) then redis.call('ZADD', free, place, place) end
redis.call('XADD', ledger, 'MAXLEN', '~', 10000, '*', 'at', now, 'kind', 'released', 'place', place)
return 1
` as string,
  },
  /** Takes an entry off the waiting list, with the way from its invitations to it, if the expected version is there. */
  removeWaiting: {
    name: 'remove-waiting',
    numberOfKeys: 7,
    keys: ['entries', 'invitations', 'all', 'state', 'tenantAll', 'tenantState', 'call'],
    argv: ['id', 'version', 'invitations...'],
    sha1: '54edeaba0ce578c752328874a421abdf2983c04d',
    lua: `-- Takes an entry off the waiting list, with the way from its invitations to it, if the expected version is there.
-- KEYS: entries, invitations, all, state, tenantAll, tenantState, call
-- ARGV: id, version, invitations...
-- returns: 1, or 0 when another version or nothing is there
if redis.call('GET', KEYS[7]) then return 1 end
local there = redis.call('HGET', KEYS[1], ARGV[1])
if string.match(there or '', '^(%d+) ') ~= ARGV[2] then return 0 end

redis.call('HDEL', KEYS[1], ARGV[1])
for at = 3, #ARGV do redis.call('HDEL', KEYS[2], ARGV[at]) end
for at = 3, 6 do redis.call('ZREM', KEYS[at], ARGV[1]) end
redis.call('SET', KEYS[7], 1, 'EX', 60)
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
  /** Makes an item due again that was given up, with all its attempts before it. */
  reviveDelivery: {
    name: 'revive-delivery',
    numberOfKeys: 7,
    keys: ['items', 'attempts', 'dead', 'errors', 'enrolled', 'webhooks', 'call'],
    argv: ['id', 'skewMs'],
    sha1: '04df3b8567c11f65867923d93c95166ed1a095f6',
    lua: `-- Makes an item due again that was given up, with all its attempts before it.
-- KEYS: items, attempts, dead, errors, enrolled, webhooks, call
-- ARGV: id, skewMs
-- returns: 1, or 0 when there is none
local items, attempts, dead, errors, enrolled, webhooks, call = unpack(KEYS)
if redis.call('GET', call) then return 1 end
local id = ARGV[1]
if redis.call('ZREM', dead, id) == 0 then return 0 end
local time = redis.call('TIME')
local readable, item = pcall(cjson.decode, redis.call('HGET', items, id) or '')
local due = readable and type(item) == 'table' and item.kind == 'enrolled' and enrolled or webhooks
redis.call('SET', call, 1, 'EX', 60)
redis.call('HDEL', attempts, id)
redis.call('HDEL', errors, id)
redis.call('ZADD', due, time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[2], id)
return 1
` as string,
  },
  /** Gives due items to one worker for a lease; when it ends unsettled, they are due again. */
  takeDeliveries: {
    name: 'take-deliveries',
    numberOfKeys: 4,
    keys: ['items', 'due', 'attempts', 'tokens'],
    argv: ['limit', 'leaseMs', 'token', 'skewMs'],
    sha1: '89218c3f75ca5cdb8256e4e4e18588e7d42dc904',
    lua: `-- Gives due items to one worker for a lease; when it ends unsettled, they are due again.
-- KEYS: items, due, attempts, tokens
-- ARGV: limit, leaseMs, token, skewMs
-- returns: { milliseconds until another one falls due, or -1 for none, id, text, attempts, … }
local items, due, attempts, tokens = unpack(KEYS)
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[4]
local answer = { -1 }
for _, id in ipairs(redis.call('ZRANGEBYSCORE', due, '-inf', now, 'LIMIT', 0, ARGV[1])) do
  local text = redis.call('HGET', items, id)
  if text then
    redis.call('ZADD', due, now + ARGV[2], id)
    redis.call('HSET', tokens, id, ARGV[3])
    answer[#answer + 1] = id
    answer[#answer + 1] = text
    answer[#answer + 1] = redis.call('HINCRBY', attempts, id, 1)
  else
    redis.call('ZREM', due, id)
  end
end
local first = redis.call('ZRANGE', due, 0, 0, 'WITHSCORES')
if first[2] then answer[1] = math.max(0, math.ceil(first[2] - now)) end
return answer
` as string,
  },
  /** Reads a session. A visit puts off its idle end, never its absolute one. */
  visitSession: {
    name: 'visit-session',
    numberOfKeys: 1,
    keys: ['session'],
    argv: ['idleSeconds', 'absoluteSeconds', 'nowSeconds'],
    sha1: '26d300969c03f15bb5bcc80833c08c99794b484e',
    lua: `-- Reads a session. A visit puts off its idle end, never its absolute one.
-- KEYS: session
-- ARGV: idleSeconds, absoluteSeconds, nowSeconds
-- returns: the session's text, or nil
local text = redis.call('GET', KEYS[1])
if not text then return nil end
local started = string.match(text, '^{"enrollmentStartedAt":(%d+)')
if not started then return text end
local left = started + ARGV[2] - ARGV[3]
if left > 0 then
  redis.call('EXPIRE', KEYS[1], math.min(tonumber(ARGV[1]), left))
  return text
end
redis.call('DEL', KEYS[1])
return nil
` as string,
  },
} as const;

export type ScriptName = keyof typeof scripts;
