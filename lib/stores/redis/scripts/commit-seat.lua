-- Marks a seat as redeemed. Never refused: the account exists.
-- KEYS: seats, plans, open, free, ledger, holds, record
-- ARGV: seat, plan, user, skewMs, token
-- returns: { the milliseconds since 1970 at which it was marked, or 0 when another call marked it so before, those at which it was claimed, or 0, the invitation where it is used up by this }
local seats, plans, open, free, ledger, holds, record = unpack(KEYS)
local seat, plan, user = ARGV[1], ARGV[2], ARGV[3]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[4]

local function note(kind, seat, user)
  local entry = cjson.encode({ at = now, kind = kind, seat = seat, user = user })
  if redis.call('RPUSH', ledger, entry) > 10000 then redis.call('LPOP', ledger) end
end

local function seatAt(number)
  local occupant = redis.call('HGET', seats, number)
  return occupant and cjson.decode(occupant)
end

local function ifUsedUp()
  local max = tonumber(string.match(redis.call('HGET', record, 'terms') or '', '^%d*|(%d+)|') or '')
  local isUsedUp = max and redis.call('HLEN', seats) - redis.call('ZCARD', open) >= max
  return isUsedUp and redis.call('HGET', record, 'json') or nil
end

local present = seatAt(seat)
if present and present.user and present.plan == plan then
  return present.call == ARGV[5] and { present.at, present.since or 0, ifUsedUp() } or { 0, 0 }
end

-- What else this plan had claimed it does not need.
local other = redis.call('HGET', plans, plan)
local spare = other and other ~= seat and seatAt(other)
if spare and spare.token then
  redis.call('HDEL', seats, other)
  redis.call('ZREM', open, other)
  redis.call('ZREM', holds, other)
  if tonumber(other) then redis.call('ZADD', free, other, other) end
end

local person = (present and present.plan == plan and present.person) or (spare and spare.person) or nil
local since = (present and present.plan == plan and present.since) or (spare and spare.since) or nil
local occupant = { plan = plan, user = user, at = now, since = since, person = person, call = ARGV[5] }
redis.call('HSET', seats, seat, cjson.encode(occupant))
redis.call('HSET', plans, plan, seat)
redis.call('ZREM', open, seat)
redis.call('ZREM', holds, seat)
redis.call('ZREM', free, seat)
note('redeemed', seat, user)
return { now, since or 0, ifUsedUp() }
