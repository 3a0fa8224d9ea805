/** Values of Python's `ipaddress`. */
export type NetworkValue = PyAddress | PyNetwork;

export interface PyAddress {
  readonly type: 'ipaddress';
  readonly version: 4 | 6;
  readonly bits: bigint;
}

export interface PyNetwork {
  readonly type: 'ipnetwork';
  readonly version: 4 | 6;
  readonly bits: bigint;
  readonly prefix: number;
}
