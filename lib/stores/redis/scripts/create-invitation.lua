-- Stores a new invitation unless its id is there.
-- KEYS: record, ledger
-- ARGV: json, version, max, notBefore, expires, revokedAt, skewMs
-- returns: 1, or 0 when it is there already
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[7]

if redis.call('HEXISTS', KEYS[1], 'json') == 1 then return 0 end
redis.call('HSET', KEYS[1], 'json', ARGV[1], 'version', ARGV[2], 'max', ARGV[3],
  'notBefore', ARGV[4], 'expires', ARGV[5], 'revokedAt', ARGV[6])
redis.call('XADD', KEYS[2], '*', 'at', now, 'kind', 'issued')
return 1
