-- Puts an entry at the end of the waitlist, unless it is there under one of its ids.
-- KEYS: entries, sequence, all, waiting, tenantAll, tenantWaiting, call
-- ARGV: id, json, ids...
-- returns: { 1, value } of the new entry, or { 0, value } of the one that is there
-- A value is "<version> <state> <place> <json>".
if redis.call('GET', KEYS[7]) then return { 1, redis.call('HGET', KEYS[1], ARGV[1]) } end
for at = 3, #ARGV do
  local there = redis.call('HGET', KEYS[1], ARGV[at])
  if there and string.find(there, '^%d+ %l+ %d+ {') then return { 0, there } end
end

local place = redis.call('INCR', KEYS[2])
local value = '1 waiting ' .. place .. ' ' .. ARGV[2]
redis.call('HSET', KEYS[1], ARGV[1], value)
for at = 3, 6 do redis.call('ZADD', KEYS[at], place, ARGV[1]) end
redis.call('SET', KEYS[7], 1, 'EX', 60)
return { 1, value }
