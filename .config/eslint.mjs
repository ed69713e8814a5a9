import { createNodeResolver, importX } from "eslint-plugin-import-x";
import tseslint from "typescript-eslint";

const root = `${import.meta.dirname}/..`;

/** What each layer may import of the others, as DESIGN.md draws it. */
const layers = {
  connector: [],
  logto: ["connector"],
  lifecycle: ["logto", "connector"],
  engine: ["lifecycle", "logto/settingTable.ts", "connector"],
  dynamic: ["engine", "lifecycle", "logto", "connector"],
  plugin: ["engine", "lifecycle", "logto", "connector"],
  program: ["dynamic/tokens.ts", "engine/pluginTokens.ts", "logto", "connector"],
  cli: ["dynamic", "engine", "lifecycle", "logto", "connector"],
};
/** What all of them may import. */
const ground = ["enumeration.ts", "untrustedText.ts", "expectedError.ts", "manifest.ts", "values.ts"];

/** What each folder of `cli` may import of the others. */
const rooms = {
  io: [],
  probe: [],
  stack: ["io"],
  codegen: ["io"],
  health: ["io", "probe"],
  tenant: ["io", "stack", "health"],
  drift: ["io", "stack", "probe", "health", "tenant"],
  doctor: ["io", "stack", "probe", "health", "tenant"],
  list: ["io", "stack", "health", "tenant"],
  import: ["io", "stack", "codegen", "health", "tenant"],
};

const zonesOf = (folder, allowed, shared = []) =>
  Object.entries(allowed).map(([name, others]) => ({
    target: `provider/${folder}${name}/**/!(*.test).ts`,
    from: `provider/${folder}`,
    except: [name, ...others, ...shared],
    message: `${folder}${name} imports nothing from here but ${[...others, ...shared].join(", ") || "its own"}: see DESIGN.md.`,
  }));

export default tseslint.config(
  { ignores: ["dist/", "node_modules/", ".stryker-tmp/", "reports/", "provider/cmd/*/*.cjs"] },
  tseslint.configs.strictTypeChecked,
  tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: {
      // One program for all files; the alternative, `projectService`, takes twice the time.
      parserOptions: { project: "tsconfig.json", tsconfigRootDir: root },
    },
    rules: {
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/switch-exhaustiveness-check": "error",
      "@typescript-eslint/no-unused-vars": ["error", { ignoreRestSiblings: true }],
      // An interface gives a derived type a name that compiler messages and editors show.
      "@typescript-eslint/no-empty-object-type": ["error", { allowInterfaces: "with-single-extends" }],
      // The base class of a resource is made from its table, and so known to the compiler by its construct signature only.
      "@typescript-eslint/no-unsafe-class-instance-assignment": "off",
      "no-console": "error",
      eqeqeq: "error",
      "no-restricted-properties": [
        "error",
        { object: "URL", property: "canParse", message: "Use isUrl of connector/url.ts, which says why." },
      ],
    },
  },
  // A package that is there because another one needs it may be gone after any update.
  {
    plugins: { "import-x": importX },
    rules: {
      "import-x/no-extraneous-dependencies": [
        "error",
        {
          includeTypes: true,
          // The npm package holds neither tests nor the plugin, which is bundled.
          devDependencies: [
            "test/**",
            "provider/**/*.test.ts",
            "provider/plugin/**",
            ".config/**",
            "examples/**",
          ],
        },
      ],
    },
  },
  // The layers of DESIGN.md, and the rooms of the command.
  {
    settings: { "import-x/resolver-next": [createNodeResolver({ extensions: [".ts"] })] },
    rules: {
      "import-x/no-restricted-paths": [
        "error",
        { basePath: root, zones: [...zonesOf("", layers, ground), ...zonesOf("cli/", rooms)] },
      ],
    },
  },
  {
    files: ["**/*.{js,cjs,mjs}"],
    extends: [tseslint.configs.disableTypeChecked],
    rules: { "@typescript-eslint/no-require-imports": "off" },
  },
  { files: ["test/**", "examples/**", "drift/**"], rules: { "no-console": "off" } },
);
