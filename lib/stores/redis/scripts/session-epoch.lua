-- Raises the epoch of sessions to Redis' clock, or makes the next one for an end. It never goes back.
-- KEYS: epoch
-- ARGV: mode, least, ahead, seconds
-- mode: "read" or "next"; least: the epoch that the caller gives at present, 0 where it has none; ahead: how much more
-- than the stored epoch others may give, where Redis' clock was set back and the caller has none to compare
-- returns: the epoch, in microseconds since 1970
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000000 + tonumber(time[2])
local last = tonumber(redis.call('GET', KEYS[1]) or 0)
if now < last then last = last + tonumber(ARGV[3]) end
last = math.max(now, last, tonumber(ARGV[2]))
if ARGV[1] == 'next' then last = last + 1 end
local epoch = string.format('%.0f', last)
redis.call('SET', KEYS[1], epoch, 'EX', ARGV[4])
return epoch
