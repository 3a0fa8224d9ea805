-- Replaces an invitation's record if the expected version is there. Seats stay as they are.
-- KEYS: record, ledger
-- ARGV: json, version, max, notBefore, expires, revokedAt, holdMs, onePerPerson, by, expected, kind, skewMs, token
-- returns: 1, or 0 when another version or nothing is there, by another call than this one
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[12]

if redis.call('HGET', KEYS[1], 'version') ~= ARGV[10] then
  return redis.call('HGET', KEYS[1], 'editToken') == ARGV[13] and 1 or 0
end
redis.call('HSET', KEYS[1], 'json', ARGV[1], 'version', ARGV[2], 'max', ARGV[3],
  'notBefore', ARGV[4], 'expires', ARGV[5], 'revokedAt', ARGV[6], 'holdMs', ARGV[7], 'onePerPerson', ARGV[8],
  'editToken', ARGV[13])
local entry = { at = now, kind = ARGV[11], by = ARGV[9] ~= '' and ARGV[9] or nil }
if redis.call('RPUSH', KEYS[2], cjson.encode(entry)) > 10000 then redis.call('LPOP', KEYS[2]) end
return 1
