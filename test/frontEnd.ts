/** `npm run test:plugin` runs the end-to-end tests on the provider plugin, instead of on Pulumi's dynamic providers. */
export const isPlugin = process.env.TESTED_FRONT_END === "plugin";

/** A test of the dynamic front end only. The run on the plugin prints it with the reason. */
export function dynamicOnly(reason: string, name: string, run: () => unknown): void {
  if (isPlugin) process.stderr.write(`Not of the plugin: ${name}: ${reason}\n`);
  else test(name, run as () => Promise<void>);
}
