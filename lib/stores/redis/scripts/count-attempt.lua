-- Adds points to a counter, or takes them back; its window starts with the first point. It never falls below zero.
-- KEYS: counter
-- ARGV: points, windowSeconds, token
-- returns: { sum, milliseconds until the window ends }
-- Behind the point of the sum stands the token of the call that counted last: sent again, it counts once.
local points = tonumber(ARGV[1])
local counted, last = string.match(redis.call('GET', KEYS[1]) or '', '^(%d+)%.?(%d*)')
local sum = tonumber(counted or 0)
local left = redis.call('PTTL', KEYS[1])
if points == 0 or (left > 0 and last == ARGV[3]) then return { sum, left } end
sum = math.max(sum + points, 0)
local value = string.format('%d.%s', sum, ARGV[3])
if left > 0 then
  redis.call('SET', KEYS[1], value, 'KEEPTTL')
elseif points > 0 then
  left = ARGV[2] * 1000
  sum = points
  redis.call('SET', KEYS[1], string.format('%d.%s', sum, ARGV[3]), 'PX', left)
end
return { sum, left }
