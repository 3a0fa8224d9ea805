-- Stores the record of a new mail, and removes old ones of mails that ended.
-- KEYS: records, order, ended, sequence
-- ARGV: key, text, keptMs, most, skewMs
-- returns: 1, or 0 where there is another record with the key
local records, order, ended, sequence = unpack(KEYS)
local present = redis.call('HGET', records, ARGV[1])
if present then return present == ARGV[2] and 1 or 0 end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[5]
local old = redis.call('ZRANGEBYSCORE', ended, '-inf', now - ARGV[3], 'LIMIT', 0, 50)
local over = math.min(50, redis.call('ZCARD', ended) - #old - tonumber(ARGV[4]))
if over > 0 then
  for _, key in ipairs(redis.call('ZRANGE', ended, #old, #old + over - 1)) do old[#old + 1] = key end
end
for _, key in ipairs(old) do
  redis.call('HDEL', records, key)
  redis.call('ZREM', order, key)
  redis.call('ZREM', ended, key)
end
redis.call('HSET', records, ARGV[1], ARGV[2])
redis.call('ZADD', order, redis.call('INCR', sequence), ARGV[1])
return 1
