-- Lengthens the lease of a claim that is still held under its token.
-- KEYS: seats, open
-- ARGV: seat, token, leaseMs, skewMs
-- returns: 1, or 0 when it is not held
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[4]

local occupant = redis.call('HGET', KEYS[1], ARGV[1])
if not occupant or cjson.decode(occupant).token ~= ARGV[2] then return 0 end
redis.call('ZADD', KEYS[2], now + ARGV[3], ARGV[1])
return 1
