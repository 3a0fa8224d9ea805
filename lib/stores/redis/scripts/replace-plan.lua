-- Stores the next revision of a plan if the expected one is there.
-- KEYS: plan
-- ARGV: revision, text, ttlSeconds
-- returns: 1, or what is there instead (nil for nothing)
local present = redis.call('GET', KEYS[1])
local expected = ARGV[1] .. ':'
if not present or string.sub(present, 1, #expected) ~= expected then return present end
redis.call('SET', KEYS[1], (ARGV[1] + 1) .. ':' .. ARGV[2], 'EX', ARGV[3])
return 1
