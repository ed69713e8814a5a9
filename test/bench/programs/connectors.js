// The connectors that all programs declare.
exports.connectors = () => {
  const { count, idp, changed } = JSON.parse(process.env.BENCH);
  return Array.from({ length: count }, (_, index) => [
    `customer-${index}`,
    {
      providerName: "OIDC",
      config: {
        clientId: `client-${index}`,
        clientSecret: `secret-${index}`,
        issuer: `${idp}/customer-${index}`,
      },
      domains: [`${index < changed ? "new" : "customer"}-${index}.com`],
    },
  ]);
};
