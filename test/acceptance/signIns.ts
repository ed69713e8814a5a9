/** Users who sign in through the connectors of the program. */
import { SignInError, type SignInTarget, signIn, signInByLink, signInFromIdentityProvider } from "../signIn";
import { domains, type Surroundings, wholeProgram } from "./allResources";
import { connectorNamed } from "./connector";
import { customerId, customerName, roleNames } from "./customer";
import type { Deployment } from "./deployment";
import { expectEqual, type Steps } from "./steps";
import type { TestedTenant } from "./testedTenant";

/** @param startPage the page of the SAML identity provider from which users begin */
export async function checkSignIns(
  steps: Steps,
  deployment: Deployment,
  tenant: TestedTenant,
  surroundings: Surroundings,
  target: SignInTarget,
  startPage: string,
): Promise<void> {
  const { api, features } = tenant;
  const name = Date.now().toString(36);
  const [ofOidc, ofSaml] = [domains.oidc, domains.saml].map((domain) => `${name}@${domain}`) as [
    string,
    string,
  ];

  await steps.run(
    "OIDC: the first sign-in registers the user, who joins both organizations just in time, one with exactly its roles",
    async () => {
      const user = await signIn(target, ofOidc);
      const customer = await customerId(api);
      expectEqual([user.isRegistered, user.email], [true, ofOidc], "The user");
      const joined = [surroundings.organizationId, customer].sort();
      expectEqual([...user.organizations].sort(), joined, "The organizations of the user");
      expectEqual(user.organizationRoles, [`${customer}:${roleNames.member}`], "The roles of the user");
    },
  );
  await steps.run("OIDC: the second sign-in is that of the same user", async () => {
    expectEqual((await signIn(target, ofOidc)).isRegistered, false, "Whether the user is new");
  });
  await steps.run(
    "without a connector, a user registers by a link, and joins by the email domain what doctor says",
    async () => {
      const email = `${name}@mail.acme.test`;
      const customer = await customerId(api);
      const says = `become members of "${customerName}" (${customer}) with the role "${roleNames.member}".`;
      await expectSaid(deployment, ["doctor", "--email", email], says, 0);
      await tenant.allowLinks();
      const { token } = await api.call<{ token: string }>("POST", "/one-time-tokens", { email });
      const user = await signInByLink(target, email, token);
      expectEqual(
        [user.isRegistered, user.organizations, user.organizationRoles],
        [true, [customer], [`${customer}:${roleNames.member}`]],
        "The user, with organizations and roles",
      );
    },
  );
  const signed = features["signing keys"] ? "with signed requests" : "without signed requests";
  await steps.run(`SAML: the first sign-in, ${signed}`, async () => {
    const user = await signIn(target, ofSaml);
    expectEqual([user.isRegistered, user.email], [true, ofSaml], "The user");
  });
  await steps.run(`SAML: the second sign-in, ${signed}`, async () => {
    expectEqual((await signIn(target, ofSaml)).isRegistered, false, "Whether the user is new");
  });
  const idpInitiated = "SAML: a sign-in that begins at the identity provider";
  if (features["IdP-initiated sign-in"]) {
    await steps.run(idpInitiated, async () => {
      const user = await signInFromIdentityProvider(target, startPage, ofSaml);
      expectEqual(user.isRegistered, false, "Whether the user is new");
    });
  } else {
    steps.skip(idpInitiated, "IdP-initiated sign-in");
  }

  const declared = wholeProgram(surroundings, tenant);
  await steps.run(
    "with a wrong secret, nobody signs in; doctor and drift say so; pulumi up --refresh repairs it",
    async () => {
      const { id, config } = await connectorNamed(api, "acceptance: OIDC");
      const wrong = { ...config, clientSecret: "canary-wrong" };
      await api.call("PATCH", `/sso-connectors/${id}`, { config: wrong });
      await expectRefused(target, ofOidc, "verification");
      await expectFailure(
        deployment,
        ["doctor", "--email", ofOidc, "--probe"],
        "rejects the client ID or the secret",
      );
      await expectFailure(deployment, ["drift", "--probe"], "credentials-rejected");
      await deployment.up(declared, ["--refresh"]);
      await signIn(target, ofOidc);
    },
  );
  await steps.run("with a redirect URI that is not registered, nobody signs in; doctor says so", async () => {
    await surroundings.register({ redirectUri: "https://logto.acme.test/callback" });
    await expectRefused(target, ofOidc, "identity provider");
    await expectFailure(deployment, ["doctor", "--email", ofOidc, "--probe"], "is not registered");
    await surroundings.register(await deployment.outputs());
    await signIn(target, ofOidc);
  });
  await steps.run("an address of another domain is offered no connector; doctor says so", async () => {
    await expectRefused(target, "user@other.acme.test", "offer");
    await expectFailure(deployment, ["doctor", "--email", "user@other.acme.test"], "other.acme.test");
  });
  await steps.run(
    "with enterprise SSO off, nobody is offered a connector; doctor says so; pulumi up --refresh repairs it",
    async () => {
      await tenant.setSwitch(false);
      await expectRefused(target, ofOidc, "offer");
      await expectFailure(deployment, ["doctor", "--email", ofOidc], "Enterprise SSO is disabled");
      await deployment.up(declared, ["--refresh"]);
      await signIn(target, ofOidc);
    },
  );
}

async function expectRefused(target: SignInTarget, email: string, step: string): Promise<void> {
  const error = await signIn(target, email).catch((failure: unknown) => failure);
  if (!(error instanceof SignInError)) throw new Error(`${email} was signed in.`);
  expectEqual(error.step, step, "Where the sign-in fails");
}

function expectFailure(deployment: Deployment, args: readonly string[], words: string): Promise<void> {
  return expectSaid(deployment, args, words, 2);
}

async function expectSaid(
  deployment: Deployment,
  args: readonly string[],
  words: string,
  exitCode: number,
): Promise<void> {
  const { code, stdout } = await deployment.logtoSso(args);
  const text = stdout.replaceAll(/\s+/g, " ");
  if (code !== exitCode || !text.includes(words))
    throw new Error(`logto-sso ${args.join(" ")} exited with ${code}, and should say "${words}":\n${stdout}`);
}
