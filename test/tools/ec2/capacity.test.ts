import assert from "node:assert/strict";
import { allocatable as counted } from "../../../stacks/infrastructure/allocatable.ts";
import { instanceType as machine } from "../../../stacks/infrastructure/instance-types.ts";
import { SYSTEM_RESERVED } from "../../../stacks/platform/karpenter/node-class.ts";
import { allocatable, capacity, volumeLimit } from "../../../tools/ec2/capacity.ts";
import { instanceType } from "../../../tools/ec2/instance-types.ts";
import { everything } from "../../stacks/platform/everything.ts";
import { only } from "../../support/mocks.ts";

const GROUP = { scaledBy: "managed-groups", diskGiB: 100, instanceStore: false } as const;
const KARPENTER = { ...GROUP, scaledBy: "karpenter" } as const;

describe("capacity", () => {
    it("is the machine's, without what the hypervisor keeps", () => {
        assert.deepEqual(capacity(instanceType("m7i.2xlarge"), GROUP), {
            cpu: "8",
            memory: "30310Mi",
            pods: "58",
            "ephemeral-storage": "100Gi",
        });
    });
});

describe("allocatable", () => {
    // 60 + 10 + 2 × 5 + 4 × 2.5 millicores; 11 × 58 + 255 MiB, and 100 MiB below which kubelet evicts.
    it("leaves kubelet's share out", () => {
        assert.deepEqual(allocatable(instanceType("m7i.2xlarge"), GROUP), {
            cpu: "7910m",
            memory: "29317Mi",
            pods: "58",
            "ephemeral-storage": "89Gi",
        });
    });

    it("is less on Karpenter's nodes, whose class keeps something for the host", () => {
        assert.deepEqual(allocatable(instanceType("m7i.2xlarge"), KARPENTER), {
            cpu: "7810m",
            memory: "29017Mi",
            pods: "58",
            "ephemeral-storage": "88Gi",
        });
    });

    it("has scratch space on the machine's own disks where the pool says so", () => {
        const onDisks = { ...KARPENTER, instanceStore: true };
        const scratch = (type: string): string => allocatable(instanceType(type), onDisks)["ephemeral-storage"];
        // 474 GB are 441 GiB: a tenth has to be free, and 2 GiB are kept.
        assert.deepEqual([scratch("r6id.2xlarge"), scratch("m7i.2xlarge")], ["394Gi", "88Gi"]);
        assert.equal(capacity(instanceType("r7gd.16xlarge"), onDisks)["ephemeral-storage"], "3539Gi");
    });

    it("keeps memory for as many pods as have addresses, also where fewer are allowed", () => {
        const { memory } = allocatable(instanceType("m7i.4xlarge"), GROUP);
        assert.equal(memory, `${60_620 - (11 * 234 + 255) - 100}Mi`);
    });

    it("is the same that the stack counts with", () => {
        for (const type of ["m7i.large", "m7i.xlarge", "r6id.2xlarge", "r6id.4xlarge"]) {
            const { cpu, memory } = allocatable(instanceType(type), KARPENTER);
            const { millicores, mebibytes } = counted(machine(type), SYSTEM_RESERVED);
            assert.deepEqual([cpu, memory], [`${millicores}m`, `${mebibytes}Mi`]);
        }
    });

    it("reserves by the place of each CPU", () => {
        assert.equal(allocatable(instanceType("m7i.large"), GROUP).cpu, "1930m");
        assert.equal(allocatable(instanceType("m7i.xlarge"), GROUP).cpu, "3920m");
    });
});

describe("the pods of a node", () => {
    for (const [type, managed, addressed] of [
        ["m7i.large", 29, 29],
        ["m7i.xlarge", 58, 58],
        ["m7i.4xlarge", 110, 234],
        ["r6id.8xlarge", 234, 234],
        ["r7gd.16xlarge", 250, 737],
    ] as const) {
        it(`are ${managed} on ${type} of a managed group, ${addressed} by addresses alone`, () => {
            assert.equal(capacity(instanceType(type), GROUP).pods, `${managed}`);
            assert.equal(allocatable(instanceType(type), GROUP).pods, `${managed}`);
            assert.equal(allocatable(instanceType(type), KARPENTER).pods, `${addressed}`);
        });
    }
});

describe("volumeLimit", () => {
    for (const [type, count, why] of [
        ["m7i.2xlarge", 32 - 4, "slots being dedicated"],
        ["m7i.16xlarge", 48 - 4, "more on a large one"],
        ["m6i.2xlarge", 27 - 4, "slots being shared"],
        ["r6id.2xlarge", 26 - 4, "less a local disk"],
        ["r7gd.16xlarge", 25 - 4, "less two local disks"],
    ] as const) {
        it(`is ${count} on ${type}: ${why}`, () => assert.equal(volumeLimit(instanceType(type)), count));
    }

    it("is what the stack's own driver is told", async () => {
        const driver = only(await everything(), "aws:eks/addon:Addon", "data-platform-prod-aws-ebs-csi-driver");
        const { node } = JSON.parse(driver.inputs["configurationValues"]);
        const { volumes } = instanceType("m7i.2xlarge");
        assert.equal(volumeLimit(instanceType("m7i.2xlarge")), volumes - node.reservedVolumeAttachments);
    });
});
