import { defaultFlowIssue, isHostName, type DefaultFlows } from '../../flow/default-flows.js';
import type { Flow } from '../../flow/flow.js';
import { brandModel } from '../models/model-names.js';
import { slugOf } from '../models/stage-model.js';
import type { FlowRecord } from '../records/record.js';
import type { Building } from './building.js';
import { flag, mapping, reference, references, words, type FieldKind } from './field-kinds.js';
import { isEmpty } from './same-values.js';
import { flagOf } from './scalar-values.js';
import { standIn } from './field-reader.js';

/** Default flows, and those of single host names, as the option `defaultFlows` takes them. */
export interface BrandFlows extends DefaultFlows {
  readonly hosts?: Readonly<Record<string, DefaultFlows>>;
}

const designationOf = {
  flow_authentication: 'authentication',
  flow_invalidation: 'invalidation',
  flow_recovery: 'recovery',
  flow_unenrollment: 'unenrollment',
  flow_user_settings: 'stage_configuration',
} as const;

const branding = 'the option `branding` has it';
const noCertificates = 'certificates are those of the server in front of the app';

// What authentik has beside, and the app decides here.
const others: readonly (readonly [field: string, kind: FieldKind, why: string])[] = [
  ['branding_title', words, branding],
  ['branding_logo', words, branding],
  ['branding_favicon', words, branding],
  ['branding_custom_css', words, branding],
  ['branding_default_flow_background', words, branding],
  ['branding_map_tiles', words, 'there are no maps here'],
  ['default_application', reference, 'there are no applications here'],
  ['web_certificate', reference, noCertificates],
  ['client_certificates', references, noCertificates],
  ['attributes', mapping, 'brands have no attributes here'],
];

const otherFlows = ['flow_device_code', 'flow_user_switch', 'flow_lockdown', 'flow_request'];

/** The default flows of `authentik_brands.brand`: of the default brand, and of the domains of others. */
export function brandFlows(building: Building, flows: readonly Flow[]): BrandFlows {
  const brands = [...building.records.values()].filter(({ model }) => model === brandModel);
  const found = brands.map((record) => ({ record, flows: flowsOf(record, building, flows) }));
  const everywhere = found.filter(({ record }) => flagOf(record.fields['default'] ?? false) === true);
  const hosts = found.flatMap(({ record, flows }) => {
    const domain = record.fields['domain'];
    const isHost = flagOf(record.fields['default'] ?? false) !== true && typeof domain === 'string' && domain !== '';
    if (!isHost || Object.keys(flows).length === 0) return [];
    if (isHostName(domain)) return [[domain, flows] as const];
    building.report(record, 'refused', 'domain', `"domain": '${domain}' is not a host name; write it without a port`);
    return [];
  });
  return {
    ...everywhere.reduce<DefaultFlows>((all, { flows }) => ({ ...all, ...flows }), {}),
    ...(hosts.length === 0 ? {} : { hosts: Object.fromEntries(hosts) }),
  };
}

function flowsOf(record: FlowRecord, building: Building, flows: readonly Flow[]): DefaultFlows {
  const reader = building.reader(record);
  const entries = Object.entries(designationOf).flatMap(([field, designation]) => {
    const slug = slugOf(reader, building, field);
    if (slug === undefined || slug === standIn) return [];
    const issue = defaultFlowIssue(flows, designation, slug);
    if (issue === null) return [[designation, slug] as const];
    reader.report('refused', field, `"${field}" is to be a flow of the designation ${designation}: ${issue}`);
    return [];
  });
  for (const field of otherFlows) reader.unsupported(field, reference, [], 'there is no flow for that here');
  reader.unused({ domain: words, default: flag });
  for (const [field, kind, why] of others) reader.unsupported(field, kind, isEmpty, why);
  reader.finish();
  return Object.fromEntries(entries);
}
