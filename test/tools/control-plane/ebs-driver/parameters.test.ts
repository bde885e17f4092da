import assert from "node:assert/strict";
import { attributesProblem, classProblem, fileSystem } from "../../../../tools/control-plane/ebs-driver/parameters.ts";
import { diskSize } from "../../../../tools/control-plane/ebs-driver/size.ts";

describe("parameters and sizes", () => {
    it("takes the class's keys in any case and checks their values", () => {
        assert.equal(classProblem({ Type: "gp3", IOPS: "3000", tagSpecification_1: "a=b" }), undefined);
        assert.match(classProblem({ type: "gp4" }) ?? "", /EBS has gp2, gp3/);
        assert.match(classProblem({ iops: "many" }) ?? "", /it is a whole number/);
        assert.equal(fileSystem({}), "ext4");
    });

    it("takes the attributes' keys exactly", () => {
        assert.equal(attributesProblem({ type: "gp3", iops: "6000", throughput: "500" }), undefined);
        assert.match(attributesProblem({ IOPS: "6000" }) ?? "", /invalid mutable parameter key: IOPS/);
    });

    it("rounds up to whole GiB, in the server's spelling", () => {
        const sizes = ["1Gi", "1500Mi", "100M", "1024Gi", "1536Gi", undefined].map(diskSize);
        assert.deepEqual(sizes, ["1Gi", "2Gi", "1Gi", "1Ti", "1536Gi", "1Gi"]);
    });
});
