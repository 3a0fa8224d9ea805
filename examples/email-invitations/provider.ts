/**
 * The club as an OpenID provider for its other apps: oidc-provider, whose accounts are those of the kit, and whose
 * sign-in page is the kit's.
 */
import type { Express } from 'express';
import type { Enrollment } from './club.js';
import type { Accounts } from './accounts.js';

export interface ProviderSettings {
  readonly baseUrl: string;
  readonly client: { readonly clientId: string; readonly clientSecret: string; readonly callback: string };
  readonly accounts: Accounts;
  readonly enrollment: Enrollment;
}

/** Adds the provider to the app, below `/oidc`. Returns its issuer. */
export async function addProvider(
  app: Express,
  { baseUrl, client, accounts: { users }, enrollment }: ProviderSettings,
): Promise<string> {
  const issuer = `${baseUrl}/oidc`;
  // It warns of older versions of Node and of development keys and memory, which are intended here.
  const { warn } = console;
  console.warn = () => undefined;
  const { default: Provider } = await import('oidc-provider');
  const provider = new Provider(issuer, {
    clients: [{ client_id: client.clientId, client_secret: client.clientSecret, redirect_uris: [client.callback] }],
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
    features: { devInteractions: { enabled: false } },
    // passport-openidconnect sends none.
    pkce: { required: () => false },
    interactions: { url: (_ctx, { uid }) => `/interaction/${uid}` },
    ttl: { AccessToken: 600, AuthorizationCode: 60, Grant: 600, IdToken: 600, Interaction: 3600, Session: 600 },
    async findAccount(_ctx, id) {
      const user = await users.findById(id);
      if (user === null) return undefined;
      const { email, emailVerified = false } = users.toProfile(user);
      return {
        accountId: id,
        claims: () => ({
          sub: id,
          name: user.name ?? undefined,
          email: email ?? undefined,
          email_verified: emailVerified,
        }),
      };
    },
    // No consent page: the app is the club's own.
    async loadExistingGrant({ oidc }) {
      const grant = new oidc.provider.Grant({ clientId: oidc.client?.clientId, accountId: oidc.session?.accountId });
      grant.addOIDCScope('openid profile email');
      await grant.save();
      return grant;
    },
  });
  console.warn = warn;

  // The session of the kit decides who is signed in: the provider keeps none of its own.
  app.use('/oidc/auth', (req, _res, next) => {
    req.headers.cookie = (req.headers.cookie ?? '').replace(/(^|; )_session(\.\w+)?=[^;]*/g, '');
    next();
  });
  app.get('/interaction/:uid', async (req, res) => {
    const { params } = await provider.interactionDetails(req, res);
    const user = await enrollment.currentUser(req);
    if (user === null) {
      const signIn = new URL(enrollment.flowUrl('sign-in'));
      signIn.searchParams.set('next', req.path);
      // The kit's page fills it in.
      if (typeof params['login_hint'] === 'string') signIn.searchParams.set('login_hint', params['login_hint']);
      res.redirect(303, signIn.href);
      return;
    }
    const login = { accountId: user.id };
    await provider.interactionFinished(req, res, { login }, { mergeWithLastSubmission: false });
  });
  app.use('/oidc', provider.callback());
  return issuer;
}
