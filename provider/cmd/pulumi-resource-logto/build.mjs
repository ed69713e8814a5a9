// Makes the plugin: one file, which needs Node.js alone. Pulumi runs this when it installs the plugin from this folder.
//
//   node build.mjs                                writes pulumi-resource-logto.cjs beside this file
//   node build.mjs --archives FOLDER [--url URL]  also writes an archive for each platform, for downloads from URL instead of the
//                                                 releases on GitHub, and what they are made of (CycloneDX)
import { execFileSync } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { build } from "esbuild";

const here = import.meta.dirname;
const name = "pulumi-resource-logto";
const repository = join(here, "..", "..", "..");
const { version, license, engines } = JSON.parse(readFileSync(join(repository, "package.json"), "utf8"));

const { values: options } = parseArgs({ options: { archives: { type: "string" }, url: { type: "string" } } });

const oldVersion = `The Pulumi plugin logto needs Node.js ${engines.node}, and runs in `;
const bundle = join(here, `${name}.cjs`);
const { metafile } = await build({
  absWorkingDir: repository,
  entryPoints: ["provider/plugin/main.ts"],
  outfile: bundle,
  bundle: true,
  minify: true,
  // The name of an error is often that of its class: node-fetch has it so, and what is done about an error goes by its name.
  keepNames: true,
  metafile: true,
  platform: "node",
  // Older than what runs it, so that an older Node.js can say that it is too old.
  target: "node14",
  format: "cjs",
  nodePaths: [join(here, "node_modules")],
  define: {
    "process.env.LOGTO_PLUGIN_URL": options.url === undefined ? "undefined" : JSON.stringify(options.url),
  },
  banner: {
    js: `if(parseInt(process.versions.node)<${parseInt(/\d+/.exec(engines.node)[0])}){console.error(${JSON.stringify(oldVersion)}+process.version);process.exit(1)}`,
  },
  legalComments: "none",
  logLevel: "warning",
});

if (options.archives !== undefined) {
  const bundled = packages(Object.keys(metafile.inputs));
  mkdirSync(options.archives, { recursive: true });
  writeFileSync(
    join(options.archives, `${name}-v${version}.cdx.json`),
    `${JSON.stringify(materials(bundled), undefined, 2)}\n`,
  );
  const folder = mkdtempSync(join(tmpdir(), `${name}-`));
  try {
    copyFileSync(bundle, join(folder, `${name}.cjs`));
    copyFileSync(join(repository, "LICENSE"), join(folder, "LICENSE"));
    writeFileSync(join(folder, "LICENSES-of-dependencies.txt"), licenses(bundled));
    for (const system of ["linux", "darwin", "windows"]) {
      const launcher = system === "windows" ? `${name}.cmd` : name;
      copyFileSync(join(here, launcher), join(folder, launcher));
      for (const architecture of ["amd64", "arm64"]) {
        const archive = join(options.archives, `${name}-v${version}-${system}-${architecture}.tar.gz`);
        const files = [launcher, `${name}.cjs`, "LICENSE", "LICENSES-of-dependencies.txt"];
        execFileSync("tar", ["-czf", archive, "-C", folder, ...files]);
      }
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The packages that are in the bundle: their folders and manifests. */
function packages(inputs) {
  const folders = inputs.flatMap((path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? []);
  return [...new Set(folders)].sort().map((folder) => {
    const path = join(repository, folder);
    return { path, about: JSON.parse(readFileSync(join(path, "package.json"), "utf8")) };
  });
}

/** The bill of materials: CycloneDX, as `npm sbom` writes it, which knows what is installed, but not what is bundled. */
function materials(bundled) {
  const component = (type, about) => ({
    type,
    "bom-ref": `${about.name}@${about.version}`,
    name: about.name,
    version: about.version,
    licenses: [{ expression: about.license }],
    purl: `pkg:npm/${about.name.replace("@", "%40")}@${about.version}`,
  });
  const { purl, ...plugin } = component("application", { name, version, license });
  return {
    bomFormat: "CycloneDX",
    specVersion: "1.5",
    version: 1,
    metadata: { component: plugin },
    components: bundled.map(({ about }) => component("library", about)),
  };
}

/** The licenses of what is in the bundle. */
function licenses(bundled) {
  return bundled
    .map(({ path, about }) => {
      const file = readdirSync(path).find((one) => /^licen[cs]e/i.test(one));
      const text =
        file !== undefined && existsSync(join(path, file)) ? readFileSync(join(path, file), "utf8") : "";
      return `${about.name} ${about.version} (${about.license})\n\n${text}`;
    })
    .join(`\n${"-".repeat(80)}\n\n`);
}
