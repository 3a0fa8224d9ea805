-- Counts entries of the waitlist by state. Changes nothing.
-- KEYS: waiting, approved, sent, failed, refused, joined
-- ARGV: none
-- returns: six numbers in the order of the keys
local counts = {}
for at = 1, #KEYS do counts[at] = redis.call('ZCARD', KEYS[at]) end
return counts
