-- Forgets an item that was delivered, but for its id, so that putting it again puts nothing.
-- KEYS: items, due, attempts, tokens, done
-- ARGV: id, token, rememberedMs, mostRemembered, skewMs
-- returns: 1, or 0 when it is not held under the token
local items, due, attempts, tokens, done = unpack(KEYS)
local id = ARGV[1]
if redis.call('HGET', tokens, id) ~= ARGV[2] then return 0 end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[5]
for _, hash in ipairs({ items, attempts, tokens }) do redis.call('HDEL', hash, id) end
redis.call('ZREM', due, id)
redis.call('ZADD', done, now, id)
redis.call('ZREMRANGEBYSCORE', done, '-inf', now - ARGV[3])
redis.call('ZREMRANGEBYRANK', done, 0, -1 - ARGV[4])
return 1
