/** Acme, an OpenID provider for the example: oidc-provider on loopback, where you choose a person by a click. */
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import ejs from 'ejs';
import express, { type Response } from 'express';
import { portOf } from './listening.js';
import { isPersonId, people, remarks } from './people.js';

export interface ProviderSettings {
  /** 0: any free port. */
  readonly port: number;
  readonly clientId: string;
  readonly clientSecret: string;
  /** The app that sends people here. */
  readonly app: { readonly name: string; readonly home: string; readonly callback: string };
}

export interface RunningProvider {
  readonly issuer: string;
  close(): Promise<void>;
}

const view = fileURLToPath(new URL('../../../examples/sso-gate/views/acme.ejs', import.meta.url));

export async function startProvider({ port, clientId, clientSecret, app }: ProviderSettings): Promise<RunningProvider> {
  const pages = express();
  pages.disable('x-powered-by');
  const server = pages.listen(port, '127.0.0.1');
  const issuer = `http://127.0.0.1:${await portOf(server, 'PROVIDER_PORT')}`;

  const page = (locals: { readonly choose: boolean; readonly problem: string | null }): Promise<string> =>
    ejs.renderFile(view, { ...locals, app, people: Object.entries(people), remarks });
  const over = 'This page is out of date: the sign-in that it belonged to has ended.';

  // It warns of older versions of Node and of development keys and memory, which are intended here.
  const { warn } = console;
  console.warn = () => undefined;
  const { default: Provider, errors, interactionPolicy } = await import('oidc-provider');
  const policy = interactionPolicy.base();
  policy.add(new interactionPolicy.Prompt({ name: 'select_account', requestable: true }));
  const provider = new Provider(issuer, {
    clients: [{ client_id: clientId, client_secret: clientSecret, redirect_uris: [app.callback] }],
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name', 'preferred_username'] },
    features: { devInteractions: { enabled: false } },
    pkce: { required: () => true },
    interactions: { policy, url: (_ctx, { uid }) => `/interaction/${uid}` },
    ttl: { AccessToken: 600, AuthorizationCode: 60, Grant: 600, IdToken: 600, Interaction: 3600, Session: 600 },
    findAccount: (_ctx, id) =>
      isPersonId(id) ? { accountId: id, claims: () => ({ sub: id, ...people[id] }) } : undefined,
    // No consent page: the club gets all claims.
    async loadExistingGrant({ oidc }) {
      const grant = new oidc.provider.Grant({ clientId: oidc.client?.clientId, accountId: oidc.session?.accountId });
      grant.addOIDCScope('openid profile email');
      await grant.save();
      return grant;
    },
    async renderError(ctx, { error_description: problem = 'Something went wrong.' }, error) {
      ctx.type = 'html';
      ctx.body = await page({ choose: false, problem: error instanceof errors.SessionNotFound ? over : problem });
    },
  });
  console.warn = warn;

  pages.get('/', async (_req, res) => {
    res.send(await page({ choose: false, problem: null }));
  });
  // Acme keeps no session: it asks at each sign-in.
  pages.use('/auth', (req, _res, next) => {
    req.headers.cookie = (req.headers.cookie ?? '').replace(/(^|; )_session(\.\w+)?=[^;]*/g, '');
    next();
  });
  pages.get('/interaction/:uid', (req, res) =>
    answer(res, async () => {
      await provider.interactionDetails(req, res);
      res.set('Cache-Control', 'no-store').send(await page({ choose: true, problem: null }));
    }),
  );
  pages.post('/interaction/:uid', express.urlencoded({ extended: false }), (req, res) =>
    answer(res, async () => {
      const person: unknown = req.body?.person;
      const said = isPersonId(person)
        ? { login: { accountId: person }, select_account: {} }
        : { error: 'access_denied', error_description: 'The person said no' };
      await provider.interactionFinished(req, res, said, { mergeWithLastSubmission: false });
    }),
  );
  pages.use(provider.callback());

  /** Shown if the sign-in has expired. */
  async function answer(res: Response, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof errors.SessionNotFound)) throw error;
      res.status(400).send(await page({ choose: false, problem: over }));
    }
  }

  return {
    issuer,
    async close() {
      server.close();
      server.closeIdleConnections();
      await once(server, 'close');
    },
  };
}
