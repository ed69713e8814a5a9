import { importX } from "eslint-plugin-import-x";
import tseslint from "typescript-eslint";

export default tseslint.config(
  { ignores: ["dist/", "node_modules/", "provider/cmd/*/*.cjs"] },
  tseslint.configs.strictTypeChecked,
  tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: {
      // One program for all files; the alternative, `projectService`, takes twice the time.
      parserOptions: { project: "tsconfig.json", tsconfigRootDir: `${import.meta.dirname}/..` },
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
  {
    files: ["**/*.{js,cjs,mjs}"],
    extends: [tseslint.configs.disableTypeChecked],
    rules: { "@typescript-eslint/no-require-imports": "off" },
  },
  { files: ["test/**", "examples/**"], rules: { "no-console": "off" } },
);
