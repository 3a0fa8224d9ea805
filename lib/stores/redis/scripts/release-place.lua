-- Gives a place back that is still claimed under its token: to its hold while that runs, else to everybody.
-- KEYS: places, plans, open, free, ledger, holds, persons, call
-- ARGV: place, token, skewMs
-- returns: 1, or 0 when it is not held
local places, plans, open, free, ledger, holds, persons, call = unpack(KEYS)
if redis.call('GET', call) then return 1 end
local place = ARGV[1]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[3]

local function note(kind, place)
  local entry = cjson.encode({ at = now, kind = kind, place = place })
  if redis.call('RPUSH', ledger, entry) > 10000 then redis.call('LPOP', ledger) end
end

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
note('released', place)
return 1
