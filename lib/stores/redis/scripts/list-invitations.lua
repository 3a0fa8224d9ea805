-- Lists ids of an index, the newest first.
-- KEYS: index
-- ARGV: limit, after
-- returns: ids; those behind "after" where it is given and known
local rank = ARGV[2] ~= '' and redis.call('ZREVRANK', KEYS[1], ARGV[2])
local start = rank and rank + 1 or 0
return redis.call('ZREVRANGE', KEYS[1], start, start + ARGV[1] - 1)
