-- Keeps the true causes of refusals under their references, forgets the oldest ones, and counts.
-- KEYS: causes, order, counts
-- ARGV: kept, causes, causesCounts, referencesJsons...
-- returns: 1
local causes, order, counts = unpack(KEYS)
local first = 3 + 2 * ARGV[2]
for at = 3, first - 1, 2 do redis.call('HINCRBY', counts, ARGV[at], ARGV[at + 1]) end
for at = first, #ARGV, 2 do
  redis.call('HSET', causes, ARGV[at], ARGV[at + 1])
  redis.call('RPUSH', order, ARGV[at])
end
while redis.call('LLEN', order) > tonumber(ARGV[1]) do
  redis.call('HDEL', causes, redis.call('LPOP', order))
end
return 1
