//go:build tools

// Package yaml names the program that is built here, so that go.mod and go.sum pin all it is made of.
package yaml

import _ "github.com/pulumi/pulumi-yaml/cmd/pulumi-language-yaml"
