-- Notes how an account came in, and tells whether its person is being erased.
-- KEYS: origin, erasure
-- ARGV: origin
-- returns: what is noted of the erasure, or nil
redis.call('SET', KEYS[1], ARGV[1])
return redis.call('GET', KEYS[2])
