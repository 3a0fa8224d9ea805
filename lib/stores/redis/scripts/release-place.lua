-- Frees a place that is still claimed under its token.
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
