-- Ends the hold of a plan. A place that an account is being written under stays.
-- KEYS: places, plans, open, free, ledger, holds, persons, call
-- ARGV: plan, skewMs
-- returns: 1, or 0 when there was none
local places, plans, open, free, ledger, holds, persons, call = unpack(KEYS)
if redis.call('GET', call) then return 1 end
local plan = ARGV[1]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[2]

local function note(kind, place)
  local entry = cjson.encode({ at = now, kind = kind, place = place })
  if redis.call('RPUSH', ledger, entry) > 10000 then redis.call('LPOP', ledger) end
end

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
note('released', place)
redis.call('SET', call, 1, 'EX', 60)
return 1
