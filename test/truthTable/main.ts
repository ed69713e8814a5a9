/**
 * npm run truth-table: connectors of all kinds, good ones and bad ones: what `pulumi preview`, `pulumi up`, `logto-sso doctor` and
 * `logto-sso drift` say of each, and what its users meet when they sign in. Without arguments, on a new stand-in.
 */
import { accessFrom, accessUsage } from "../acceptance/arguments";
import { Deployment, PackedPackage } from "../acceptance/deployment";
import { TestedTenant } from "../acceptance/testedTenant";
import { findCli } from "../engine";
import { withWebApplication } from "../managementApi";
import { observe, type Row } from "./table";
import { contradictions, isUnknown } from "./verdict";
import { World } from "./world";
import { runMain } from "../runMain";

const usage = `Usage: npm run truth-table -- [--endpoint URL --client ID:SECRET] [--front-end NAME]

${accessUsage}`;

/** The part of the connectors of which the commands may say that they do not know. */
const maxUnknown = 0.1;

async function main(): Promise<boolean> {
  const access = await accessFrom(process.argv.slice(2), usage);
  if (access === undefined) return true;
  await findCli();
  const [first] = access.tenants;
  const packed = await PackedPackage.make();
  const world = await World.start();
  const tenant = new TestedTenant(first);
  const begun = performance.now();
  try {
    let passed = true;
    for (const frontEnd of access.frontEnds) {
      console.log(
        `\n${frontEnd === "plugin" ? "The plugin, from YAML" : "The classes, from the packed package"}\n`,
      );
      try {
        await tenant.open(`${world.anyProvider}/acme`, `${world.anyProvider}/saml/metadata`);
        const deployment = await Deployment.create(frontEnd, first, packed);
        try {
          const rows = await withWebApplication(tenant.api, (target) =>
            observe(deployment, tenant, world, target, (text) => {
              const seconds = ((performance.now() - begun) / 1000).toFixed(0);
              process.stderr.write(`${seconds} s: ${text}\n`);
            }),
          );
          passed = print(rows) && passed;
        } finally {
          await deployment.dispose();
        }
      } finally {
        await tenant.close();
      }
    }
    return passed;
  } finally {
    await world.close();
    await packed.remove();
    await access.close();
  }
}

/** Returns whether the commands contradict no sign-in, and know enough. */
function print(rows: readonly Row[]): boolean {
  const columns = [
    "connector",
    "preview",
    "up",
    "doctor",
    "--probe",
    "drift --probe",
    "sign-in",
    "",
  ] as const;
  const lines = rows.map((row) => {
    const drift = row.drift === undefined ? "-" : row.drift.join(" ") || "none";
    const against = contradictions(row.case, row);
    const last = against.length > 0 ? `✕ ${against.join("; ")}` : isUnknown(row.case, row) ? "unknown" : "";
    const words = [row.preview, row.up ?? "-", row.doctor ?? "-", row.probe ?? "-"];
    return [row.case.name, ...words, drift, row.ending, last];
  });
  const widths = columns.map((column, index) =>
    Math.max(column.length, ...lines.map((line) => line[index]?.length ?? 0)),
  );
  for (const line of [columns, ...lines])
    console.log(
      line
        .map((text, index) => text.padEnd(widths[index] ?? 0))
        .join("  ")
        .trimEnd(),
    );
  const count = (counts: (row: Row) => boolean) => rows.filter(counts).length;
  const contradicted = count((row) => contradictions(row.case, row).length > 0);
  const unknown = count((row) => isUnknown(row.case, row));
  const percent = ((100 * unknown) / rows.length).toFixed(0);
  console.log(
    `\n${rows.length} connectors, ${count(({ failsAt }) => failsAt === undefined)} with which users sign in: ` +
      `${contradicted} contradictions, ${unknown} unknown (${percent} %)`,
  );
  for (const { case: of } of rows.filter((row) => row.case.beyondSight !== undefined))
    console.log(`  ${of.name}: ${of.beyondSight ?? ""}`);
  return contradicted === 0 && unknown <= maxUnknown * rows.length;
}

runMain(main);
