// Writes programs in YAML in the other languages, as `pulumi convert --from yaml` does, with the code that this consists of.
//
//	convert SCHEMA PROGRAM... prints {"PROGRAM": {"LANGUAGE": "…"}}
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"

	"github.com/blang/semver"
	"github.com/hashicorp/hcl/v2"
	java "github.com/pulumi/pulumi-java/pkg/codegen/java"
	"github.com/pulumi/pulumi-yaml/pkg/pulumiyaml"
	yaml "github.com/pulumi/pulumi-yaml/pkg/pulumiyaml/codegen"
	"github.com/pulumi/pulumi/pkg/v3/codegen/dotnet"
	gogen "github.com/pulumi/pulumi/pkg/v3/codegen/go"
	"github.com/pulumi/pulumi/pkg/v3/codegen/nodejs"
	"github.com/pulumi/pulumi/pkg/v3/codegen/pcl"
	"github.com/pulumi/pulumi/pkg/v3/codegen/python"
	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"
)

var generators = map[string]func(*pcl.Program) (map[string][]byte, hcl.Diagnostics, error){
	"typescript": nodejs.GenerateProgram,
	"python":     python.GenerateProgram,
	"go":         gogen.GenerateProgram,
	"csharp":     dotnet.GenerateProgram,
	"java":       java.GenerateProgram,
}

func main() {
	converted, err := convert(os.Args[1], os.Args[2:])
	if err == nil {
		err = json.NewEncoder(os.Stdout).Encode(converted)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func convert(schemaFile string, programs []string) (map[string]map[string]string, error) {
	text, err := os.ReadFile(schemaFile)
	if err != nil {
		return nil, err
	}
	var spec schema.PackageSpec
	if err := json.Unmarshal(text, &spec); err != nil {
		return nil, err
	}
	pkg, diagnostics, err := schema.BindSpec(spec, nil, schema.ValidationOptions{})
	if err != nil {
		return nil, err
	}
	if diagnostics.HasErrors() {
		return nil, diagnostics
	}
	converted := map[string]map[string]string{}
	for _, file := range programs {
		if converted[file], err = convertProgram(file, loader{pkg}); err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
	}
	return converted, nil
}

func convertProgram(file string, packages loader) (map[string]string, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	converted := map[string]string{}
	for language, generate := range generators {
		// Each its own, since a generator changes the program that it is given.
		program, err := load(file, text, packages)
		if err != nil {
			return nil, err
		}
		files, problems, err := generate(program)
		if err != nil {
			return nil, err
		}
		if problems.HasErrors() {
			return nil, problems
		}
		if len(files) != 1 {
			return nil, fmt.Errorf("%s: %d files", language, len(files))
		}
		for _, text := range files {
			converted[language] = string(text)
		}
	}
	return converted, nil
}

func load(file string, text []byte, packages loader) (*pcl.Program, error) {
	template, diagnostics, err := pulumiyaml.LoadYAMLBytes(file, text)
	if err != nil {
		return nil, err
	}
	if diagnostics.HasErrors() {
		return nil, diagnostics
	}
	program, problems, err := yaml.EjectProgram(template, packages)
	if err != nil {
		return nil, errors.Join(err, problems)
	}
	return program, nil
}

// Knows one package.
type loader struct{ pkg *schema.Package }

func (l loader) LoadPackage(name string, _ *semver.Version) (*schema.Package, error) {
	if name != l.pkg.Name {
		return nil, fmt.Errorf("no package %s", name)
	}
	return l.pkg, nil
}

func (l loader) LoadPackageV2(_ context.Context, of *schema.PackageDescriptor) (*schema.Package, error) {
	return l.LoadPackage(of.Name, of.Version)
}

func (l loader) LoadPackageReference(name string, version *semver.Version) (schema.PackageReference, error) {
	pkg, err := l.LoadPackage(name, version)
	if err != nil {
		return nil, err
	}
	return pkg.Reference(), nil
}

func (l loader) LoadPackageReferenceV2(_ context.Context, of *schema.PackageDescriptor) (schema.PackageReference, error) {
	return l.LoadPackageReference(of.Name, of.Version)
}
