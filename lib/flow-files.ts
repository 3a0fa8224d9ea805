export { exportFlows, importFlowFiles, readFlowFolder } from './flow-files/public.js';
export type { FlowFile, FlowFileReport, FlowFileSettings } from './flow-files/public.js';
export type { FlowVersionEntry, FlowVersionFiles } from './flow-files/stored/version-entry.js';
export type { Change } from './flow-files/records/changes.js';
export type { Problem } from './flow-files/problems.js';
