/**
 * What is taken for an ioredis client or cluster, 5 or 6. A client of the package "redis" (node-redis) has neither and
 * does not compile; the kit checks again at start.
 */
export interface RedisClient {
  readonly status: string;
  call(command: string, args: (string | number)[]): Promise<unknown>;
}
