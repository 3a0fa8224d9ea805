-- Notes how an account came in, or what it accepted, and tells whether its person is being erased.
-- KEYS: origin, erasure, acceptances
-- ARGV: origin, acceptedInvitation
-- returns: what is noted of the erasure, or nil
if ARGV[2] == '' then
  redis.call('SET', KEYS[1], ARGV[1])
else
  redis.call('HSET', KEYS[3], ARGV[2], ARGV[1])
end
return redis.call('GET', KEYS[2])
