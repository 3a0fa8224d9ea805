-- Keeps the true cause of a refusal under its reference, forgets the oldest one, and counts.
-- KEYS: causes, order, counts
-- ARGV: reference, cause, json, kept
-- returns: 1
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
redis.call('RPUSH', KEYS[2], ARGV[1])
redis.call('HINCRBY', KEYS[3], ARGV[2], 1)
while redis.call('LLEN', KEYS[2]) > tonumber(ARGV[4]) do
  redis.call('HDEL', KEYS[1], redis.call('LPOP', KEYS[2]))
end
return 1
