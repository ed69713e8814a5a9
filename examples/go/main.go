package main

import (
	"errors"

	"github.com/OWNER/pulumi-logto/sdk/go/logto"
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
	// Set once the redirect URI is registered at the identity provider: README.md has the commands. Until then, the connector
	// has no config.
	clientID, errID := stack.Try("clientId")
	clientSecret, errSecret := stack.TrySecret("clientSecret")
	issuer, errIssuer := stack.Try("issuer")
	switch err := errors.Join(errID, errSecret, errIssuer); {
	case err == nil:
		args.Config = &logto.ConnectorConfigArgs{
			ClientId:     pulumi.String(clientID),
			ClientSecret: clientSecret,
			Issuer:       pulumi.String(issuer),
			Scope:        pulumi.String("groups"),
		}
	case errID == nil || errSecret == nil || errIssuer == nil:
		return err
	}
	connector, err := logto.NewSsoConnector(ctx, "acme", args)
	if err != nil {
		return err
	}
	// To register at the identity provider.
	ctx.Export("redirectUri", connector.RedirectUri)
	return nil
}
