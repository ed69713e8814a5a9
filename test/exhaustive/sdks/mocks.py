"""A unit test of examples/python: its inputs and outputs under mocks."""
import runpy
import unittest

import pulumi

registered = []


class Mocks(pulumi.runtime.Mocks):
    def new_resource(self, args):
        registered.append(args)
        return [f"{args.name}-id", {**args.inputs, "redirectUri": "https://acme.logto.app/callback/acme-id"}]

    def call(self, args):
        return {}


pulumi.runtime.set_mocks(Mocks(), project="infra", preview=False)
pulumi.runtime.set_all_config(
    {"infra:clientId": "client", "infra:clientSecret": "canary", "infra:issuer": "https://acme.com"},
    ["infra:clientSecret"],
)
connector = runpy.run_path(".", run_name="__main__")["connector"]


class TestExample(unittest.TestCase):
    @pulumi.runtime.test
    def test_inputs_and_outputs(self):
        def check(values):
            uri, config = values
            self.assertEqual(uri, "https://acme.logto.app/callback/acme-id")
            self.assertEqual(config["client_secret"], "canary")
            (args,) = registered
            self.assertEqual(args.typ, "logto:index:SsoConnector")
            self.assertEqual(args.inputs["branding"], {"displayName": "Acme"})
            # The client secret makes the config a secret, which is a value with a signature.
            self.assertEqual(args.inputs["config"]["value"]["clientSecret"], "canary")

        return pulumi.Output.all(connector.redirect_uri, connector.config).apply(check)


unittest.main(argv=["mocks"])
