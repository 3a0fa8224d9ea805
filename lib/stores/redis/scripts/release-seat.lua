-- Gives a seat back that is still claimed under its token: to its hold while that runs, else to everybody.
-- KEYS: seats, plans, open, free, ledger, holds, persons, call
-- ARGV: seat, token, skewMs
-- returns: 1, or 0 when it is not held
local seats, plans, open, free, ledger, holds, persons, call = unpack(KEYS)
if redis.call('GET', call) then return 1 end
local seat = ARGV[1]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[3]

local function note(kind, seat)
  local entry = cjson.encode({ at = now, kind = kind, seat = seat })
  if redis.call('RPUSH', ledger, entry) > 10000 then redis.call('LPOP', ledger) end
end

local occupant = redis.call('HGET', seats, seat)
occupant = occupant and cjson.decode(occupant)
if not occupant or occupant.token ~= ARGV[2] then return 0 end
redis.call('SET', call, 1, 'EX', 60)

if occupant.hold and occupant.hold > now then
  occupant.writing = nil
  -- The writer's token does not apply to the hold.
  occupant.token = ''
  redis.call('HSET', seats, seat, cjson.encode(occupant))
  redis.call('ZADD', open, occupant.hold, seat)
  redis.call('ZADD', holds, occupant.hold, seat)
  return 1
end

redis.call('HDEL', seats, seat)
redis.call('HDEL', plans, occupant.plan)
redis.call('ZREM', open, seat)
redis.call('ZREM', holds, seat)
if occupant.person then redis.call('HDEL', persons, occupant.person) end
if tonumber(seat) then redis.call('ZADD', free, seat, seat) end
note('released', seat)
return 1
