import type { DefaultFlows } from '../../flow/default-flows.js';
import { brandModel } from '../models/model-names.js';
import type { FlowRecord } from '../records/record.js';
import type { Building } from './building.js';

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

// What authentik has beside, and the app decides here.
const others = [
  'domain',
  'default',
  'branding_title',
  'branding_logo',
  'branding_favicon',
  'branding_custom_css',
  'branding_default_flow_background',
  'default_application',
  'web_certificate',
  'client_certificates',
  'attributes',
];

/** The default flows of `authentik_brands.brand`: of the default brand, and of the domains of others. */
export function brandFlows(building: Building): BrandFlows {
  const brands = [...building.records.values()].filter(({ model }) => model === brandModel);
  const found = brands.map((record) => ({ record, flows: flowsOf(record, building) }));
  const everywhere = found.filter(({ record }) => record.fields['default'] === true);
  const hosts = found.flatMap(({ record, flows }) => {
    const domain = record.fields['domain'];
    const isHost = record.fields['default'] !== true && typeof domain === 'string' && domain !== '';
    return isHost && Object.keys(flows).length > 0 ? [[domain, flows] as const] : [];
  });
  return {
    ...everywhere.reduce<DefaultFlows>((all, { flows }) => ({ ...all, ...flows }), {}),
    ...(hosts.length === 0 ? {} : { hosts: Object.fromEntries(hosts) }),
  };
}

function flowsOf(record: FlowRecord, building: Building): DefaultFlows {
  const reader = building.reader(record);
  const entries = Object.entries(designationOf).flatMap(([field, designation]) => {
    const slug = building.referenced(reader, field)?.fields['slug'];
    return typeof slug === 'string' ? [[designation, slug] as const] : [];
  });
  reader.unsupported('flow_device_code', [null], 'there is no flow for devices here');
  reader.unused(...others);
  reader.finish();
  return Object.fromEntries(entries);
}
