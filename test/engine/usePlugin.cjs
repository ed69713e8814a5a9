"use strict";
// Jest's option `--setupFiles test/engine/usePlugin.cjs`: inline programs, which declare resources of the classes, register those
// of the plugin instead. So the same tests run on both front ends.
const tokens = require("../../dist/dynamic/tokens.js");
const { pluginTypeOf } = require("../../dist/engine/tokens.js");

tokens.typeTokenOf = pluginTypeOf;
process.env.TESTED_FRONT_END = "plugin";
