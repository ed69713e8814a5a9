/** The files in Python and Go in which an import declares connectors, and how the program uses them. */
import { connectorOf } from "../../connector/apiConnector";
import { textSecretsProblem } from "./declaration";
import { goModule } from "./goModule";
import { UniqueNames, variableNames } from "./identifiers";
import type { PluginModule } from "./pluginModule";
import { pythonModule } from "./pythonModule";

const newNames = () => ({
  resources: new UniqueNames([]),
  variables: variableNames(),
  secrets: new Map<string, unknown>(),
});
const connector = (connectorName: string, config: object = {}) =>
  connectorOf({
    providerName: "OIDC",
    connectorName,
    config: { clientId: "client", clientSecret: "canary", issuer: "https://acme.com", ...config },
    branding: {},
    domains: ["a.com", "b.com"],
  });
const saml = (connectorName: string) =>
  connectorOf({
    providerName: "SAML",
    connectorName,
    config: { metadataUrl: "https://idp.com", attributeMapping: { id: "uid" }, signAuthnRequest: true },
    branding: { displayName: "Globex" },
    domains: [],
    syncProfile: true,
  });
const sourceOf = (language: PluginModule, ...connectors: Parameters<PluginModule["declare"]>[0][]) => {
  const taken = newNames();
  return language.source(
    connectors.map((connector) => language.declare(connector, taken)),
    "sso_connectors",
  );
};

test("a module in Python", () => {
  expect(sourceOf(pythonModule, connector("Lambda", { pkce: "canary" }), saml("globex"))).toBe(`\
# SSO connectors imported from Logto. This file is yours: rename, move and change it as you like.
import pulumi
import pulumi_logto as logto

config = pulumi.Config()

lambda_ = logto.SsoConnector(
    "lambda",
    provider_name="OIDC",
    connector_name="Lambda",
    config=logto.ConnectorConfigArgs(
        client_id="client",
        client_secret=config.require_secret("lambdaClientSecret"),
        issuer="https://acme.com",
    ),
    extra_config={
        "pkce": config.require_secret("lambdaPkce"),
    },
    domains=["a.com", "b.com"],
)

globex = logto.SsoConnector(
    "globex",
    provider_name="SAML",
    config=logto.ConnectorConfigArgs(
        metadata_url="https://idp.com",
        attribute_mapping=logto.AttributeMappingArgs(
            id="uid",
        ),
        sign_authn_request=True,
    ),
    branding=logto.BrandingArgs(
        display_name="Globex",
    ),
    sync_profile=True,
)
`);
  expect(sourceOf(pythonModule, saml("globex"))).not.toMatch(/import pulumi\n|Config\(\)/);
});

test("a file in Go, as gofmt lays it out", () => {
  expect(sourceOf(goModule, connector("Lambda", { pkce: "canary" }), saml("globex"))).toBe(`\
package main

import (
	"github.com/OWNER/pulumi-logto/sdk/go/logto"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// SSO connectors imported from Logto. This file is yours: rename, move and change it as you like.
func ssoConnectors(ctx *pulumi.Context) error {
	secret := func(name string) pulumi.StringOutput {
		value, ok := ctx.GetConfig(ctx.Project() + ":" + name)
		if !ok {
			panic("The stack config lacks the secret " + name)
		}
		return pulumi.ToSecret(value).(pulumi.StringOutput)
	}
	if _, err := logto.NewSsoConnector(ctx, "lambda", &logto.SsoConnectorArgs{
		ProviderName:  pulumi.String("OIDC"),
		ConnectorName: pulumi.String("Lambda"),
		Config: &logto.ConnectorConfigArgs{
			ClientId:     pulumi.String("client"),
			ClientSecret: secret("lambdaClientSecret"),
			Issuer:       pulumi.String("https://acme.com"),
		},
		ExtraConfig: pulumi.Map{
			"pkce": secret("lambdaPkce"),
		},
		Domains: pulumi.ToStringArray([]string{"a.com", "b.com"}),
	}); err != nil {
		return err
	}
	if _, err := logto.NewSsoConnector(ctx, "globex", &logto.SsoConnectorArgs{
		ProviderName: pulumi.String("SAML"),
		Config: &logto.ConnectorConfigArgs{
			MetadataUrl: pulumi.String("https://idp.com"),
			AttributeMapping: &logto.AttributeMappingArgs{
				Id: pulumi.String("uid"),
			},
			SignAuthnRequest: pulumi.Bool(true),
		},
		Branding: &logto.BrandingArgs{
			DisplayName: pulumi.String("Globex"),
		},
		SyncProfile: pulumi.Bool(true),
	}); err != nil {
		return err
	}
	return nil
}
`);
  expect(sourceOf(goModule, saml("globex"))).not.toContain("secret");
});

test.each([
  ["Python", pythonModule],
  ["Go", goModule],
])("text of others is in literals of %s only, and cannot mislead a reader", (_language, language) => {
  const hostile = "\u001b[31m \u202e \u2028 \u{e0041} 🎉 é \"'\\ ${x} {y} %s `z` \n";
  const source = sourceOf(language, connector(hostile, { clientId: hostile, [hostile]: "canary" }));
  const literal = String.raw`"\u001b[31m \u202e \u2028 \U000e0041 🎉 é \"'\\ ${"$"}{x} {y} %s ${"`z`"} \n"`;
  expect(source.split(literal)).toHaveLength(4);
  expect(source).not.toContain("canary");
  expect(source.replaceAll(/[\n\t]/g, "")).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
});

test("a secret that is no text is refused, with its key", () => {
  expect(textSecretsProblem(connector("a", { "pk\nce": "canary" }))).toBeUndefined();
  expect(textSecretsProblem(connector("a", { "pk\nce": { canary: 1 } }))).toMatch(/^config\.pk\\u000ace: /);
});

const statement = "import sso_connectors  # noqa: E402, F401";
test.each([
  ["", `${statement}\n`],
  ["a()", `a()\n${statement}\n`],
  [`"""It."""\r\nfrom __future__ import a\r\n`, `"""It."""\r\nfrom __future__ import a\r\n${statement}\r\n`],
  ['if __name__ == "__main__":\n    a()\n', `if __name__ == "__main__":\n    a()\n${statement}\n`],
  ["import sso_connectors2\n", `import sso_connectors2\n${statement}\n`],
  ["import sso_connectors\nb()\n", "import sso_connectors\nb()\n"],
  [`${statement}\n`, `${statement}\n`],
])("a program in Python imports the module last: %j", (before, after) => {
  expect(pythonModule.withUse(before, "sso_connectors")).toBe(after);
});

const call = (indent: string, context = "ctx", eol = "\n") =>
  [`if err := ssoConnectors(${context}); err != nil {`, "\treturn err", "}"]
    .map((line) => indent + line + eol)
    .join("");
test.each([
  [
    "func main() {\n\tpulumi.Run(func(ctx *pulumi.Context) error {\n",
    "\t\treturn nil\n\t})\n}\n",
    call("\t\t"),
  ],
  [
    "func main() {\r\n\terr := pulumi.RunErr(func(c *pulumi.Context) error {\r\n",
    "\t\treturn nil\r\n",
    call("\t\t", "c", "\r\n"),
  ],
  [
    "func main() { // pulumi.Run(other)\n\tpulumi.Run(program, opts)\n}\n\nfunc program(ctx *pulumi.Context) error {\n",
    "\treturn nil\n}\n",
    call("\t"),
  ],
])("a program in Go calls the function first: %j", (before, after, added) => {
  const entry = before + after;
  expect(goModule.withUse(entry, "sso_connectors")).toBe(before + added + after);
  expect(goModule.withUse(before + added + after, "sso_connectors")).toBe(before + added + after);
  expect(goModule.withUse(before + added + after, "sso_connectors2")).toContain("ssoConnectors2(");
});

test.each([
  "pulumi.Run(func(ctx *pulumi.Context) error { return nil })\n",
  "pulumi.Run(func(_ *pulumi.Context) error {\n\treturn nil\n})\n",
  "pulumi.Run(other.Program)\n",
  "pulumi.Run(program)\n",
  "// pulumi.Run(func(ctx *pulumi.Context) error {\n",
])("a program in Go is left as it is where the place of the call is not certain: %j", (entry) => {
  expect(goModule.withUse(entry, "sso_connectors")).toBeUndefined();
});
