-- Gives a plan a seat of an invitation, for a write or on hold, or says why not.
-- KEYS: record, seats, plans, open, free, ledger, holds, persons
-- ARGV: plan, token, leaseMs, skewMs, person, holding
-- returns: { "redeemed", seat, user, agoMs if known } | { "claimed", seat, json } | { "held", until if a seat is reserved } | { "settle", seat, token, plan, … } | { "refused", cause }
local record, seats, plans, open, free, ledger, holds, persons = unpack(KEYS)
local plan, token, person, holding = ARGV[1], ARGV[2], ARGV[5], ARGV[6] == '1'
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[4]

local function note(kind, seat)
  local entry = cjson.encode({ at = now, kind = kind, seat = seat })
  if redis.call('RPUSH', ledger, entry) > 10000 then redis.call('LPOP', ledger) end
end

local function seatAt(seat)
  local occupant = seat and redis.call('HGET', seats, seat)
  return occupant and cjson.decode(occupant)
end

-- The seat says whose it is: another plan's account may have been found to have it.
local function seatOf(somebody)
  local seat = redis.call('HGET', plans, somebody)
  local occupant = seatAt(seat)
  if occupant and occupant.plan == somebody then return seat, occupant end
end

local own, occupant = seatOf(plan)
if own and occupant.user then
  return { 'redeemed', own, occupant.user, occupant.at and string.format('%.0f', math.max(0, now - occupant.at)) or nil }
end

local json, terms = unpack(redis.call('HMGET', record, 'json', 'terms'))
local max, notBefore, expires, revokedAt, holdMs, onePerPerson =
  string.match(terms or '', '^%d*|(.-)|(.-)|(.-)|(.-)|(.-)|(.-)$')
if not json then return { 'refused', 'unknown' } end
holdMs = tonumber(holdMs or '')
if holding and not holdMs then return { 'held' } end

local function take(seat)
  local ends = now + ARGV[3]
  local taken = { plan = plan, token = token, hold = own and occupant.hold or nil, person = own and occupant.person or nil }
  if holding then
    ends = now + holdMs
    taken.hold = ends
    redis.call('ZADD', holds, ends, seat)
  else
    taken.writing = true
    -- An account may have been written since the first claim for a write.
    taken.since = own and occupant.writing and occupant.since or now
    redis.call('ZREM', holds, seat)
  end
  if onePerPerson == '1' and person ~= '' then
    -- The same plan has another address now: its earlier address is free again.
    if taken.person and taken.person ~= person then redis.call('HDEL', persons, taken.person) end
    taken.person = person
    redis.call('HSET', persons, person, plan)
  end
  redis.call('HSET', seats, seat, cjson.encode(taken))
  redis.call('HSET', plans, plan, seat)
  redis.call('ZADD', open, ends, seat)
  if not own or (occupant.hold and not occupant.writing and not holding) then
    note(holding and 'held' or 'claimed', seat)
  end
  if holding then return { 'held', string.format('%.0f', ends) } end
  return { 'claimed', seat, json }
end

-- For holds only: a seat that was claimed for a write is free when somebody has looked up what came of it.
local function giveUp(seat, held)
  redis.call('ZREM', holds, seat)
  if not held or not held.hold or held.writing then return end
  redis.call('HDEL', seats, seat)
  redis.call('HDEL', plans, held.plan)
  redis.call('ZREM', open, seat)
  if held.person then redis.call('HDEL', persons, held.person) end
  if tonumber(seat) then redis.call('ZADD', free, seat, seat) end
  note('released', seat)
end

-- Given back seats first, then the next number; a number may be taken already by an account that was found later.
local function smallestFree()
  while true do
    local seat = redis.call('ZPOPMIN', free)[1] or string.format('%d', redis.call('HINCRBY', record, 'top', 1))
    if redis.call('HEXISTS', seats, seat) == 0 then return seat end
  end
end

local function runs(seat)
  return tonumber(redis.call('ZSCORE', open, seat) or 0) > now
end

local onHold = own and occupant.hold and not occupant.writing
if own and runs(own) then
  if holding then return { 'held', onHold and string.format('%.0f', occupant.hold) or nil } end
  if not onHold then return take(own) end
end
if revokedAt ~= '' then
  if onHold then giveUp(own, occupant) end
  return { 'refused', 'revoked' }
end
-- A seat that is kept is kept beyond the end, also when a write under it broke off.
if own and not holding and occupant.hold and occupant.hold > now then return take(own) end
if notBefore ~= '' and now < tonumber(notBefore) then return { 'refused', 'not_yet' } end
if expires ~= '' and now >= tonumber(expires) then return { 'refused', 'expired' } end
-- A hold needs no look-up when it lapses; what may have become an account does.
if own and holding and not onHold then return { 'settle', own, occupant.token, plan } end
if own then return take(own) end

if onePerPerson == '1' and person ~= '' then
  local other = redis.call('HGET', persons, person)
  local seat, theirs = seatOf(other or '')
  if seat and other ~= plan then
    if theirs.user then return { 'refused', 'already' } end
    if runs(seat) then return { 'refused', 'held' } end
    if theirs.writing or not theirs.hold then return { 'settle', seat, theirs.token, theirs.plan } end
    giveUp(seat, theirs)
  end
end

if max == '' then return take('@' .. plan) end
local over
repeat
  over = redis.call('ZRANGEBYSCORE', holds, '-inf', now, 'LIMIT', 0, 10)
  for _, seat in ipairs(over) do giveUp(seat, seatAt(seat)) end
until #over < 10 or redis.call('HLEN', seats) < tonumber(max)

local taken = redis.call('HLEN', seats)
if taken < tonumber(max) then return take(smallestFree()) end

local answer = { 'settle' }
for _, seat in ipairs(redis.call('ZRANGEBYSCORE', open, '-inf', now, 'LIMIT', 0, 10)) do
  local claim = seatAt(seat)
  -- What is left of lapsed holds needs no look-up; the next claim frees it.
  if claim.writing or not claim.hold then
    answer[#answer + 1] = seat
    answer[#answer + 1] = claim.token
    answer[#answer + 1] = claim.plan
  end
end
if #answer > 1 then return answer end

local redeemed = taken - redis.call('ZCARD', open)
return { 'refused', redeemed >= tonumber(max) and 'used_up' or 'held' }
