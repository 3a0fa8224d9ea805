-- Stores the next version of the flows, and removes the oldest ones.
-- KEYS: newest, entries, files
-- ARGV: after, entry, text, kept
-- returns: 1 where it is stored, by this call or the same one before, or 0; the newest version
local newest, entries, files = unpack(KEYS)
local present = tonumber(redis.call('GET', newest) or '0')
local number = tonumber(ARGV[1]) + 1
if present == number and redis.call('HGET', entries, present) == ARGV[2] then return { 1, present } end
if present ~= number - 1 then return { 0, present } end
redis.call('HSET', files, number, ARGV[3])
redis.call('HSET', entries, number, ARGV[2])
redis.call('SET', newest, number)
local old = number - tonumber(ARGV[4])
while old > 0 and redis.call('HDEL', entries, old) == 1 do
  redis.call('HDEL', files, old)
  old = old - 1
end
return { 1, number }
