import { enableCompileCache } from "node:module";

// Most of a run is reading the SDKs: what was compiled once is taken from here.
enableCompileCache("node_modules/.cache/node");
