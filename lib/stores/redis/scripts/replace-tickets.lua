-- Stores a subject's tickets if their revision is the expected one, or if this very call stored them before.
-- KEYS: tickets
-- ARGV: revision, text, expires, skewMs, call
-- returns: 1, or 0 when another call was first
local revision, call = unpack(redis.call('HMGET', KEYS[1], 'revision', 'call'))
if call == ARGV[5] then return 1 end
if tonumber(revision or 0) ~= tonumber(ARGV[1]) then return 0 end
redis.call('HSET', KEYS[1], 'revision', ARGV[1] + 1, 'text', ARGV[2], 'call', ARGV[5])
redis.call('PEXPIREAT', KEYS[1], string.format('%.0f', ARGV[3] - ARGV[4]))
return 1
