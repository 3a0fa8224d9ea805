-- Marks a place as redeemed. Never refused: the account exists.
-- KEYS: places, plans, open, free, ledger, holds
-- ARGV: place, plan, user, skewMs, token
-- returns: { the milliseconds since 1970 at which it was marked, or 0 when another call marked it so before, those at which it was claimed, or 0 }
local places, plans, open, free, ledger, holds = unpack(KEYS)
local place, plan, user = ARGV[1], ARGV[2], ARGV[3]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[4]

local function note(kind, place, user)
  local entry = cjson.encode({ at = now, kind = kind, place = place, user = user })
  if redis.call('RPUSH', ledger, entry) > 10000 then redis.call('LPOP', ledger) end
end

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
note('redeemed', place, user)
return { now, since or 0 }
