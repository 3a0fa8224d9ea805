-- Stores a new invitation unless its id is there. Its ledger begins with its first use.
-- KEYS: record
-- ARGV: json, terms, by, skewMs, token
-- returns: 1, or 0 when it is there already and was not stored by this very call
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[4]

if redis.call('HEXISTS', KEYS[1], 'json') == 1 then
  return string.match(redis.call('HGET', KEYS[1], 'issued') or '', '^%d+ (%S+)') == ARGV[5] and 1 or 0
end
redis.call('HSET', KEYS[1], 'json', ARGV[1], 'terms', ARGV[2],
  'issued', string.format('%.0f %s %s', now, ARGV[5], ARGV[3]))
return 1
