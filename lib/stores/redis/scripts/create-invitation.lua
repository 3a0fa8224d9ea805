-- Stores a new invitation unless its id is there. Its ledger begins with its first use.
-- KEYS: record
-- ARGV: json, version, max, notBefore, expires, revokedAt, holdMs, onePerPerson, by, skewMs, token
-- returns: 1, or 0 when it is there already and was not stored by this very call
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[10]

if redis.call('HEXISTS', KEYS[1], 'json') == 1 then
  return redis.call('HGET', KEYS[1], 'token') == ARGV[11] and 1 or 0
end
redis.call('HSET', KEYS[1], 'json', ARGV[1], 'version', ARGV[2], 'max', ARGV[3],
  'notBefore', ARGV[4], 'expires', ARGV[5], 'revokedAt', ARGV[6], 'holdMs', ARGV[7], 'onePerPerson', ARGV[8],
  'issuedAt', now, 'issuedBy', ARGV[9], 'token', ARGV[11])
return 1
