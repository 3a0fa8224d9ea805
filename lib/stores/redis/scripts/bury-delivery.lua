-- Gives an item up; it is kept for administrators, and the oldest ones go when there are too many.
-- KEYS: items, due, attempts, tokens, dead, errors
-- ARGV: id, token, error, mostDead, skewMs
-- returns: how many went, or -1 when the item is not held under the token
local items, due, attempts, tokens, dead, errors = unpack(KEYS)
local id = ARGV[1]
if redis.call('HGET', tokens, id) ~= ARGV[2] then return -1 end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[5]
redis.call('HDEL', tokens, id)
redis.call('ZREM', due, id)
redis.call('ZADD', dead, now, id)
redis.call('HSET', errors, id, ARGV[3])
local dropped = 0
while redis.call('ZCARD', dead) > tonumber(ARGV[4]) do
  local oldest = redis.call('ZPOPMIN', dead)[1]
  for _, hash in ipairs({ items, attempts, errors }) do redis.call('HDEL', hash, oldest) end
  dropped = dropped + 1
end
return dropped
