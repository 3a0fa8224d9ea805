-- Gives a plan a place of an invitation, for a write or on hold, or says why not.
-- KEYS: record, places, plans, open, free, ledger, holds, persons
-- ARGV: plan, token, leaseMs, skewMs, person, holding
-- returns: { "redeemed", place, user, agoMs if known } | { "claimed", place, json } | { "held" } | { "settle", place, token, plan, … } | { "refused", cause }
local record, places, plans, open, free, ledger, holds, persons = unpack(KEYS)
local plan, token, person, holding = ARGV[1], ARGV[2], ARGV[5], ARGV[6] == '1'
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[4]

local function note(kind, place)
  local entry = cjson.encode({ at = now, kind = kind, place = place })
  if redis.call('RPUSH', ledger, entry) > 10000 then redis.call('LPOP', ledger) end
end

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
    note(holding and 'held' or 'claimed', place)
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
  note('released', place)
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
