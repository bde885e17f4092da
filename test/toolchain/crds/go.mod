// The modules whose custom resource definitions the tests apply. Nothing here is compiled, so there are no indirect
// requirements, and `go mod tidy` has no place: it would remove what no Go file imports. After a change of a version:
//
//	go mod download
//	go mod download -json | jq -r '"\(.Path) \(.Version) \(.Sum)"' >> go.sum
module data-platform/toolchain/crds

go 1.26.6

require (
	github.com/aws/karpenter-provider-aws v1.14.1
	github.com/external-secrets/external-secrets v1.3.2
	github.com/kedacore/keda/v2 v2.20.2
	github.com/kubeflow/spark-operator/v2 v2.5.2
	github.com/kubernetes-csi/external-snapshotter/client/v8 v8.7.0
	github.com/prometheus-operator/prometheus-operator v0.93.1
	k8s.io/autoscaler/vertical-pod-autoscaler v1.7.3
)
