-- Replaces an invitation's record if the expected version is there. Places stay as they are.
-- KEYS: record, ledger
-- ARGV: json, version, max, notBefore, expires, revokedAt, expected, kind, skewMs
-- returns: 1, or 0 when another version or nothing is there
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[9]

if redis.call('HGET', KEYS[1], 'version') ~= ARGV[7] then return 0 end
redis.call('HSET', KEYS[1], 'json', ARGV[1], 'version', ARGV[2], 'max', ARGV[3],
  'notBefore', ARGV[4], 'expires', ARGV[5], 'revokedAt', ARGV[6])
redis.call('XADD', KEYS[2], 'MAXLEN', '~', 10000, '*', 'at', now, 'kind', ARGV[8])
return 1
