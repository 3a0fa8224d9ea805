-- Stores a plan under its next revision if the expected one is there.
-- KEYS: plan
-- ARGV: revision, text, ttlSeconds, next
-- returns: 1, or what is there instead (nil for nothing)
local present = redis.call('GET', KEYS[1])
local expected = ARGV[1] .. ':'
if not present or string.sub(present, 1, #expected) ~= expected then return present end
redis.call('SET', KEYS[1], ARGV[4] .. ':' .. ARGV[2], 'EX', ARGV[3])
return 1
