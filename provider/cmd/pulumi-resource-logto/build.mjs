// Makes the plugin: one file, which needs Node.js alone. Pulumi runs this when it installs the plugin from this folder.
//
//   node build.mjs                                    writes pulumi-resource-logto.cjs beside this file
//   node build.mjs --archive FOLDER [--url URL]       also writes an archive of it with launchers for all platforms, for downloads
//                                                     from URL instead of the releases on GitHub
//   node build.mjs --executable FOLDER [--url URL]    also writes an archive of an executable, which contains this Node.js (26 or
//                                                     newer), for this platform
//
// Beside each archive lies what it is made of (CycloneDX).
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
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { build } from "esbuild";

const here = import.meta.dirname;
const name = "pulumi-resource-logto";
const repository = join(here, "..", "..", "..");
const { version, license, engines } = JSON.parse(readFileSync(join(repository, "package.json"), "utf8"));

const { values: options } = parseArgs({
  options: { archive: { type: "string" }, executable: { type: "string" }, url: { type: "string" } },
});

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

const bundled = packages(Object.keys(metafile.inputs));
if (options.archive !== undefined) {
  const launchers = [name, `${name}.cmd`];
  writeArchive(options.archive, `${name}-v${version}-node`, bundled, (folder) => {
    for (const file of [...launchers, `${name}.cjs`]) copyFileSync(join(here, file), join(folder, file));
  });
}
if (options.executable !== undefined) {
  // As Go names them, and so Pulumi.
  const system = { win32: "windows" }[process.platform] ?? process.platform;
  const architecture = { x64: "amd64" }[process.arch] ?? process.arch;
  const node = { name: "node", version: process.version.slice(1), license: "MIT" };
  const contents = [
    ...bundled,
    { path: nodeFolder(), about: node, purl: `pkg:generic/node@${node.version}` },
  ];
  writeArchive(
    options.executable,
    `${name}-v${version}-${system}-${architecture}`,
    contents,
    writeExecutable,
  );
}

function writeArchive(to, archive, contents, writeFiles) {
  mkdirSync(to, { recursive: true });
  writeFileSync(join(to, `${archive}.cdx.json`), `${JSON.stringify(materials(contents), undefined, 2)}\n`);
  const folder = mkdtempSync(join(tmpdir(), `${name}-`));
  try {
    writeFiles(folder);
    copyFileSync(join(repository, "LICENSE"), join(folder, "LICENSE"));
    writeFileSync(join(folder, "LICENSES-of-dependencies.txt"), licenses(contents));
    execFileSync("tar", ["-czf", join(to, `${archive}.tar.gz`), "-C", folder, ...readdirSync(folder)]);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Writes a copy of this Node.js with the bundle in it (https://nodejs.org/api/single-executable-applications.html). */
function writeExecutable(folder) {
  const executable = join(folder, process.platform === "win32" ? `${name}.exe` : name);
  const config = join(folder, "sea.json");
  writeFileSync(
    config,
    JSON.stringify({
      main: bundle,
      output: executable,
      disableExperimentalSEAWarning: true,
      // Compiled beforehand, it starts 30 ms sooner.
      useCodeCache: true,
    }),
  );
  execFileSync(process.execPath, ["--build-sea", config], { stdio: ["ignore", "ignore", "inherit"] });
  rmSync(config);
  // macOS runs nothing on Apple silicon whose signature is not of its contents. It need not name anybody.
  if (process.platform === "darwin") execFileSync("codesign", ["--force", "--sign", "-", executable]);
  const printed = execFileSync(executable, ["--version"], { encoding: "utf8" }).trim();
  if (printed !== version) throw new Error(`${executable} says that it is version ${printed}`);
}

/** The folder with the license of this Node.js, as nodejs.org and npm distribute it. */
function nodeFolder() {
  const binaries = dirname(process.execPath);
  const folder = [binaries, dirname(binaries)].find((one) => existsSync(join(one, "LICENSE")));
  if (folder === undefined) throw new Error(`${process.execPath} comes without its LICENSE`);
  return folder;
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
function materials(contents) {
  const component = (type, about, purl = `pkg:npm/${about.name.replace("@", "%40")}@${about.version}`) => ({
    type,
    "bom-ref": `${about.name}@${about.version}`,
    name: about.name,
    version: about.version,
    licenses: [{ expression: about.license }],
    purl,
  });
  const { purl, ...plugin } = component("application", { name, version, license });
  return {
    bomFormat: "CycloneDX",
    specVersion: "1.5",
    version: 1,
    metadata: { component: plugin },
    components: contents.map(({ about, purl: id }) => component("library", about, id)),
  };
}

/** The licenses of what is in the archive. */
function licenses(contents) {
  return contents
    .map(({ path, about }) => {
      const file = readdirSync(path).find((one) => /^licen[cs]e/i.test(one));
      const text =
        file !== undefined && existsSync(join(path, file)) ? readFileSync(join(path, file), "utf8") : "";
      return `${about.name} ${about.version} (${about.license})\n\n${text}`;
    })
    .join(`\n${"-".repeat(80)}\n\n`);
}
