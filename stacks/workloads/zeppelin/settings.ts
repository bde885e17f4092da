import { type Bytes, bytes } from "../../../components/values/quantity.ts";

export const HTTP_PORT = 8080;

/** The volume: notebooks, with what was changed in the user interface and the libraries that interpreters fetched. */
export const DATA_DIRECTORY = "/data";
/** Where the Secret with `shiro.ini` is mounted. */
export const ACCOUNTS_DIRECTORY = "/etc/zeppelin/accounts";
export const TEMPORARY_DIRECTORY = "/tmp";

const MEBI = 2 ** 20;
/** The server's part of the pod's memory, and each interpreter's: some of them run in it side by side. */
const HEAP_SHARE = 0.25;

/**
 * Zeppelin changes its configuration as it runs, so that it works on a copy of the image's on the volume. Accounts are not
 * copied: they stay in their Secret.
 */
export const START = [
    `mkdir -p ${DATA_DIRECTORY}/conf ${DATA_DIRECTORY}/notebook`,
    `cp -rn /opt/zeppelin/conf/. ${DATA_DIRECTORY}/conf/`,
    `ln -sf ${ACCOUNTS_DIRECTORY}/shiro.ini ${DATA_DIRECTORY}/conf/shiro.ini`,
    "exec bin/zeppelin.sh",
].join("\n");

/**
 * Zeppelin's environment. Source: Zeppelin documentation, "Configuration"; `bin/common.sh`.
 *
 * @param memory of the whole pod
 */
export function zeppelinEnvironment(memory: Bytes): Record<string, string> {
    const heap = `-Xmx${Math.floor((bytes(memory) * HEAP_SHARE) / MEBI)}m`;
    return {
        ZEPPELIN_ADDR: "0.0.0.0",
        ZEPPELIN_PORT: String(HTTP_PORT),
        ZEPPELIN_CONF_DIR: `${DATA_DIRECTORY}/conf`,
        ZEPPELIN_NOTEBOOK_DIR: `${DATA_DIRECTORY}/notebook`,
        ZEPPELIN_DEP_LOCALREPO: `${DATA_DIRECTORY}/local-repo`,
        ZEPPELIN_LOG_DIR: `${TEMPORARY_DIRECTORY}/logs`,
        ZEPPELIN_PID_DIR: `${TEMPORARY_DIRECTORY}/run`,
        ZEPPELIN_WAR_TEMPDIR: `${TEMPORARY_DIRECTORY}/webapps`,
        // In Kubernetes it would otherwise start a pod for each interpreter, with rights to do so.
        ZEPPELIN_RUN_MODE: "local",
        ZEPPELIN_ANONYMOUS_ALLOWED: "false",
        ZEPPELIN_METRIC_ENABLE_PROMETHEUS: "true",
        ZEPPELIN_MEM: heap,
        ZEPPELIN_INTP_MEM: heap,
        HOME: TEMPORARY_DIRECTORY,
    };
}

/**
 * Shiro's accounts: one administrator, and nothing for nobody but the version, by which the kubelet asks for health, and
 * the metrics.
 *
 * Source: Zeppelin documentation, "Apache Shiro authentication for Apache Zeppelin"; conf/shiro.ini.template.
 */
export function shiroAccounts(password: string): string {
    return [
        "[users]",
        `admin = ${password}, admin`,
        "[main]",
        "sessionManager = org.apache.shiro.web.session.mgt.DefaultWebSessionManager",
        "cookie = org.apache.shiro.web.servlet.SimpleCookie",
        "cookie.name = JSESSIONID",
        "cookie.httpOnly = true",
        "cookie.sameSite = LAX",
        "sessionManager.sessionIdCookie = $cookie",
        "securityManager.sessionManager = $sessionManager",
        "shiro.loginUrl = /api/login",
        "[roles]",
        "admin = *",
        "[urls]",
        "/api/version = anon",
        "/metrics = anon",
        "/** = authc",
        "",
    ].join("\n");
}
