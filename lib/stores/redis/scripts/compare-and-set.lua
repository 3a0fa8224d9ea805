-- Replaces or removes a string that still has the expected value.
-- KEYS: value
-- ARGV: expected, value, ttlSeconds
-- without value and ttlSeconds: the key is removed
-- returns: 1, or 0 when another value or none is there
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
if ARGV[2] then
  redis.call('SET', KEYS[1], ARGV[2], 'EX', ARGV[3])
else
  redis.call('DEL', KEYS[1])
end
return 1
