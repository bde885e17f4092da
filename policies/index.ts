import { PolicyPack } from "@pulumi/policy";
import { POLICIES } from "./all.ts";

new PolicyPack("workload-controllers", { policies: POLICIES });
