"""Runs the program in the working directory, with the settings in the environment: what Pulumi's own language host does."""
import asyncio
import json
import os
import runpy

import pulumi.runtime

env = os.environ
secret_keys = json.loads(env["PULUMI_CONFIG_SECRET_KEYS"])
pulumi.runtime.set_all_config(json.loads(env["PULUMI_CONFIG"]), secret_keys)
pulumi.runtime.configure(
    pulumi.runtime.Settings(
        project=env["PULUMI_PROJECT"],
        stack=env["PULUMI_STACK"],
        organization=env["PULUMI_ORGANIZATION"],
        monitor=env["PULUMI_MONITOR"],
        engine=env["PULUMI_ENGINE"],
        parallel=int(env["PULUMI_PARALLEL"]),
        dry_run=env["PULUMI_DRY_RUN"] == "true",
    )
)
loop = asyncio.new_event_loop()
asyncio.set_event_loop(loop)
loop.run_until_complete(pulumi.runtime.run_in_stack(lambda: runpy.run_path(".", run_name="__main__")))
