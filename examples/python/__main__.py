import pulumi
import pulumi_logto as logto

config = pulumi.Config()

# Set after the redirect URI is registered at the identity provider. Until then, the connector has no config.
client_id = config.get("clientId")

connector = logto.SsoConnector(
    "acme",
    provider_name="OIDC",
    connector_name="Acme",
    domains=["acme.com"],
    branding=logto.BrandingArgs(display_name="Acme"),
    config=None
    if client_id is None
    else logto.ConnectorConfigArgs(
        client_id=client_id,
        client_secret=config.require_secret("clientSecret"),
        issuer=config.require("issuer"),
        scope="groups",
    ),
)

# To register at the identity provider.
pulumi.export("redirectUri", connector.redirect_uri)
