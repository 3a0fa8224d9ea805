-- Replaces an invitation's record if the expected version is there. Seats stay as they are.
-- KEYS: record, ledger
-- ARGV: json, terms, by, expected, kind, skewMs, token
-- returns: 1, or 0 when another version or nothing is there, by another call than this one
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[6]

local version = string.match(redis.call('HGET', KEYS[1], 'terms') or '', '^%d+')
if version ~= ARGV[4] then
  return redis.call('HGET', KEYS[1], 'editToken') == ARGV[7] and 1 or 0
end
redis.call('HSET', KEYS[1], 'json', ARGV[1], 'terms', ARGV[2], 'editToken', ARGV[7])
local entry = { at = now, kind = ARGV[5], by = ARGV[3] ~= '' and ARGV[3] or nil }
if redis.call('RPUSH', KEYS[2], cjson.encode(entry)) > 10000 then redis.call('LPOP', KEYS[2]) end
return 1
