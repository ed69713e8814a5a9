//go:build tools

// Package cli names the program that is built here, so that go.mod and go.sum pin all it is made of.
package cli

import _ "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
