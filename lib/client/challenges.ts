// Made from the schemas of the OpenAPI document by scripts/client-types.mjs: change them, not this file.
// oxlint-disable max-lines

export interface ContextualFlowInfo {
  readonly title: string;
  readonly background?: string;
  /** Ends the flow: a page, or for clients by bearer an address to which `{}` is posted. */
  readonly cancel_url: string;
  readonly layout: 'stacked' | 'content_left' | 'content_right' | 'sidebar_left' | 'sidebar_right';
}

export interface ErrorDetail {
  readonly string: string;
  readonly code: string;
}

/** What the page of the same step says around its form. All texts are plain, never HTML. */
export interface PageInfo {
  readonly title: string;
  readonly intro?: string | null;
  readonly notice?: string | null;
  readonly messages: readonly string[];
  readonly reference?: string | null;
  readonly submit?: string | null;
  readonly links: readonly {
    readonly label: string;
    readonly href: string;
  }[];
  readonly actions: readonly PageAction[];
}

/** A button beside that of the form. `response` is posted as it is; typed fields may be added to it. */
export interface PageAction {
  /** What it does, e.g. `decline`. */
  readonly name: string;
  readonly label: string;
  /** True where it removes something for good. */
  readonly destructive?: boolean;
  readonly response: ChallengeResponse;
}

/** One field. `label`, `placeholder`, `sub_text` and the labels of choices are plain text, never HTML. Types of authentik and, beside them, `tel`, `url`, `username_read_only` and those of a kit-only component. */
export interface PromptField {
  readonly field_key: string;
  readonly label: string;
  /** The label in parts, where it has links; `href` is null for plain text. */
  readonly label_parts?: readonly {
    readonly text: string;
    readonly href: string | null;
  }[];
  readonly type: string;
  readonly required: boolean;
  readonly placeholder: string;
  readonly initial_value: string;
  /** Of a field with several values. */
  readonly initial_values?: readonly string[];
  readonly order: number;
  readonly sub_text: string;
  readonly choices:
    | readonly {
        readonly value: string;
        readonly label: string;
      }[]
    | null;
  /** As the attribute of HTML. */
  readonly autocomplete?: string | null;
  /** True where a posted value is ignored. */
  readonly read_only?: boolean;
  readonly [key: string]: unknown;
}

export interface LoginSource {
  readonly name: string;
  readonly icon_url?: string | null;
  readonly promoted: boolean;
  readonly challenge: {
    readonly component: 'xak-flow-redirect';
    readonly to: string;
  };
}

export interface ConsentPermission {
  readonly id: string;
  readonly name: string;
}

export interface DeviceChallenge {
  readonly device_class: 'totp' | 'static' | 'webauthn';
  readonly device_uid: string;
  readonly challenge: Readonly<Record<string, unknown>>;
  readonly last_used: string | null;
  readonly selected?: boolean;
}

/** Asks for values. The answer has one property for each `field_key`. */
export interface PromptChallenge {
  readonly flow_info: ContextualFlowInfo;
  /** What is wrong with the answer, by field; `non_field_errors`: with the whole of it. */
  readonly response_errors?: Readonly<Record<string, readonly ErrorDetail[]>>;
  readonly page?: PageInfo;
  readonly component: 'ak-stage-prompt';
  readonly fields: readonly PromptField[];
  /** What the widget of the captcha needs. */
  readonly captcha?: Readonly<Record<string, unknown>>;
  readonly sources?: readonly LoginSource[];
}

/** Asks who the visitor is, and for the password too where `password_fields` is true. */
export interface IdentificationChallenge {
  readonly flow_info: ContextualFlowInfo;
  /** What is wrong with the answer, by field; `non_field_errors`: with the whole of it. */
  readonly response_errors?: Readonly<Record<string, readonly ErrorDetail[]>>;
  readonly page?: PageInfo;
  readonly component: 'ak-stage-identification';
  readonly user_fields: readonly string[] | null;
  readonly password_fields: boolean;
  readonly allow_show_password?: boolean;
  readonly flow_designation: string;
  readonly primary_action: string;
  readonly show_source_labels: boolean;
  readonly pending_user_identifier?: string | null;
  readonly captcha_stage?: CaptchaChallenge | null;
  readonly enroll_url?: string;
  readonly recovery_url?: string;
  readonly passwordless_url?: string;
  readonly sources?: readonly LoginSource[];
  readonly enable_remember_me: boolean;
  readonly passkey_challenge?: Readonly<Record<string, unknown>> | null;
  readonly fields?: readonly PromptField[];
}

/** Asks for the password of the user that the stage before identified, or of the signed-in user. */
export interface PasswordChallenge {
  readonly flow_info: ContextualFlowInfo;
  /** What is wrong with the answer, by field; `non_field_errors`: with the whole of it. */
  readonly response_errors?: Readonly<Record<string, readonly ErrorDetail[]>>;
  readonly page?: PageInfo;
  readonly component: 'ak-stage-password';
  readonly pending_user: string;
  readonly pending_user_avatar: string;
  readonly recovery_url?: string;
  readonly allow_show_password?: boolean;
  readonly sources?: readonly LoginSource[];
  readonly fields?: readonly PromptField[];
}

/** A mail with a code and a link is on its way. `code` proves it; an answer without `code` confirms the link that the same browser has opened, or else sends the mail again. */
export interface EmailChallenge {
  readonly flow_info: ContextualFlowInfo;
  /** What is wrong with the answer, by field; `non_field_errors`: with the whole of it. */
  readonly response_errors?: Readonly<Record<string, readonly ErrorDetail[]>>;
  readonly page?: PageInfo;
  readonly component: 'ak-stage-email';
  /** Where the mail went, as the page says it. */
  readonly text?: string;
  /** True where this browser has opened the link: an answer without a code confirms it. */
  readonly opens_mail_link: boolean;
  readonly fields: readonly PromptField[];
}

/** Asks whether an application may have these permissions. The answer repeats `token`, or has `decline`. */
export interface ConsentChallenge {
  readonly flow_info: ContextualFlowInfo;
  /** What is wrong with the answer, by field; `non_field_errors`: with the whole of it. */
  readonly response_errors?: Readonly<Record<string, readonly ErrorDetail[]>>;
  readonly page?: PageInfo;
  readonly component: 'ak-stage-consent';
  readonly pending_user: string;
  readonly pending_user_avatar: string;
  readonly header_text?: string;
  readonly permissions: readonly ConsentPermission[];
  readonly additional_permissions: readonly ConsentPermission[];
  readonly token: string;
  readonly application?: string | null;
}

/** Asks for the answer of a captcha. */
export interface CaptchaChallenge {
  readonly flow_info?: ContextualFlowInfo;
  /** What is wrong with the answer, by field; `non_field_errors`: with the whole of it. */
  readonly response_errors?: Readonly<Record<string, readonly ErrorDetail[]>>;
  readonly page?: PageInfo;
  readonly component: 'ak-stage-captcha';
  readonly pending_user: string;
  readonly pending_user_avatar: string;
  readonly site_key: string;
  readonly js_url: string;
  readonly interactive: boolean;
  /** What the widget of the captcha needs. */
  readonly captcha?: Readonly<Record<string, unknown>>;
}

/** Sets up an authenticator app. `config_url` is the otpauth address that a QR code shows. */
export interface AuthenticatorTOTPChallenge {
  readonly flow_info: ContextualFlowInfo;
  /** What is wrong with the answer, by field; `non_field_errors`: with the whole of it. */
  readonly response_errors?: Readonly<Record<string, readonly ErrorDetail[]>>;
  readonly page?: PageInfo;
  readonly component: 'ak-stage-authenticator-totp';
  readonly pending_user: string;
  readonly pending_user_avatar: string;
  readonly config_url: string;
  readonly qr?: {
    readonly size: number;
    readonly path: string;
  } | null;
  readonly fields?: readonly PromptField[];
}

/** Shows new recovery codes. The answer says that they are saved; `set` repeats which were shown. */
export interface AuthenticatorStaticChallenge {
  readonly flow_info: ContextualFlowInfo;
  /** What is wrong with the answer, by field; `non_field_errors`: with the whole of it. */
  readonly response_errors?: Readonly<Record<string, readonly ErrorDetail[]>>;
  readonly page?: PageInfo;
  readonly component: 'ak-stage-authenticator-static';
  readonly pending_user: string;
  readonly pending_user_avatar: string;
  readonly codes: readonly string[];
  readonly set?: string;
}

/** Sets up a passkey. `registration` is for `navigator.credentials.create`; `null`: none can be added. */
export interface AuthenticatorWebAuthnChallenge {
  readonly flow_info: ContextualFlowInfo;
  /** What is wrong with the answer, by field; `non_field_errors`: with the whole of it. */
  readonly response_errors?: Readonly<Record<string, readonly ErrorDetail[]>>;
  readonly page?: PageInfo;
  readonly component: 'ak-stage-authenticator-webauthn';
  readonly pending_user: string;
  readonly pending_user_avatar: string;
  readonly registration: Readonly<Record<string, unknown>> | null;
}

/** Asks for a second factor, or for a passkey alone. `code` is of an app or a recovery code, `webauthn` the answer of the browser; `selected_challenge` chooses another way. */
export interface AuthenticatorValidationChallenge {
  readonly flow_info: ContextualFlowInfo;
  /** What is wrong with the answer, by field; `non_field_errors`: with the whole of it. */
  readonly response_errors?: Readonly<Record<string, readonly ErrorDetail[]>>;
  readonly page?: PageInfo;
  readonly component: 'ak-stage-authenticator-validate';
  readonly pending_user: string;
  readonly pending_user_avatar: string;
  readonly device_challenges: readonly DeviceChallenge[];
  readonly configuration_stages: readonly Readonly<Record<string, unknown>>[];
  readonly removes?: readonly PromptField[];
  readonly fields: readonly PromptField[];
}

/** Any answer signs the user in. Whether they stay signed in was asked before; `remember_me` is ignored. */
export interface UserLoginChallenge {
  readonly flow_info: ContextualFlowInfo;
  /** What is wrong with the answer, by field; `non_field_errors`: with the whole of it. */
  readonly response_errors?: Readonly<Record<string, readonly ErrorDetail[]>>;
  readonly page?: PageInfo;
  readonly component: 'ak-stage-user-login';
  readonly pending_user: string;
  readonly pending_user_avatar: string;
}

/** Nothing is asked: any answer goes on. `page` says what it does. */
export interface DummyChallenge {
  readonly flow_info: ContextualFlowInfo;
  /** What is wrong with the answer, by field; `non_field_errors`: with the whole of it. */
  readonly response_errors?: Readonly<Record<string, readonly ErrorDetail[]>>;
  readonly page?: PageInfo;
  readonly component: 'ak-stage-dummy';
  readonly name: string;
}

/** Links to the settings of an account, in `page.links`. */
export interface AccountMenuChallenge {
  readonly flow_info: ContextualFlowInfo;
  /** What is wrong with the answer, by field; `non_field_errors`: with the whole of it. */
  readonly response_errors?: Readonly<Record<string, readonly ErrorDetail[]>>;
  readonly page?: PageInfo;
  readonly component: 'ak-stage-account-menu';
  readonly fields: readonly PromptField[];
  /** What the page says. */
  readonly text?: string;
  readonly sources?: readonly LoginSource[];
}

/** Any answer creates an account of one’s own. */
export interface AccountChoiceChallenge {
  readonly flow_info: ContextualFlowInfo;
  /** What is wrong with the answer, by field; `non_field_errors`: with the whole of it. */
  readonly response_errors?: Readonly<Record<string, readonly ErrorDetail[]>>;
  readonly page?: PageInfo;
  readonly component: 'ak-stage-account-choice';
  readonly fields: readonly PromptField[];
  /** What the page says. */
  readonly text?: string;
  readonly sources?: readonly LoginSource[];
}

/** Accepts an invitation, or declines it by `decision`. */
export interface AcceptInvitationChallenge {
  readonly flow_info: ContextualFlowInfo;
  /** What is wrong with the answer, by field; `non_field_errors`: with the whole of it. */
  readonly response_errors?: Readonly<Record<string, readonly ErrorDetail[]>>;
  readonly page?: PageInfo;
  readonly component: 'ak-stage-accept-invitation';
  readonly fields: readonly PromptField[];
  /** What the page says. */
  readonly text?: string;
  readonly sources?: readonly LoginSource[];
  readonly description?: string | null;
  readonly user?: string | null;
}

/** Connections to sources; the chosen one is disconnected. */
export interface ConnectionsChallenge {
  readonly flow_info: ContextualFlowInfo;
  /** What is wrong with the answer, by field; `non_field_errors`: with the whole of it. */
  readonly response_errors?: Readonly<Record<string, readonly ErrorDetail[]>>;
  readonly page?: PageInfo;
  readonly component: 'ak-stage-connections';
  readonly fields: readonly PromptField[];
  /** What the page says. */
  readonly text?: string;
  readonly sources?: readonly LoginSource[];
}

/** The name of an authenticator, or its removal. */
export interface AuthenticatorEditChallenge {
  readonly flow_info: ContextualFlowInfo;
  /** What is wrong with the answer, by field; `non_field_errors`: with the whole of it. */
  readonly response_errors?: Readonly<Record<string, readonly ErrorDetail[]>>;
  readonly page?: PageInfo;
  readonly component: 'ak-stage-authenticator-edit';
  readonly fields: readonly PromptField[];
  /** What the page says. */
  readonly text?: string;
  readonly sources?: readonly LoginSource[];
}

/** Confirms a removal, or keeps what it names. */
export interface AuthenticatorRemovalChallenge {
  readonly flow_info: ContextualFlowInfo;
  /** What is wrong with the answer, by field; `non_field_errors`: with the whole of it. */
  readonly response_errors?: Readonly<Record<string, readonly ErrorDetail[]>>;
  readonly page?: PageInfo;
  readonly component: 'ak-stage-authenticator-removal';
  readonly fields: readonly PromptField[];
  /** What the page says. */
  readonly text?: string;
  readonly sources?: readonly LoginSource[];
}

/** Says that a request is noted. Any answer goes on. */
export interface WaitlistJoinedChallenge {
  readonly flow_info: ContextualFlowInfo;
  /** What is wrong with the answer, by field; `non_field_errors`: with the whole of it. */
  readonly response_errors?: Readonly<Record<string, readonly ErrorDetail[]>>;
  readonly page?: PageInfo;
  readonly component: 'ak-stage-noted';
  readonly fields: readonly PromptField[];
  /** What the page says. */
  readonly text?: string;
  readonly sources?: readonly LoginSource[];
}

/** Says that the password is changed. Any answer goes on. */
export interface PasswordChangedChallenge {
  readonly flow_info: ContextualFlowInfo;
  /** What is wrong with the answer, by field; `non_field_errors`: with the whole of it. */
  readonly response_errors?: Readonly<Record<string, readonly ErrorDetail[]>>;
  readonly page?: PageInfo;
  readonly component: 'ak-stage-password-changed';
  readonly fields: readonly PromptField[];
  /** What the page says. */
  readonly text?: string;
  readonly sources?: readonly LoginSource[];
}

/** Says that the address is back. Any answer goes on. */
export interface AddressRestoredChallenge {
  readonly flow_info: ContextualFlowInfo;
  /** What is wrong with the answer, by field; `non_field_errors`: with the whole of it. */
  readonly response_errors?: Readonly<Record<string, readonly ErrorDetail[]>>;
  readonly page?: PageInfo;
  readonly component: 'ak-stage-address-restored';
  readonly fields: readonly PromptField[];
  /** What the page says. */
  readonly text?: string;
  readonly sources?: readonly LoginSource[];
}

/** Says that the address is confirmed. Any answer goes on. */
export interface EmailConfirmedChallenge {
  readonly flow_info: ContextualFlowInfo;
  /** What is wrong with the answer, by field; `non_field_errors`: with the whole of it. */
  readonly response_errors?: Readonly<Record<string, readonly ErrorDetail[]>>;
  readonly page?: PageInfo;
  readonly component: 'ak-stage-email-confirmed';
  readonly fields: readonly PromptField[];
  /** What the page says. */
  readonly text?: string;
  readonly sources?: readonly LoginSource[];
}

/** Leads to a source: one of `sources`. Its callback leads back to the page of the flow. */
export interface SourceChallenge {
  readonly flow_info: ContextualFlowInfo;
  /** What is wrong with the answer, by field; `non_field_errors`: with the whole of it. */
  readonly response_errors?: Readonly<Record<string, readonly ErrorDetail[]>>;
  readonly page?: PageInfo;
  readonly component: 'ak-stage-source';
  readonly fields: readonly PromptField[];
  /** What the page says. */
  readonly text?: string;
  readonly sources?: readonly LoginSource[];
}

/** The flow leads on: to its target, to another flow, or to a source. */
export interface RedirectChallenge {
  readonly flow_info: ContextualFlowInfo;
  /** What is wrong with the answer, by field; `non_field_errors`: with the whole of it. */
  readonly response_errors?: Readonly<Record<string, readonly ErrorDetail[]>>;
  readonly page?: PageInfo;
  readonly component: 'xak-flow-redirect';
  /** A path of the app, or an address of another origin that the app allows. */
  readonly to: string;
  /** True where the flow is over. */
  readonly final_redirect: boolean;
}

/** The flow refuses the visitor. `page` has the links that lead on. */
export interface AccessDeniedChallenge {
  readonly flow_info: ContextualFlowInfo;
  /** What is wrong with the answer, by field; `non_field_errors`: with the whole of it. */
  readonly response_errors?: Readonly<Record<string, readonly ErrorDetail[]>>;
  readonly page?: PageInfo;
  readonly component: 'ak-stage-access-denied';
  readonly pending_user: string;
  readonly pending_user_avatar: string;
  readonly error_message: string;
  /** Why a ticket does not open the flow; left out for other refusals. */
  readonly ticket_status?: string;
}

/** Something failed. `request_id` is the reference that the log has. */
export interface FlowErrorChallenge {
  readonly flow_info?: ContextualFlowInfo;
  /** What is wrong with the answer, by field; `non_field_errors`: with the whole of it. */
  readonly response_errors?: Readonly<Record<string, readonly ErrorDetail[]>>;
  readonly page?: PageInfo;
  readonly component: 'ak-stage-flow-error';
  readonly request_id: string;
  readonly error?: string;
}

/** The visitor is signed out. */
export interface SessionEndChallenge {
  readonly flow_info: ContextualFlowInfo;
  /** What is wrong with the answer, by field; `non_field_errors`: with the whole of it. */
  readonly response_errors?: Readonly<Record<string, readonly ErrorDetail[]>>;
  readonly page?: PageInfo;
  readonly component: 'ak-stage-session-end';
  readonly pending_user: string;
  readonly pending_user_avatar: string;
  readonly brand_name: string;
  readonly overview_url?: string;
}

/** The account exists, but its user was not signed in by this request: they sign in, by one of `page.links`. Without `sign_in_url` they cannot, or the account is gone: `messages` say why. */
export interface EnrolledChallenge {
  readonly flow_info: ContextualFlowInfo;
  /** What is wrong with the answer, by field; `non_field_errors`: with the whole of it. */
  readonly response_errors?: Readonly<Record<string, readonly ErrorDetail[]>>;
  readonly page?: PageInfo;
  readonly component: 'ak-stage-enrolled';
  readonly messages: readonly string[];
  readonly sign_in_url?: string;
}

/** Asks for values. The answer has one property for each `field_key`. */
export interface PromptChallengeResponse {
  readonly component: 'ak-stage-prompt';
  /** In place of all fields, where `page.actions` has it. */
  readonly enrollment_action?: 'send_fresh_link' | 'decline_invitation' | undefined;
  readonly [key: string]: unknown;
}

/** Asks who the visitor is, and for the password too where `password_fields` is true. */
export interface IdentificationChallengeResponse {
  readonly component: 'ak-stage-identification';
  readonly uid_field?: string | null | undefined;
  readonly password?: string | null | undefined;
  readonly remember_me?: boolean | null | undefined;
  readonly captcha_token?: string | null | undefined;
  readonly passkey?: Readonly<Record<string, unknown>> | null | undefined;
}

/** Asks for the password of the user that the stage before identified, or of the signed-in user. */
export interface PasswordChallengeResponse {
  readonly component: 'ak-stage-password';
  readonly password: string;
  readonly remember_me?: boolean | undefined;
  readonly account?: 'other' | undefined;
}

/** A mail with a code and a link is on its way. `code` proves it; an answer without `code` confirms the link that the same browser has opened, or else sends the mail again. */
export interface EmailChallengeResponse {
  readonly component: 'ak-stage-email';
  readonly code?: string | undefined;
  readonly resend?: boolean | undefined;
}

/** Asks whether an application may have these permissions. The answer repeats `token`, or has `decline`. */
export interface ConsentChallengeResponse {
  readonly component: 'ak-stage-consent';
  readonly token: string;
  readonly decline?: boolean | undefined;
}

/** Asks for the answer of a captcha. */
export interface CaptchaChallengeResponse {
  readonly component: 'ak-stage-captcha';
  readonly token: string;
}

/** Sets up an authenticator app. `config_url` is the otpauth address that a QR code shows. */
export interface AuthenticatorTOTPChallengeResponse {
  readonly component: 'ak-stage-authenticator-totp';
  readonly code: string | number;
}

/** Shows new recovery codes. The answer says that they are saved; `set` repeats which were shown. */
export interface AuthenticatorStaticChallengeResponse {
  readonly component: 'ak-stage-authenticator-static';
  readonly set?: string | undefined;
}

/** Sets up a passkey. `registration` is for `navigator.credentials.create`; `null`: none can be added. */
export interface AuthenticatorWebAuthnChallengeResponse {
  readonly component: 'ak-stage-authenticator-webauthn';
  readonly response: Readonly<Record<string, unknown>>;
}

/** Asks for a second factor, or for a passkey alone. `code` is of an app or a recovery code, `webauthn` the answer of the browser; `selected_challenge` chooses another way. */
export interface AuthenticatorValidationChallengeResponse {
  readonly component: 'ak-stage-authenticator-validate';
  readonly code?: string | number | undefined;
  readonly webauthn?: Readonly<Record<string, unknown>> | undefined;
  readonly selected_challenge?:
    | {
        readonly device_class: string;
        readonly [key: string]: unknown;
      }
    | undefined;
}

/** Any answer signs the user in. Whether they stay signed in was asked before; `remember_me` is ignored. */
export interface UserLoginChallengeResponse {
  readonly component: 'ak-stage-user-login';
  readonly remember_me?: boolean | undefined;
}

/** Nothing is asked: any answer goes on. `page` says what it does. */
export interface DummyChallengeResponse {
  readonly component: 'ak-stage-dummy';
  /** In place of all fields, where `page.actions` has it. */
  readonly enrollment_action?: 'send_fresh_link' | 'decline_invitation' | undefined;
}

/** Links to the settings of an account, in `page.links`. */
export interface AccountMenuChallengeResponse {
  readonly component: 'ak-stage-account-menu';
}

/** Any answer creates an account of one’s own. */
export interface AccountChoiceChallengeResponse {
  readonly component: 'ak-stage-account-choice';
}

/** Accepts an invitation, or declines it by `decision`. */
export interface AcceptInvitationChallengeResponse {
  readonly component: 'ak-stage-accept-invitation';
  readonly decision?: 'accept' | 'decline' | undefined;
}

/** Connections to sources; the chosen one is disconnected. */
export interface ConnectionsChallengeResponse {
  readonly component: 'ak-stage-connections';
  readonly connection?: string | undefined;
}

/** The name of an authenticator, or its removal. */
export interface AuthenticatorEditChallengeResponse {
  readonly component: 'ak-stage-authenticator-edit';
  readonly authenticator_name?: string | undefined;
  readonly authenticator_removed?: 'yes' | undefined;
}

/** Confirms a removal, or keeps what it names. */
export interface AuthenticatorRemovalChallengeResponse {
  readonly component: 'ak-stage-authenticator-removal';
  readonly authenticator_kept?: 'yes' | undefined;
}

/** Says that a request is noted. Any answer goes on. */
export interface WaitlistJoinedChallengeResponse {
  readonly component: 'ak-stage-noted';
}

/** Says that the password is changed. Any answer goes on. */
export interface PasswordChangedChallengeResponse {
  readonly component: 'ak-stage-password-changed';
}

/** Says that the address is back. Any answer goes on. */
export interface AddressRestoredChallengeResponse {
  readonly component: 'ak-stage-address-restored';
}

/** Says that the address is confirmed. Any answer goes on. */
export interface EmailConfirmedChallengeResponse {
  readonly component: 'ak-stage-email-confirmed';
}

/** The flow refuses the visitor. `page` has the links that lead on. */
export interface AccessDeniedChallengeResponse {
  readonly component: 'ak-stage-access-denied';
  readonly enrollment_action: 'send_fresh_link';
}

/** Every challenge of the kit. */
export type Challenge =
  | PromptChallenge
  | IdentificationChallenge
  | PasswordChallenge
  | EmailChallenge
  | ConsentChallenge
  | CaptchaChallenge
  | AuthenticatorTOTPChallenge
  | AuthenticatorStaticChallenge
  | AuthenticatorWebAuthnChallenge
  | AuthenticatorValidationChallenge
  | UserLoginChallenge
  | DummyChallenge
  | AccountMenuChallenge
  | AccountChoiceChallenge
  | AcceptInvitationChallenge
  | ConnectionsChallenge
  | AuthenticatorEditChallenge
  | AuthenticatorRemovalChallenge
  | WaitlistJoinedChallenge
  | PasswordChangedChallenge
  | AddressRestoredChallenge
  | EmailConfirmedChallenge
  | SourceChallenge
  | RedirectChallenge
  | AccessDeniedChallenge
  | FlowErrorChallenge
  | SessionEndChallenge
  | EnrolledChallenge;

/** What answers them. */
export type ChallengeResponse =
  | PromptChallengeResponse
  | IdentificationChallengeResponse
  | PasswordChallengeResponse
  | EmailChallengeResponse
  | ConsentChallengeResponse
  | CaptchaChallengeResponse
  | AuthenticatorTOTPChallengeResponse
  | AuthenticatorStaticChallengeResponse
  | AuthenticatorWebAuthnChallengeResponse
  | AuthenticatorValidationChallengeResponse
  | UserLoginChallengeResponse
  | DummyChallengeResponse
  | AccountMenuChallengeResponse
  | AccountChoiceChallengeResponse
  | AcceptInvitationChallengeResponse
  | ConnectionsChallengeResponse
  | AuthenticatorEditChallengeResponse
  | AuthenticatorRemovalChallengeResponse
  | WaitlistJoinedChallengeResponse
  | PasswordChangedChallengeResponse
  | AddressRestoredChallengeResponse
  | EmailConfirmedChallengeResponse
  | AccessDeniedChallengeResponse;
