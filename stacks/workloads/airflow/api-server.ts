import type { StatelessServiceArgs } from "../../../components/stateless-service.ts";
import { type AirflowSettings, componentEnvironment } from "./environment.ts";

/**
 * How the API server is started, and where users reach it. Behind a load balancer that ends TLS it needs the address that
 * browsers know, and takes the balancer's word for a request's scheme; whoever may connect says the network policy.
 *
 * Source: Airflow, "Running Airflow behind a reverse proxy"; uvicorn, `FORWARDED_ALLOW_IPS`.
 */
export function apiServerProgram(settings: AirflowSettings): Pick<StatelessServiceArgs, "args" | "env" | "ingress"> {
    const { host } = settings;
    const env = componentEnvironment(settings);
    return host === undefined
        ? { args: ["api-server"], env }
        : {
              args: ["api-server", "--proxy-headers"],
              env: { ...env, AIRFLOW__API__BASE_URL: `https://${host}`, FORWARDED_ALLOW_IPS: "*" },
              ingress: { host },
          };
}
