-- Ends the hold of a plan. A seat that an account is being written under stays.
-- KEYS: seats, plans, open, free, ledger, holds, persons, call
-- ARGV: plan, skewMs
-- returns: 1, or 0 when there was none
local seats, plans, open, free, ledger, holds, persons, call = unpack(KEYS)
if redis.call('GET', call) then return 1 end
local plan = ARGV[1]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[2]

local function note(kind, seat)
  local entry = cjson.encode({ at = now, kind = kind, seat = seat })
  if redis.call('RPUSH', ledger, entry) > 10000 then redis.call('LPOP', ledger) end
end

local seat = redis.call('HGET', plans, plan)
local occupant = seat and redis.call('HGET', seats, seat)
occupant = occupant and cjson.decode(occupant)
if not occupant or occupant.plan ~= plan or not occupant.hold or occupant.writing or occupant.user then return 0 end

redis.call('HDEL', seats, seat)
redis.call('HDEL', plans, plan)
redis.call('ZREM', open, seat)
redis.call('ZREM', holds, seat)
if occupant.person then redis.call('HDEL', persons, occupant.person) end
if tonumber(seat) then redis.call('ZADD', free, seat, seat) end
note('released', seat)
redis.call('SET', call, 1, 'EX', 60)
return 1
