// The engine starts a pack through a bundled ts-node, which rejects imports that end in `.ts`. Entered by JavaScript,
// it leaves the rest to Node's own type stripping.
import "./index.ts";
