package main

import (
	"example.com/pulumi-logto/sdk/go/logto"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"
)

func main() {
	pulumi.Run(program)
}

func program(ctx *pulumi.Context) error {
	stack := config.New(ctx, "")
	args := &logto.SsoConnectorArgs{
		ProviderName:  pulumi.String("OIDC"),
		ConnectorName: pulumi.String("Acme"),
		Domains:       pulumi.ToStringArray([]string{"acme.com"}),
		Branding:      &logto.BrandingArgs{DisplayName: pulumi.String("Acme")},
	}
	// Set after the redirect URI is registered at the identity provider. Until then, the connector has no config.
	if clientID := stack.Get("clientId"); clientID != "" {
		args.Config = &logto.ConnectorConfigArgs{
			ClientId:     pulumi.String(clientID),
			ClientSecret: stack.RequireSecret("clientSecret"),
			Issuer:       pulumi.String(stack.Require("issuer")),
			Scope:        pulumi.String("groups"),
		}
	}
	connector, err := logto.NewSsoConnector(ctx, "acme", args)
	if err != nil {
		return err
	}
	// To register at the identity provider.
	ctx.Export("redirectUri", connector.RedirectUri)
	return nil
}
