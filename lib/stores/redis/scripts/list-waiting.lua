-- Lists entries of the waitlist by place. Changes nothing.
-- KEYS: index, entries
-- ARGV: after, limit
-- returns: their values; nil for one that is none of ours
local ids = redis.call('ZRANGEBYSCORE', KEYS[1], '(' .. ARGV[1], '+inf', 'LIMIT', 0, ARGV[2])
if #ids == 0 then return {} end
return redis.call('HMGET', KEYS[2], unpack(ids))
