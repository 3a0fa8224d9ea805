-- Lists items that were given up, the latest first.
-- KEYS: items, attempts, dead, errors
-- ARGV: limit
-- returns: { id, text, attempts, error, when, … }
local items, attempts, dead, errors = unpack(KEYS)
local listed = redis.call('ZREVRANGE', dead, 0, ARGV[1] - 1, 'WITHSCORES')
local answer = {}
for at = 1, #listed, 2 do
  local id = listed[at]
  answer[#answer + 1] = id
  answer[#answer + 1] = redis.call('HGET', items, id) or ''
  answer[#answer + 1] = redis.call('HGET', attempts, id) or '0'
  answer[#answer + 1] = redis.call('HGET', errors, id) or ''
  answer[#answer + 1] = listed[at + 1]
end
return answer
