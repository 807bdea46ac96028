//go:build tools

// Package tools names the program to build, so that the go command resolves and records its modules.
package tools

import _ "github.com/pulumi/pulumi-yaml/cmd/pulumi-language-yaml"
