/** The fields of all models for which authentik takes null. Each of them refers to another object, but one. */
const nullable: ReadonlySet<string> = new Set([
  ...['policy', 'group', 'user', 'expires'],
  ...['password_stage', 'captcha_stage', 'webauthn_stage', 'enrollment_flow', 'recovery_flow', 'passwordless_flow'],
  ...['configure_flow', 'create_users_group', 'target_flow', 'authenticator_attachment', 'parent'],
  ...['flow_authentication', 'flow_invalidation', 'flow_recovery', 'flow_unenrollment', 'flow_user_settings'],
  ...['flow_user_switch', 'flow_device_code', 'flow_lockdown', 'flow_request'],
  ...['default_application', 'web_certificate', 'last_updated'],
]);

/** What authentik computes itself: it reads none of these, so any value is right. */
const computed: ReadonlySet<string> = new Set([
  ...['pk', 'managed', 'component', 'verbose_name', 'verbose_name_plural', 'meta_model_name', 'bound_to'],
  ...['cache_count', 'export_url', 'background_url', 'policies', 'stages', 'flow_set', 'promptstage_set'],
]);

export function mayBeEmpty(field: string): boolean {
  return nullable.has(field) || computed.has(field);
}

/** `tag`: what gave the field its null; `null`: it was left empty. */
export function emptySentence(field: string, tag: string | null): string {
  const sentence = `"${field}" must not be empty`;
  if (tag === null) return sentence;
  const found = `${sentence}: ${tag} finds nothing`;
  return tag === '!Find' ? `${found}. It sees what the flow files make, not the flows of the code` : found;
}
