/** Faults, each of which breaks one rule of the package, for `npm run mutants`. */

export interface Mutation {
  /** The rule that the mutation breaks. */
  readonly rule: string;
  /** The file below `provider`. */
  readonly file: string;
  /** A text that occurs once in the file. */
  readonly from: string;
  readonly to: string;
}

const of =
  (file: string) =>
  (rule: string, from: string, to: string): Mutation => ({ rule, file, from, to });

const validate = of("connector/validate.ts");
const domain = of("connector/domain.ts");
const issuer = of("connector/issuer.ts");
const certificate = of("connector/certificate.ts");
const metadata = of("connector/samlMetadata.ts");
const canonical = of("connector/canonical.ts");
const apiConnector = of("connector/apiConnector.ts");
const lifecycle = of("lifecycle/defineLifecycle.ts");
const create = of("lifecycle/createConnector.ts");
const tenant = of("lifecycle/recordedTenant.ts");
const ownership = of("lifecycle/ownership.ts");
const config = of("lifecycle/ssoConnectorConfig.ts");
const connector = of("lifecycle/ssoConnector.ts");
const key = of("lifecycle/samlSigningKey.ts");
const singleSignOn = of("lifecycle/singleSignOn.ts");
const notice = of("lifecycle/offerNotice.ts");
const sameTenant = of("logto/sameTenant.ts");
const settings = of("logto/settings.ts");
const settingTable = of("logto/settingTable.ts");
const addresses = of("logto/addresses.ts");
const token = of("logto/token.ts");
const response = of("logto/response.ts");
const transport = of("logto/transport.ts");
const list = of("logto/connectorList.ts");
const findings = of("cli/drift/connectorFindings.ts");
const others = of("cli/drift/otherResourceFindings.ts");
const details = of("cli/tenant/details.ts");
const baseline = of("cli/drift/baseline.ts");
const markdown = of("cli/drift/formats/markdown.ts");
const plan = of("cli/import/plan.ts");
const answers = of("cli/probe/answers.ts");
const probe = of("cli/probe/probe.ts");
const probeRequests = of("cli/probe/requests.ts");
const doctor = of("cli/health/connectorSteps.ts");

export const mutations: readonly Mutation[] = [
  // What is refused before anything is sent.
  validate("a required property must be given", "field.required && isAbsent", "false && isAbsent"),
  validate("an unknown property is refused", "return [{ property: path(key), reason }];", "return [];"),
  validate(
    "a key of another identity provider's config is refused",
    "...foreign.map((key) => ({ property: `${property}.${key}`, reason: foreignKey(key, providerName) })),",
    "",
  ),
  validate("mutually exclusive keys are refused", "if (second !== undefined) {", "if (Math.random() > 1) {"),
  validate(
    "keys that are required together are required",
    ".filter((key) => !given(key))",
    ".filter((key) => key === '')",
  ),
  validate(
    "a key is either in config or in extraConfig",
    "if (isObject(config) && !isAbsent(config[inner])) {",
    "if (isObject(config) && inner === '') {",
  ),
  validate("extraConfig requires config", "if (isAbsent(config)) {", "if (config === 0) {"),
  validate(
    "a property of the other protocol is refused",
    "if (identityProviders[providerName].protocol === protocol) return [];",
    "if (protocol !== undefined) return [];",
  ),
  validate("a property of the other mode is refused", "=== false) {", "=== null) {"),
  validate("a name has a maximum length", "text.length > field.maxLength", "text.length > 1e9"),
  validate("an unknown identity provider is refused", "return isProviderName(text)", "return text !== ''"),
  validate("a duplicate domain is refused", "if (first !== undefined) {", "if (first === -1) {"),
  validate(
    "half of a character is refused",
    "if (!/\\p{Surrogate}/u.test(text)) return undefined;",
    "return undefined;",
  ),
  validate(
    "a warning does not refuse anything",
    'failures: findings.filter((finding): finding is Failure => !("isWarning" in finding)),',
    "failures: findings,",
  ),
  domain("a public email domain is refused", "publicMailDomains.has(domain)", "domain === ''"),
  domain("a domain is no address", "[/@/,", "[/^@$/,"),
  domain("a domain has no wildcard", "[/\\*/,", "[/^\\*$/,"),
  domain("a domain is spelt as in addresses", "if (spelling !== undefined)", "if (spelling === '')"),
  domain("a part of a domain has a maximum length", "label.length > 63", "label.length > 999"),
  domain("a domain that no address can name is warned of", "others.includes(ascii)) return", "true) return"),
  issuer(
    "the address of a discovery document is refused",
    "if (/\\/\\.well-known(\\/|$)/.test(trimmed))",
    "if (trimmed === '')",
  ),
  issuer("an issuer has no query", "if (/[?#]/.test(trimmed))", "if (trimmed === '')"),
  issuer("a changed issuer is warned of", "old.name === current.name", "old.name !== ''"),
  issuer("a slash at the end of an issuer is warned of", '!issuer.endsWith("/")', "issuer !== ''"),
  of("connector/formats.ts")(
    "a placeholder is refused",
    "if (placeholder !== undefined &&",
    "if (placeholder === '' &&",
  ),
  certificate("several certificates are refused", "if (count > 1) {", "if (count > 9) {"),
  certificate("a certificate must be valid", "{ problem: unreadable(text) }", "({})"),
  certificate(
    "text around a certificate is removed",
    "more.length === 0 ? only.toString() : text",
    "more.length === 0 ? text : text",
  ),
  certificate("an expired certificate is warned of", "from <= now && now < to)", "from <= now)"),
  metadata(
    "metadata describes an identity provider",
    'childrenOf(entity, "IDPSSODescriptor").length > 0',
    "entity !== null",
  ),
  metadata(
    "metadata has an address to sign in at",
    "if (service === undefined) {",
    "if (services === null) {",
  ),
  metadata(
    "metadata has one address to sign in at",
    "if (more.length > 0) return `has ${more",
    "if (more.length > 9) return `has ${more",
  ),
  metadata(
    "the signing certificate of metadata is readable",
    "&& certificateAsLogto(text) !== undefined",
    "",
  ),
  metadata(
    "metadata is well-formed",
    "error: refuse, fatalError: refuse",
    "error: () => undefined, fatalError: refuse",
  ),
  metadata("a key for encryption signs nothing", 'trim() !== "encryption"', 'trim() !== ""'),
  validate(
    "the body has a maximum size",
    "if (sizeOf(values) <= maxBodyBytes) return undefined;",
    "return undefined;",
  ),
  of("connector/exposedSecret.ts")(
    "a private key in a field that is not secret is refused",
    "if (privateKey.test(text)) {",
    "if (text === '') {",
  ),
  of("connector/exposedSecret.ts")(
    "a URL with a password is refused",
    "userInfoAtStart.test(text) || passwordAnywhere.test(text)",
    "text === ''",
  ),

  lifecycle(
    "what matters for new values only is not warned of again",
    "warning.whenNew !== true || isNew(warning)",
    "warning.reason !== ''",
  ),

  // What is equal.
  canonical("domains are in lower case", "domain.toLowerCase()", "domain"),
  canonical("the order of domains does not matter", "...known.sort()", "...known"),
  canonical(
    "a value that equals an absent one is left out",
    "field?.equalsAbsent === undefined ||",
    "true ||",
  ),
  canonical("defaults are filled in", "if (field.default !== undefined) result", "if (key === '') result"),
  of("connector/compare.ts")(
    "what is not declared is not managed",
    "!(fields[key].unmanagedIfAbsent === true && declared[key] === undefined) &&",
    "",
  ),
  of("connector/configUpdate.ts")("a key that Logto has and nobody changed is kept", "{ ...live }", "{}"),
  of("connector/configUpdate.ts")(
    "the keys of another way to describe the identity provider are removed",
    "changed.some((key) => alternativeKeys.has(key))",
    "changed.length > 1000",
  ),
  apiConnector("a key that nobody knows is no drift", "keys.filter(isKnown)", "keys"),
  apiConnector(
    "a PATCH has what differs only",
    "changedProperties(connectorInputs, known, declared),",
    "Object.keys(declared),",
  ),
  apiConnector(
    "a connector is created without the signing of requests",
    "if (!isSigned(connector.config)) return connector;",
    "return connector;",
  ),

  // What Pulumi is told.
  lifecycle("providerName replaces", "inputFields[field]?.replaces === true", "field === ''"),
  lifecycle(
    "a replacement deletes first",
    "deleteBeforeReplace === true ? {",
    "deleteBeforeReplace === false ? {",
  ),
  lifecycle("an unchanged resource has no diff", "if (changed.length === 0)", "if (changed.length > 1e6)"),
  lifecycle("`get` of nothing fails", "if (outputs !== undefined) return undefined;", "return undefined;"),
  of("lifecycle/secrets.ts")(
    "secrets of a config are marked",
    "isSecretConfigKey(key) ? secret(value)",
    "key === '' ? secret(value)",
  ),
  of("lifecycle/secrets.ts")(
    "extraConfig is secret",
    "isSecretConfigKey(key) ? secret(value) : value",
    "value",
  ),
  of("engine/calls.ts")(
    "the value of a refused secret is not shown",
    'property === "config" || property === "extraConfig"',
    "property === ''",
  ),
  of("engine/calls.ts")(
    "what an incomplete create has made is recorded",
    "if (error instanceof IncompleteError)",
    "if (error === null)",
  ),

  // The plugin.
  of("plugin/registrationUrlOutputs.ts")(
    "a state without registration URLs gets them",
    "result.changes === false && !isCurrent",
    "result.changes === undefined && !isCurrent",
  ),
  of("plugin/service.ts")(
    "duplicates are found",
    "checkResponse({ inputs, failures: conflicts.failures })",
    "checkResponse({ inputs, failures: [] })",
  ),
  of("plugin/declarations.ts")(
    "a connector's config is declared once",
    "const other = connector ?? (twin &&",
    "const other = (twin &&",
  ),
  of("plugin/service.ts")(
    "a list has no more than the engine asks for",
    "limit > 0 ? all.slice(0, limit) : all",
    "all",
  ),
  of("plugin/service.ts")(
    "the error of a list is answered",
    'call.emit("error", serviceErrorOf(error))',
    "call.destroy(serviceErrorOf(error))",
  ),
  of("cli/stack/managedResources.ts")(
    "a logto.Provider of a 0.1.0 state is told by its inputs",
    ' || configKeyOf("clientSecret") in inputs',
    "",
  ),
  of("plugin/service.ts")("cancel ends the waiting", "await runs.of(peer).session.finish();", ""),
  of("logto/attempt.ts")(
    "a read ends at once when it is interrupted",
    'request.method === "GET" ? 0 :',
    'request.method === "" ? 0 :',
  ),

  // Nothing lost, nothing doubled.
  create(
    "a create whose answer was lost is found",
    'if (!isTaken && error.outcome !== "unknown") return undefined;',
    "if (!isTaken) return undefined;",
  ),
  create("an old connector is not the lost one", "row.createdAt > begun - clockSkewMs", "row.createdAt > 0"),
  create(
    "another identity provider is not taken over",
    "if (adopt === undefined || row.providerName !== connector.providerName)",
    "if (adopt === undefined)",
  ),
  create(
    "an existing connector is taken over only if that is declared",
    "if (adopt === undefined ||",
    "if (",
  ),
  create(
    "a connector that a create met is not deleted by that run",
    "run.recordSeen(row.id);",
    "void row.id;",
  ),
  create("logto:adopt takes over what is identical", 'if (adopt === "identical")', "if (adopt === null)"),
  of("lifecycle/lostAnswer.ts")(
    "a create is sent again where nothing was created",
    'if (error.outcome !== "unknown" ||',
    "if (attempt > 0 ||",
  ),
  of("lifecycle/pendingCreate.ts")(
    "a pending create does not take over another connector",
    "matchesRequest(row, connector) ? row",
    "true ? row",
  ),
  connector(
    "a create of unknown outcome is recorded",
    'error.outcome === "unknown")) throw error;',
    "false)) throw error;",
  ),
  connector("what Logto ignores is an error", "if (ignored.length === 0) return;", "return;"),
  connector(
    "a connector without its signature is recorded",
    "if (!(error instanceof LogtoError)) throw error;\n      const next",
    "if (id !== '') throw error;\n      const next",
  ),
  of("lifecycle/signing.ts")(
    "signing requires a key first",
    "isSigned(patch.config) ? await",
    "patch.config === 0 ? await",
  ),
  of("lifecycle/signing.ts")(
    "a key whose answer was lost is found",
    "find(({ id }) => !known.has(id))",
    "find(({ id }) => id === '')",
  ),
  of("lifecycle/liveConfig.ts")(
    "an identity provider that hangs does not prevent an update",
    "if (!(error instanceof LogtoError)) throw error;",
    "throw error;",
  ),
  config("another config is not replaced", "if (known !== undefined && !mayReplace)", "if (known === null)"),
  config(
    "a config that replaces another, and did not reach Logto, is sent again",
    'error.outcome === "unknown")) throw',
    "false)) throw",
  ),
  config(
    "both resources have one providerName",
    "if (row.providerName !== providerName)",
    "if (providerName === '')",
  ),
  key("a key in use waits for its successor", "await pollUntil(deactivated, handOverMs)", "undefined"),
  key(
    "an active key is deactivated before it is deleted",
    "single_sign_on.can_not_delete_active_signing_key",
    "x",
  ),
  of("lifecycle/organizationSsoConnector.ts")(
    "a link whose answer was lost is recorded",
    'error.outcome === "unknown")) throw error;',
    "false)) throw error;",
  ),
  of("lifecycle/ssoConnectorIdpInitiatedAuth.ts")(
    "IdP-initiated sign-in that exists is replaced only by adopt",
    "if (different.length > 0 && !adopt &&",
    "if (different.length < 0 && !adopt &&",
  ),
  of("lifecycle/lostAnswer.ts")(
    "a create that timed out is not sent again",
    ' || error.code === "timeout"',
    "",
  ),
  of("engine/engineValues.ts")(
    "an unknown value in a list is unknown",
    "return value.map((item) => replace(item, leaf));",
    "return value;",
  ),
  of("plugin/service.ts")(
    "the plugin says that a connector is deleted before its replacement is created",
    ".setDeletebeforereplace(deleteBeforeReplace === true)",
    ".setDeletebeforereplace(false)",
  ),
  ownership(
    "a refresh keeps that an object was adopted",
    "...found.outputs, ...adoptionOf(outputs)",
    "...found.outputs",
  ),
  ownership("an adopted object is not deleted", "if (this.#touchedIds.has(id)) return true;", ""),
  ownership(
    "an object that another resource declares is not deleted",
    "return declared !== undefined &&",
    "return false &&",
  ),
  tenant(
    "nothing is changed in another tenant",
    "if (!isSameObject(lifecycle, outputs, found, wanted))",
    "if (found === null)",
  ),
  sameTenant("a tenant of another ID is another tenant", "|| before === now;", "|| true;"),
  sameTenant(
    "a copy in which a connector differs is another tenant",
    "common.every((connector) => isEqualRow(connector, other.get(connector.id))) &&",
    "",
  ),
  sameTenant(
    "a copy with another connector is another tenant",
    "first.connectors.length + first.unreadable === second.connectors.length + second.unreadable &&",
    "",
  ),
  sameTenant(
    "a copy whose switch differs is another tenant",
    "!second.others.has(key) || isEqualAnswer(answer, second.others.get(key))",
    "Boolean(key ?? answer)",
  ),
  tenant("nothing is created in another tenant", "await session.assertSameTenant?.(client);", ""),
  of("lifecycle/processEnd.ts")(
    "Ctrl-C does not end the process during a create",
    "this.#endWhenIdle(this.#lastWrite + resultMs.done);",
    "process.exit();",
  ),

  create(
    "an inserted connector is found by a create that is sent again",
    "(isRetry || !isTaken)",
    "!isTaken",
  ),
  create(
    "a create waits longer for a connector with a config",
    "insertMs.without : insertMs.withConfig",
    "insertMs.without : insertMs.without",
  ),
  create(
    "a connector with a config is not identical to one without",
    'toState(row, connector.config ?? "all")',
    "toState(row, connector.config)",
  ),
  of("lifecycle/lostAnswer.ts")("a create is not sent for ever", " || attempt === maxTries", ""),
  lifecycle(
    "a connector that a run updated is not deleted by it",
    "run.recordSeen(id);\n        return verbs.update",
    "return verbs.update",
  ),
  config("an update without the live config keeps the keys of the state", "live ?? current.config", "live"),
  of("lifecycle/ssoConnectorIdpInitiatedAuth.ts")(
    "the config of a resource that is replaced needs no adopt",
    " && !run.isReplaced(connectorId)",
    "",
  ),
  of("lifecycle/ssoConnectorIdpInitiatedAuth.ts")(
    "what Logto ignores of IdP-initiated sign-in is an error",
    "if (ignored.length === 0) return state;",
    "return state;",
  ),
  of("lifecycle/liveConfig.ts")("an update without the live config says so", "run.notify(\n", "String(\n"),
  of("lifecycle/liveConfig.ts")(
    "the live config is read in a part of the timeout",
    "Math.min(maxReadMs, (client.settings.timeoutSeconds * 1000) / 3)",
    "maxReadMs",
  ),
  of("lifecycle/pollUntil.ts")("an interruption ends a look-up", "signal: interruption,", ""),
  ownership(
    "an update that is incomplete does not forget that the object was adopted",
    "await recording(adoption, lifecycle.update(client, id, outputs, inputs))",
    "await lifecycle.update(client, id, outputs, inputs)",
  ),
  tenant(
    "an update that is incomplete records the endpoint",
    "await recording({ endpoint }, lifecycle.update(client, id, outputs, inputs))",
    "await lifecycle.update(client, id, outputs, inputs)",
  ),
  tenant(
    "which tenant it is is asked once",
    "(found ??= assertSameObject(lifecycle",
    "(found = assertSameObject(lifecycle",
  ),
  of("lifecycle/errorContext.ts")("a read that fails has changed nothing", ' && error.method !== "GET"', ""),
  of("lifecycle/compositeId.ts")("an ID has two parts", " && rest.length === 0", ""),
  key(
    "the error of a lost key says where it may be",
    " If Logto created a key that the stack does not have, delete it in Logto's console.",
    "",
  ),

  // Requests.
  of("logto/outcome.ts")(
    "a gateway's error does not say whether Logto applied a request",
    "status === undefined || gatewayStatuses.has(status)",
    "status === undefined",
  ),
  of("logto/outcome.ts")(
    "an earlier attempt counts",
    'outcomes.includes("unknown") ?',
    "outcomes.length < 0 ?",
  ),
  of("logto/retryPolicy.ts")(
    "a POST is sent again only where it was not applied",
    '(!idempotent && failure.outcome !== "not applied")',
    "false",
  ),
  of("logto/retryPolicy.ts")("Retry-After is respected", "failure.retryAfterMs ?? usual", "usual"),
  of("logto/rateLimiter.ts")(
    "a 429 pauses all requests",
    "Math.max(this.#pausedUntil, Date.now() + ms)",
    "0",
  ),
  of("logto/rateLimiter.ts")(
    "those that waited for a 429 observe the rate again",
    "interruption);\n      await orInterrupted(this.throttle?.(), interruption);",
    "interruption);",
  ),
  of("logto/rateLimiter.ts")(
    "an interruption ends the waiting for the rate",
    "await Promise.race([waiting, interrupted]);",
    "await waiting;",
  ),
  transport(
    "the error is that of the response where retries have used up the time",
    "(isOver ? (previous ?? error) : error)",
    "error",
  ),
  transport("a request does not wait for ever for a 429", "used.rateLimitedMs += retry.afterMs;", ""),
  transport("each 429 makes the wait longer", "used.rateLimited++;", ""),
  transport(
    "an interruption ends the wait for a retry",
    "await pause(retry.afterMs, interruption);",
    "await pause(retry.afterMs);",
  ),
  of("logto/api.ts")(
    "a rejected token is replaced",
    "if (!isUnauthorized(error)) throw error;",
    "throw error;",
  ),
  token("a token is requested once", "this.#pending ??=", "this.#pending ="),
  token("a newer token is not replaced", "this.#token?.value === rejected && rejected", "rejected"),
  token(
    "rejected credentials are not tried again at once",
    "if (this.#rejection !== undefined &&",
    "if (false &&",
  ),
  token(
    "an application without the role is an error",
    '!String(scope).split(" ").includes("all")',
    "scope === 0",
  ),
  token(
    "a wrong client secret is named",
    'error.code === "oidc.invalid_client" && error.status === 401',
    "error.status === 1",
  ),
  of("logto/agents.ts")("every variable of a proxy is read", '"all_proxy", ', ""),
  response(
    "the address of a redirect contains no secret",
    "redact(originOf(location, settings.endpoint))",
    "originOf(location, settings.endpoint)",
  ),
  of("logto/attempt.ts")("a redirect is not followed", 'redirect: "manual"', 'redirect: "follow"'),
  of("logto/attempt.ts")("a response has a maximum size", "size: maxBytes,", ""),
  of("logto/redaction.ts")(
    "a secret is removed in every encoding",
    "if (inner !== undefined) search(inner",
    "if (inner === null) search(inner",
  ),
  of("logto/redaction.ts")("a secret that was cut is removed", "const minPart = 12;", "const minPart = 1e9;"),
  of("expectedError.ts")(
    "an error that is not ours is not shown as it is",
    "if (error instanceof ExpectedError) return error;",
    "if (error instanceof Error) return error as ExpectedError;",
  ),
  of("expectedError.ts")("the text of a SyntaxError is hidden", 'name === "SyntaxError"', "name === ''"),
  of("logto/attempt.ts")(
    "an error around a request has none of its secrets",
    "throw asExpected(error, redact);",
    "throw error;",
  ),
  of("logto/errors.ts")(
    "an error is short",
    "truncate(printableLines(message), maxMessageBytes)",
    "printableLines(message)",
  ),
  of("untrustedText.ts")(
    "text from Logto cannot control a terminal",
    ".replace(unsafe, unicodeEscape)\n    .replace",
    ".replace",
  ),
  response(
    "an error is no success",
    "if (status < 300 && body !== undefined) {",
    "if (body !== undefined) {",
  ),
  response(
    "a page that is not from Logto is an error",
    "if (status < 300 && body !== undefined)",
    "if (status < 300)",
  ),
  response(
    "an error contains no secret that was sent",
    "excerpt(hide(error.message), 600)",
    "excerpt(error.message, 600)",
  ),
  of("logto/endpoint.ts")(
    "an object that is gone is no error",
    "&& goneCodes.test(error.code)",
    "&& error.code === ''",
  ),
  of("logto/endpoint.ts")("a 404 of a proxy is no missing object", "&& goneCodes.test(error.code)", ""),
  list(
    "one identity provider that hangs does not block the others",
    "if (inTime !== undefined) return inTime;",
    "return await whole as never;",
  ),
  list(
    "a name may belong to a connector that cannot be read",
    "row !== undefined || unreadable === 0",
    "unreadable >= 0",
  ),
  list("a list that is too large is read in pages", ' || error.code === "too-large"', ""),
  list("where pages fail as well, the error is the list's", "throw failure ?? error;", "throw error;"),
  list(
    "a list that arrives before the pages is taken",
    "return await Promise.race([whole.then((list) => list ?? pages), pages]);",
    "return await pages;",
  ),
  list("a list that nobody needs any more is cancelled", "this.#done.abort();", ""),
  of("logto/sharedReads.ts")(
    "a write whose answer was lost makes a list old",
    "} finally {\n      this.#writes++;",
    "} catch (error) {\n      id = connectorName = undefined;\n      throw error;\n    } finally {\n      this.#writes++;",
  ),
  of("logto/client.ts")(
    "a connector that gets the name of another one is read again",
    "write({ id, connectorName }, () =>",
    "write({ id }, () =>",
  ),
  of("logto/sharedReads.ts")(
    "reads share a list",
    "batch.gets > 1 ? this.#begin() : undefined",
    "batch.gets > 1 ? undefined : undefined",
  ),
  of("logto/sharedReads.ts")("a row that was written is read again", "isWritten(row.id) ||", ""),
  of("logto/sharedReads.ts")(
    "a list denies nothing that is newer than it",
    "const snapshot = await this.#join(Infinity);",
    "const snapshot = this.#fresh(freshMs);",
  ),
  of("program/lookups.ts")(
    "a look-up sees the resources that it depends on",
    "found.includes(true) ? { maxAgeMs: 0 } : {}",
    "found.includes(0) ? { maxAgeMs: 0 } : {}",
  ),
  settingTable("credentials have no line break", "if (found === undefined) return [];", "return [];"),
  settings("a misspelt setting is reported", "if (meant === undefined) return [];", "return [];"),
  settings(
    "the stack config wins over the environment",
    "if (given !== undefined && (environment === undefined || !isBlank(name, given))) {",
    "if (given !== undefined && environment === undefined) {",
  ),
  settings(
    "an explicit provider reads nothing of the environment",
    "environment: undefined,",
    "environment,",
  ),
  settings(
    "an empty value of an explicit provider is an error",
    "(environment === undefined || !isBlank(name, given))",
    "!isBlank(name, given)",
  ),
  of("engine/pluginTokens.ts")(
    "Pulumi's default provider has an exact name",
    "gitlab)_.*)?$/",
    "gitlab)_.*)?/",
  ),
  of("dynamic/host.ts")(
    "the dynamic host knows an explicit provider",
    "config(explicitProviderKey) === undefined",
    "config(explicitProviderKey) !== null",
  ),
  of("program/explicitProvider.ts")(
    "the class checks outputs too",
    "assertUsable(provider, { [name]: value }, [name]);",
    "",
  ),
  addresses("http is refused but for loopback", 'protocol === "http:" && !allowHttp', "false && !allowHttp"),
  addresses(
    "an address with a password is refused",
    'username !== "" || password !== ""',
    "username === '@'",
  ),

  // Programs.
  of("program/duplicates.ts")(
    "two connectors of one name are an error",
    "if (self === undefined || other === undefined) return connectorName;",
    "if (connectorName !== '') return connectorName;",
  ),
  of("program/duplicates.ts")(
    "a domain on two connectors is a warning",
    "if (other === undefined) continue;",
    "continue;",
  ),
  of("program/duplicates.ts")(
    "two configs of a connector are an error",
    "`SsoConnectorConfig ${labelOf(twin)}`;\n  if (other === undefined) return;",
    "`SsoConnectorConfig ${labelOf(twin)}`;\n  if (other !== '') return;",
  ),
  of("program/resource.ts")(
    "what belongs to a connector is deleted with it",
    "owner === undefined ? {} : { deletedWith: owner }",
    "{}",
  ),
  of("program/resource.ts")(
    "timestamps of a 0.1.0 state are RFC 3339",
    "convertTimestamps(this, outputs);",
    "",
  ),
  of("logto/lookupTable.ts")(
    "a look-up returns no secret",
    "filter(([key]) => !isSecretConfigKey(key))",
    "filter(([key]) => key !== '')",
  ),
  of("connector/registrationUrls.ts")(
    "SAML connectors have their own URLs",
    "if (!isSaml) return",
    "if (true) return",
  ),

  // logto-sso.
  of("cli/drift/differences.ts")(
    "a changed secret is a finding without its value",
    "if (secret) return new",
    "if (path === '') return new",
  ),
  findings(
    "a connector that was deleted is a finding",
    'return [newFinding("missing"',
    'return [].concat([]) ?? [newFinding("missing"',
  ),
  findings("a connector of nobody is a finding", "...unmanaged, ...domain", "...domain"),
  findings("a domain on two connectors is a finding", ", ...domainConflicts(live, owners)]", "]"),
  findings(
    "a certificate that expires is a finding",
    'if (state === "valid" || state === "unknown") return [];',
    "return [];",
  ),
  findings(
    "an identity provider that cannot be reached is a finding",
    "if (!reachable) {",
    "if (one.id === '') {",
  ),
  tenant(
    "what every tenant has does not confirm which tenant it is",
    "if (!lifecycle.onePerTenant)",
    "if (lifecycle.onePerTenant || session.assertSameTenant === undefined)",
  ),
  tenant("what every tenant has is not changed in another one", "return !onePerTenant ||", "return true ||"),
  singleSignOn(
    "a switch that is as declared is not changed",
    "if (current.singleSignOnEnabled === enabled) return toState(current);",
    "",
  ),
  singleSignOn(
    "an answer with another switch is an error",
    "if (answer.singleSignOnEnabled === enabled) return state;",
    "if (state !== undefined) return state;",
  ),
  notice("a run asks once whether enterprise SSO is enabled", " || this.asked !== undefined", ""),
  notice(
    "a program that declares enterprise SSO enabled gets no notice",
    "if (this.#disabledAt === undefined || this.declared === true) return undefined;",
    "if (this.#disabledAt === undefined) return undefined;",
  ),
  notice(
    "a request that fails is no reason for a notice",
    "() => undefined,",
    '() => { this.#disabledAt = ""; },',
  ),
  findings(
    "a connector without domains is a finding",
    "one.connector.domains?.length !== 0",
    "one.connector.domains?.length !== -1",
  ),
  findings(
    "domains that were removed by hand are reported once",
    " || one.connector.domains?.length !== 0",
    "",
  ),
  findings(
    "a key that expires is a finding",
    'if (status === "unknown" || remedy === undefined) return [];',
    "if (status !== remedy) return [];",
  ),
  findings(
    "credentials that are rejected are a finding",
    'if (outcome === "rejected")',
    "if (more.remedy === '')",
  ),
  findings(
    "a redirect URI that is not registered is a finding",
    'outcome === "redirect-not-registered"',
    'outcome === "rejected"',
  ),
  others(
    "a disabled switch is a finding",
    "|| managed.length === 0) return changes;",
    "|| true) return changes;",
  ),
  others("a disabled switch is reported once", "changes.length > 0 || enabled ||", "enabled ||"),
  others("what cannot be read is not checked", "if (live instanceof LogtoError) {", "if (live === null) {"),
  others(
    "what belongs to a missing connector is not reported by itself",
    "if (missingFrom(tenant).some((connector) => connector.id === id)) return [];",
    "",
  ),
  others("a deactivated key is a change", "active: key.active }", "active: true }"),
  details(
    "a key that does not expire soon is read only if a resource declares it",
    "expiresSoon(Date.parse(validTo), now, expiryDays)",
    "validTo !== ''",
  ),
  of("logto/parallel.ts")(
    "a few requests are under way at a time",
    "concurrency: maxParallel",
    "concurrency: 1000",
  ),
  of("cli/drift/tenantProbes.ts")(
    "only the stack's connectors are probed",
    "const own = managed.get(connector.id);",
    "const [own] = managed.values();",
  ),
  of("cli/tenant/tenants.ts")(
    "one tenant under two endpoints has what either has listed",
    "[...second.live, ...first.live]",
    "first.live",
  ),
  of("cli/drift/ignoreRules.ts")("an ignore rule has a reason", 'reason.trim() === ""', "false"),
  of("cli/drift/driftReport.ts")(
    "only the chosen classes fail the check",
    "failOn.includes(finding.class)",
    "true",
  ),
  of("cli/drift/driftReport.ts")(
    "old findings fail the check unless told otherwise",
    "baseline?.failOnNew !== true ||",
    "",
  ),
  of("cli/drift/driftReport.ts")("classes that fail the check come first", "(failing > 0 ? 0 : 2)", "0"),
  of("cli/drift/finding.ts")("two domains are two conflicts", "path ?? domain ?? ", "path ?? "),
  baseline("an ignored finding is not resolved", "found.map(identityOf)", "findings.map(identityOf)"),
  baseline("what was not probed is not resolved", '"credentials-rejected": wasProbed,', ""),
  baseline(
    "a connector that was not read is not resolved",
    "checked.tenant.unread.has(id) || isUnchecked",
    "isUnchecked",
  ),
  baseline(
    "what could not be confirmed is still known",
    "[findings, unconfirmed].flat()",
    "[findings].flat()",
  ),
  baseline(
    "a tenant that the stack has left is resolved",
    "if (tenant === undefined) return true;",
    "if (tenant === undefined) return false;",
  ),
  baseline("the baseline is of the same project", "before.project !== now.project || ", ""),
  of("cli/drift/watch.ts")("a watch counts requests", "stats.requests += report", "void report"),
  of("cli/drift/watch.ts")("a watch measures the check", "stats.seconds = (Date", "void (Date"),
  of("cli/tenant/wrongTenant.ts")(
    "a tenant that lacks some connectors is the same one",
    "nearlyAll = 0.9",
    "nearlyAll = 0.4",
  ),
  baseline("the baseline is of the same stack", "before.name !== now.name", "false"),
  markdown("a report fits into an issue", "if (room < 0) return counts;", ""),
  markdown("no class hides another", "[firstRows, Infinity]", "[Infinity]"),
  of("cli/drift/formats/html/template.ts")("a name is no markup", "/[&<>\"']/g", "/[&]/g"),
  of("cli/drift/projectLocation.ts")(
    "no link runs anything",
    "/^https?:\\/\\/[^\\s?#]+$/.test(base)",
    "true",
  ),
  of("cli/tenant/wrongTenant.ts")(
    "a state of another tenant is an error",
    "if (!isRecordedElsewhere && !areNearlyAll) return undefined;",
    "return undefined;",
  ),
  plan("a connector that is managed is not imported", "!managedIds.has(id)", "true"),
  plan(
    "a connector that cannot be declared is named",
    "if (failures.length > 0) {",
    "if (failures.length > 99) {",
  ),
  of("cli/import/lock.ts")(
    "one import at a time",
    "if (other !== undefined) assertStale(other, file);",
    "if (other === '') assertStale(other, file);",
  ),
  of("engine/processes.ts")("a process of another user runs", '.code === "EPERM"', '.code === ""'),
  of("cli/import/stackSecrets.ts")(
    "an import that is undone keeps the secrets of an earlier one",
    "values.size === 0 ? pulumi.removeConfig([key]) : store(pulumi, values)",
    "pulumi.removeConfig([key])",
  ),
  of("cli/import/apply.ts")(
    "an import that leaves changes is an error",
    "if (changes.length === 0) return;",
    "return;",
  ),
  of("cli/codegen/yamlProgram.ts")(
    "text from Logto is no expression of a YAML program",
    'return value.replace(/\\$(?=[${])/g, "$$$$");',
    "return value;",
  ),
  // What a probe sends, and what its answers mean.
  probeRequests("a redirect takes no secret elsewhere", 'redirect: "manual"', 'redirect: "follow"'),
  probeRequests(
    "a secret goes to https:// only, or to this machine",
    'protocol === "https:" ||',
    'protocol === "https:" || protocol === "http:" ||',
  ),
  probe("a client's credentials are sent once", "clients.set(key, client);", "clients.set(id, client);"),
  probe(
    "a discovery document is read once",
    "documents.set(client.issuer, document);",
    'documents.set("", document);',
  ),
  answers("an answer that is not known means nothing", "if (known === undefined) {", "if (known === null) {"),
  answers(
    "Entra ID may refuse the code before it reads the secret",
    '"codeFirst"), error: "invalid_grant" },',
    '"accepted"), error: "invalid_grant" },',
  ),
  answers("only a registered redirect URI is redirected to", "location === redirectUri ||", "true ||"),
  doctor(
    "what an identity provider says of itself is redacted",
    "issuer === config.issuer ? issuer : redact(String(issuer))",
    "String(issuer)",
  ),
  doctor("a connector that is not offered fails", "page.connectorIds.includes(connector.id)", "page"),
];
