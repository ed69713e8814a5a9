/** A module in Python that declares connectors. Pure. */
import { spelling } from "../../engine/programLanguage";
import { Code, declaredArgs, moduleNote } from "./declaration";
import { lineBreakOf } from "./insertion";
import { argumentLines, hasSecrets, type PluginModule, quoted, type ValueSyntax } from "./pluginModule";

/** Words that cannot name a variable, or that the module uses, besides those that no module's variables have. */
const keywords = new Set(
  "and as assert async config def del elif except from global is lambda nonlocal not or pass raise".split(
    " ",
  ),
);

const syntax: ValueSyntax = {
  language: "python",
  indent: "    ",
  text: quoted,
  boolean: (value) => (value ? "True" : "False"),
  list: (items) => `[${items.join(", ")}]`,
  separator: "=",
  keySeparator: ": ",
  object: (type) => [`logto.${type}(`, ")"],
  mapping: ["{", "}"],
  isAligned: false,
};

export const pythonModule: PluginModule = {
  extension: ".py",
  isEntry: (file) => file === "__main__.py",
  declare(connector, taken) {
    const { resourceName, variable, secrets, args } = declaredArgs(
      connector,
      taken,
      (secret) => new Code(`config.require_secret(${quoted(secret)})`),
    );
    const written = spelling("python", variable);
    const target = keywords.has(written) ? `${written}_` : written;
    const lines = argumentLines(syntax, args, "    ");
    const source = `${target} = logto.SsoConnector(\n    ${quoted(resourceName)},\n${lines})\n`;
    return { resourceName, secrets, source };
  },
  source: (declarations) =>
    [
      `# ${moduleNote}\n`,
      ...(hasSecrets(declarations) ? ["import pulumi\n"] : []),
      "import pulumi_logto as logto\n",
      ...(hasSecrets(declarations) ? ["\nconfig = pulumi.Config()\n"] : []),
      ...declarations.map(({ source }) => `\n${source}`),
    ].join(""),
  use: (module) => `import ${module}`,
  // At the end, since docstrings and imports from `__future__` must be first. A linter would otherwise take away an import whose
  // name is not used, and the next `pulumi up` the connectors.
  withUse(entry, module) {
    if (new RegExp(`^import ${module}\\b`, "m").test(entry)) return entry;
    const eol = lineBreakOf(entry);
    const gap = entry === "" || entry.endsWith("\n") ? "" : eol;
    return `${entry}${gap}import ${module}  # noqa: E402, F401${eol}`;
  },
  isDeclaredIn: () => false,
  missingSdk: /No module named 'pulumi_logto'/,
};
