-- Notes that a person is being erased, for commits that come later.
-- KEYS: erasure
-- ARGV: tombstone, tenant, ttlSeconds, skewMs
-- returns: 1
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[4]
local erasure = { tombstone = ARGV[1], tenant = ARGV[2], at = now }
redis.call('SET', KEYS[1], cjson.encode(erasure), 'EX', ARGV[3])
return 1
