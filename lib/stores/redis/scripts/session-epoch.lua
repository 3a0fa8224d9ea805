-- Reads Redis' clock and the last epoch at which sessions ended, or makes the next such epoch.
-- KEYS: epoch
-- ARGV: 'read' | 'next', seconds
-- returns: {time, last}, in microseconds since 1970
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000000 + tonumber(time[2])
local last = tonumber(redis.call('GET', KEYS[1]) or 0)
if ARGV[1] == 'next' then
  last = math.max(now, last) + 1
  redis.call('SET', KEYS[1], string.format('%.0f', last), 'EX', ARGV[2])
end
return { string.format('%.0f', now), string.format('%.0f', last) }
