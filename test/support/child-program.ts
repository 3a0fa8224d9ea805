import type { Express } from 'express';

/** A setting that the test passes to a program in a process of its own. */
export function setting(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set`);
  return value;
}

/** Kills this process at the moment that `DIES_AT` names, as a crash would. */
export function passAlive(moment: string): void {
  if (moment === process.env['DIES_AT']) process.kill(process.pid, 'SIGKILL');
}

/** Listens at `PORT`, and prints the address once `ready` resolves. */
export function serve(app: Express, ready: () => Promise<unknown>): void {
  const port = Number(setting('PORT'));
  app.listen(port, () => {
    void ready().then(() => console.log(`http://localhost:${port}`));
  });
}
