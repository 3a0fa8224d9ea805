/** The message, whether starting again may help, and the status of the page. */
interface Explained {
  readonly text:
    | 'source.denied'
    | 'source.failed'
    | 'source.untrusted'
    | 'source.not_allowed'
    | 'source.away'
    | 'source.unavailable'
    | 'source.expired'
    | 'source.used'
    | 'source.unknown'
    | 'source.other_browser'
    | 'source.disabled';
  readonly retryable: boolean;
  readonly status: 403 | 404 | 503;
}

const failed: Explained = { text: 'source.failed', retryable: true, status: 403 };
const misconfigured: Explained = { text: 'source.failed', retryable: false, status: 503 };
const untrusted: Explained = { text: 'source.untrusted', retryable: true, status: 403 };
const notAllowed: Explained = { text: 'source.not_allowed', retryable: true, status: 403 };
const away: Explained = { text: 'source.away', retryable: true, status: 503 };
const unknown: Explained = { text: 'source.unknown', retryable: true, status: 403 };

/** All unsuccessful outcomes of a sign-in at a provider. */
export const reasons = Object.freeze({
  'source.disabled': { text: 'source.disabled', retryable: false, status: 404 },
  'source.setup': misconfigured,
  'source.unexpected': failed,
  'store.away': { text: 'source.unavailable', retryable: true, status: 503 },

  'callback.malformed': unknown,
  'callback.issuer': untrusted,
  'callback.issuer_missing': untrusted,
  'callback.code_missing': failed,

  'state.missing': unknown,
  'state.unbound': { text: 'source.other_browser', retryable: true, status: 403 },
  'state.unknown': unknown,
  'state.replayed': { text: 'source.used', retryable: true, status: 403 },
  'state.expired': { text: 'source.expired', retryable: true, status: 403 },
  'state.other_source': unknown,

  'provider.denied': { text: 'source.denied', retryable: true, status: 403 },
  'provider.error': failed,
  // The same attempt is begun again at once, in another way.
  'provider.account_choice': failed,
  'provider.away': away,
  'provider.slow': away,
  'provider.redirects': away,
  'provider.too_large': away,
  'provider.insecure': misconfigured,

  'discovery.malformed': away,
  'discovery.issuer': misconfigured,
  'keys.malformed': away,
  'token.refused': failed,
  'token.malformed': failed,

  'id_token.missing': untrusted,
  'id_token.malformed': untrusted,
  'id_token.algorithm': untrusted,
  'id_token.key': untrusted,
  'id_token.signature': untrusted,
  'id_token.issuer': untrusted,
  'id_token.audience': untrusted,
  'id_token.party': untrusted,
  'id_token.expired': untrusted,
  'id_token.issued_at': untrusted,
  'id_token.subject': untrusted,
  'id_token.nonce': untrusted,
  'id_token.at_hash': untrusted,

  'user_info.refused': failed,
  'user_info.malformed': untrusted,
  'user_info.subject': untrusted,

  'identity.tenant': notAllowed,
  'identity.hosted_domain': notAllowed,
  'identity.refused': notAllowed,
  'identity.malformed': failed,

  'strategy.failed': failed,
  'strategy.error': failed,
  'strategy.away': away,
  'strategy.undecided': failed,
} as const satisfies Record<string, Explained>);

/** Why a source returned no identity. The reason is the same in every wording and language. */
export type SourceReason = keyof typeof reasons;
