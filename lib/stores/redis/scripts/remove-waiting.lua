-- Takes an entry off the waitlist, with the way from its invitations to it, if the expected version is there.
-- KEYS: entries, invitations, all, state, tenantAll, tenantState, call
-- ARGV: id, version, invitations...
-- returns: 1, or 0 when another version or nothing is there
if redis.call('GET', KEYS[7]) then return 1 end
local there = redis.call('HGET', KEYS[1], ARGV[1])
if string.match(there or '', '^(%d+) ') ~= ARGV[2] then return 0 end

redis.call('HDEL', KEYS[1], ARGV[1])
for at = 3, #ARGV do redis.call('HDEL', KEYS[2], ARGV[at]) end
for at = 3, 6 do redis.call('ZREM', KEYS[at], ARGV[1]) end
redis.call('SET', KEYS[7], 1, 'EX', 60)
return 1
