/** Makes the tests of a suite steps: what comes after a failed one is skipped, since it would start from elsewhere. */
export function inSteps(): void {
    let failed = false;
    beforeEach(function () {
        if (failed) {
            this.skip();
        }
    });
    afterEach(function () {
        failed ||= this.currentTest?.state === "failed";
    });
}
