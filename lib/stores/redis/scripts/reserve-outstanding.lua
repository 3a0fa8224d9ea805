-- Counts an invitation as outstanding for a while, unless a ceiling is reached.
-- KEYS: countsAndLeaving...
-- the second half: for each count, the ids in it that end in favor of others, until the reservations of these end
-- ARGV: id, leaseMs, skewMs, ceilings, instead...
-- ceilings: JSON, a number or false for each count
-- returns: 0 when it is counted, or the number of the count whose ceiling is reached
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[3]
local ceilings = cjson.decode(ARGV[4])
local counts = #KEYS / 2

for _, key in ipairs(KEYS) do redis.call('ZREMRANGEBYSCORE', key, '-inf', now) end
if redis.call('ZSCORE', KEYS[1], ARGV[1]) then
  -- It goes on, also where it was to end in favor of another one.
  for at = 1, counts do redis.call('ZREM', KEYS[counts + at], ARGV[1]) end
  return 0
end

for at = 1, counts do
  if ceilings[at] then
    local count = redis.call('ZCARD', KEYS[at])
    local leaving = {}
    for _, id in ipairs(redis.call('ZRANGE', KEYS[counts + at], 0, -1)) do
      leaving[id] = true
      -- Its successor has its place already.
      if redis.call('ZSCORE', KEYS[at], id) then count = count - 1 end
    end
    for one = 5, #ARGV do
      if not leaving[ARGV[one]] and redis.call('ZSCORE', KEYS[at], ARGV[one]) then count = count - 1 end
    end
    if count >= ceilings[at] then return at end
  end
end

for at = 1, counts do
  redis.call('ZADD', KEYS[at], now + ARGV[2], ARGV[1])
  redis.call('ZREM', KEYS[counts + at], ARGV[1])
  for one = 5, #ARGV do
    if redis.call('ZSCORE', KEYS[at], ARGV[one]) then
      redis.call('ZADD', KEYS[counts + at], now + ARGV[2], ARGV[one])
      redis.call('PEXPIREAT', KEYS[counts + at], string.format('%.0f', now - ARGV[3] + ARGV[2]))
    end
  end
end
return 0
