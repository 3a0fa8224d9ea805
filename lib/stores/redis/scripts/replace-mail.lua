-- Replaces the record of a mail if it is still of the revision that was read.
-- KEYS: records, ended
-- ARGV: key, revision, text, isEnded, skewMs
-- returns: 1, or 0 when it has another revision, or is gone
local records, ended = unpack(KEYS)
local present = redis.call('HGET', records, ARGV[1])
if not present then return 0 end
-- The same call again: its answer was lost.
if present == ARGV[3] then return 1 end
local readable, record = pcall(cjson.decode, present)
if not readable or record.revision ~= tonumber(ARGV[2]) then return 0 end
redis.call('HSET', records, ARGV[1], ARGV[3])
if ARGV[4] == '1' then
  local time = redis.call('TIME')
  redis.call('ZADD', ended, time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[5], ARGV[1])
else
  redis.call('ZREM', ended, ARGV[1])
end
return 1
