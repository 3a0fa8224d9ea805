/** The networks in which a session is valid. An IPv6 address is its /64. */
export type NetworkBinding = 'none' | 'asn' | 'network' | 'address';

/** The places in which a session is valid. */
export type GeoBinding = 'none' | 'continent' | 'country' | 'city';
