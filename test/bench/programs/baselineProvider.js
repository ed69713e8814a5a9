const { isDeepStrictEqual } = require("node:util");

const inputsOf = ({ tenantId, createdAt, ...inputs }) => inputs;
let created = 0;

module.exports = {
  diff: async (id, olds, news) =>
    isDeepStrictEqual(inputsOf(olds), inputsOf(news)) ? { changes: false } : {},
  create: async (inputs) => ({
    id: `connector${String(created++).padStart(3, "0")}`,
    outs: { ...inputs, tenantId: "default", createdAt: Date.now() },
  }),
  read: async (id, props) => ({ id, props, inputs: inputsOf(props) }),
  update: async (id, olds, news) => ({
    outs: { ...news, tenantId: olds.tenantId, createdAt: olds.createdAt },
  }),
  delete: async () => undefined,
};
