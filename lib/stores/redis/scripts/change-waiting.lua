-- Replaces an entry of the waitlist if the expected version is there; its place stays.
-- KEYS: entries, invitations, from, to, tenantFrom, tenantTo, call
-- ARGV: id, version, state, json, invitation
-- returns: 1, or 0 when another version or nothing is there
if redis.call('GET', KEYS[7]) then return 1 end
local there = redis.call('HGET', KEYS[1], ARGV[1])
local version, place = string.match(there or '', '^(%d+) %l+ (%d+) {')
if version ~= ARGV[2] then return 0 end

redis.call('HSET', KEYS[1], ARGV[1], (version + 1) .. ' ' .. ARGV[3] .. ' ' .. place .. ' ' .. ARGV[4])
if ARGV[5] ~= '' then redis.call('HSET', KEYS[2], ARGV[5], ARGV[1]) end
redis.call('ZREM', KEYS[3], ARGV[1])
redis.call('ZADD', KEYS[4], place, ARGV[1])
redis.call('ZREM', KEYS[5], ARGV[1])
redis.call('ZADD', KEYS[6], place, ARGV[1])
redis.call('SET', KEYS[7], 1, 'EX', 60)
return 1
