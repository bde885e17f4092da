import { ControlPlane } from "../../../tools/control-plane/control-plane.ts";

// Starts a control plane, says that it runs, and then does nothing: what becomes of it is up to its keeper.
const [, , name = ""] = process.argv;
await ControlPlane.start({ name, nodes: [], customResources: [] });
process.stdout.write("started\n");
setInterval(() => undefined, 1000);
