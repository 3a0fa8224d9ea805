-- Adds points to a counter, or takes them back; its window starts with the first point. It never falls below zero.
-- KEYS: counter
-- ARGV: points, windowSeconds
-- returns: { sum, milliseconds until the window ends }
local points = tonumber(ARGV[1])
local sum = tonumber(redis.call('GET', KEYS[1]) or 0) + points
local left = redis.call('PTTL', KEYS[1])
if left > 0 then
  redis.call('SET', KEYS[1], math.max(sum, 0), 'KEEPTTL')
elseif points > 0 then
  left = ARGV[2] * 1000
  redis.call('SET', KEYS[1], points, 'PX', left)
end
return { math.max(sum, 0), left }
