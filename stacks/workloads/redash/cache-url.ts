/** A cache that speaks Redis' protocol, at one address. */
export interface RedisCache {
    readonly host: string;
    readonly port: number;
    /** Whether it wants TLS, as ElastiCache with encryption in transit does. */
    readonly tls: boolean;
}

/** The address of proxies in front of a cache that asks for a password. */
export function proxiedCacheUrl(host: string, port: number, password: string): string {
    return `redis://:${encodeURIComponent(password)}@${host}:${port}/0`;
}

/** The address as redis-py reads it; over TLS, whose certificate has to be right, where the cache wants it. */
export function cacheUrl({ host, port, tls }: RedisCache): string {
    return tls ? `rediss://${host}:${port}/0?ssl_cert_reqs=required` : `redis://${host}:${port}/0`;
}
