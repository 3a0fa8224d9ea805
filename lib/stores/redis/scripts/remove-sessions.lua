-- Forgets sessions of a user.
-- KEYS: sessions, order
-- ARGV: ids...
-- returns: nothing
for _, id in ipairs(ARGV) do
  redis.call('HDEL', KEYS[1], id)
  redis.call('ZREM', KEYS[2], id)
end
return nil
