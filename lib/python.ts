export { pythonPolicy, type PythonPolicySettings } from './expressions/python-policy.js';
export type { PythonLookups, PythonMail } from './expressions/lookups.js';
