import { isJsonList } from '../../base/json.js';
import { flowModel, policyBindingModel, stageBindingModel } from '../models/model-names.js';
import type { FlowRecord, RecordPosition, Records } from '../records/record.js';
import type { Flaws } from '../records/flaws.js';

/**
 * Fields that no check of a whole flow reads: a mistake in one of them hides nothing else. With any other mistake of its
 * parts, a flow is incomplete, and cannot be judged as a whole.
 */
const wordsAndAmounts: ReadonlySet<string | null> = new Set([
  ...['label', 'placeholder', 'placeholder_expression', 'initial_value', 'initial_value_expression', 'sub_text'],
  ...['title', 'intro', 'submit', 'layout', 'error_message', 'deny_message', 'denied_action', 'compatibility_mode'],
  ...['session_duration', 'remember_me_offset', 'terminate_other_sessions', 'network_binding', 'geoip_binding'],
  ...['timeout', 'failure_result', 'expires', 'token_expiry', 'digits', 'token_count', 'consent_expire_in', 'mode'],
  ...['last_auth_threshold', 'failed_attempts_before_cancel', 'wait_min', 'threshold', 'days', 'required'],
  ...['length_min', 'amount_digits', 'amount_uppercase', 'amount_lowercase', 'amount_symbols', 'symbol_charset'],
  ...['zxcvbn_score_threshold', 'hibp_allowed_count', 'num_historical_passwords'],
]);

/** `null`: the mistake is about the record itself. */
export function isStructural(field: string | null): boolean {
  return field === null || !wordsAndAmounts.has(field);
}

interface Parts {
  readonly records: Records;
  readonly places: ReadonlyMap<string, RecordPosition>;
  readonly flaws: Flaws;
  /** The keys of records with a mistake in a field that matters. */
  readonly flawed: ReadonlySet<string>;
  boundTo(model: string, target: string): readonly FlowRecord[];
}

/** Says of a flow's record whether a part of the flow has a mistake, or is missing because of one. */
export function incompleteFlows({ records, places, flaws, flawed, boundTo }: Parts): (flow: FlowRecord) => boolean {
  const isFlawed = (record: FlowRecord): boolean => {
    const broken = places.get(record.key)?.broken ?? new Set<string>();
    return (
      flawed.has(record.key) || flaws.records.has(record.key) || broken === 'all' || [...broken].some(isStructural)
    );
  };

  function partsOf(record: FlowRecord, seen: Set<FlowRecord>): void {
    if (seen.has(record)) return;
    seen.add(record);
    const bound = [stageBindingModel, policyBindingModel].flatMap((model) => boundTo(model, record.key));
    const named = Object.entries(record.fields)
      .filter(([name]) => name !== 'target')
      .flatMap(([, value = null]) => (isJsonList(value) ? value : [value]))
      .flatMap((key) => (typeof key === 'string' ? (records.get(key) ?? []) : []));
    // What another flow is, is its own matter.
    for (const part of [...bound, ...named]) if (part.model !== flowModel) partsOf(part, seen);
  }

  return (flow) => {
    if (flaws.files.has(places.get(flow.key)?.file ?? '')) return true;
    const parts = new Set<FlowRecord>();
    partsOf(flow, parts);
    return [...parts].some(isFlawed);
  };
}
