//go:build tools

// Package tools names the commands that this module pins, so that `go mod tidy` keeps what they need.
package tools

import (
	_ "github.com/zegl/kube-score/cmd/kube-score"
)
