import assert from "node:assert/strict";
import { ingress } from "../../../components/specs/ingress.ts";
import { assertValid } from "../../support/schema.ts";
import { OWNER, rendered } from "./arbitraries.ts";

const ROUTE = { host: "web.example.com", port: "http", healthPath: "/healthz" };
const GROUP = { groupName: "internal", cidrs: ["10.0.0.0/16"] };
const ALB = "alb.ingress.kubernetes.io";

describe("ingress", () => {
    it("listens with the certificate that it is given, and then names no hosts for a search", () => {
        const object = rendered(
            "networking.k8s.io/v1",
            "Ingress",
            ingress("web", OWNER, ROUTE, { ...GROUP, certificateArn: "arn:aws:acm:eu-central-1:1:certificate/a" }),
        );
        assertValid(object);
        assert.equal(
            object["metadata"].annotations[`${ALB}/certificate-arn`],
            "arn:aws:acm:eu-central-1:1:certificate/a",
        );
        assert.equal(object["spec"].tls, undefined);
    });

    it("names its host where the controller has to find the certificate", () => {
        const object = rendered("networking.k8s.io/v1", "Ingress", ingress("web", OWNER, ROUTE, GROUP));
        assertValid(object);
        assert.ok(!(`${ALB}/certificate-arn` in object["metadata"].annotations));
        assert.deepEqual(object["spec"].tls, [{ hosts: ["web.example.com"] }]);
    });

    it("never listens without TLS", () => {
        const { metadata } = rendered("", "", ingress("web", OWNER, ROUTE, GROUP));
        assert.deepEqual(JSON.parse(metadata.annotations[`${ALB}/listen-ports`]), [{ HTTPS: 443 }]);
    });
});
