-- Reads a session. A visit puts off its idle end, never its absolute one.
-- KEYS: session
-- ARGV: idleSeconds, absoluteSeconds, nowSeconds
-- returns: the session's text, or nil
local text = redis.call('GET', KEYS[1])
if not text then return nil end
local started = string.match(text, '^{"enrollmentStartedAt":(%d+)')
if not started then return text end
local left = started + ARGV[2] - ARGV[3]
if left > 0 then
  redis.call('EXPIRE', KEYS[1], math.min(tonumber(ARGV[1]), left))
  return text
end
redis.call('DEL', KEYS[1])
return nil
