import pulumi
import pulumi_logto as logto

config = pulumi.Config()

# Set once the redirect URI is registered at the identity provider: README.md has the commands. Until then, the connector has no
# config.
client_id = config.get("clientId")
client_secret = config.get_secret("clientSecret")
issuer = config.get("issuer")
missing = [value is None for value in (client_id, client_secret, issuer)]
if any(missing) and not all(missing):
    raise pulumi.RunError(
        "Set all of clientId, clientSecret and issuer: the stack config has only some of them."
    )

connector = logto.SsoConnector(
    "acme",
    provider_name="OIDC",
    connector_name="Acme",
    domains=["acme.com"],
    branding=logto.BrandingArgs(display_name="Acme"),
    config=None
    if any(missing)
    else logto.ConnectorConfigArgs(
        client_id=client_id,
        client_secret=client_secret,
        issuer=issuer,
        scope="groups",
    ),
)

# To register at the identity provider.
pulumi.export("redirectUri", connector.redirect_uri)
