-- Gives an item back that could not be delivered now.
-- KEYS: due, tokens
-- ARGV: id, token, delayMs, skewMs
-- returns: 1, or 0 when it is not held under the token
local due, tokens = unpack(KEYS)
local id = ARGV[1]
if redis.call('HGET', tokens, id) ~= ARGV[2] then return 0 end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[4]
redis.call('HDEL', tokens, id)
redis.call('ZADD', due, now + ARGV[3], id)
return 1
