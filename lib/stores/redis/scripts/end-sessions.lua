-- Notes the epoch at which the sessions of a user were ended; a later one stays.
-- KEYS: ended
-- ARGV: epoch, seconds
-- returns: nothing
local ended = redis.call('GET', KEYS[1])
if not ended or tonumber(ended) < tonumber(ARGV[1]) then
  redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[2])
else
  redis.call('EXPIRE', KEYS[1], ARGV[2])
end
return nil
