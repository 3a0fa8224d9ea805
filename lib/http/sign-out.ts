import type { Request, Response } from 'express';
import type { Login } from './login/login.js';
import type { Web } from './web.js';

/**
 * Signs out, and takes the flows' cookies out of the browser: a finished plan would sign in again for two minutes
 * when its last form is sent once more, and whoever signs out means it.
 */
export async function signOut<User>(web: Web, login: Login<User>, req: Request, res: Response): Promise<void> {
  await login.signOut?.(req, res);
  for (const slug of web.flows.keys()) {
    const jar = web.cookies(slug, req);
    jar.clear('plan');
    res.append('Set-Cookie', [...jar.lines()]);
  }
}
