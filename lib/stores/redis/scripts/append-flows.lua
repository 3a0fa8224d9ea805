-- Stores the next version of the flows, and removes the oldest ones.
-- KEYS: newest, entries, files
-- ARGV: after, entry, text, kept
-- returns: 1 where it is stored, by this call or the same one before, or 0; the newest version
local newest, entries, files = unpack(KEYS)
-- At most 15 decimal digits, as flow-store.ts reads them; else nil.
local function number_of(text)
  if not text or #text > 15 or not (text == '0' or string.match(text, '^[1-9]%d*$')) then return nil end
  return tonumber(text)
end
local kept = {}
for _, version in ipairs(redis.call('HKEYS', entries)) do table.insert(kept, number_of(version) or 0) end
table.sort(kept, function(a, b) return a > b end)
-- Where another program has written what is no number, a lower one, or has removed it, the newest kept version counts.
local present = math.max(number_of(redis.call('GET', newest)) or 0, kept[1] or 0)
local number = tonumber(ARGV[1]) + 1
if present == number and redis.call('HGET', entries, present) == ARGV[2] then return { 1, present } end
if present ~= number - 1 then return { 0, present } end
redis.call('HSET', files, number, ARGV[3])
redis.call('HSET', entries, number, ARGV[2])
redis.call('SET', newest, number)
for place = tonumber(ARGV[4]), #kept do
  redis.call('HDEL', entries, kept[place])
  redis.call('HDEL', files, kept[place])
end
return { 1, number }
