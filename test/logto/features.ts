/** What a Logto may lack, by its version or by its settings. Each can be switched while the stand-in runs. */
export interface Features {
  /** Signing keys of SAML connectors and signed requests: Logto 1.42.0 and older have neither. */
  signingKeys: boolean;
  /** The key to encrypt stored tokens with: off where a self-hosted server has no `SECRET_VAULT_KEK`. */
  tokenStorage: boolean;
  /** IdP-initiated sign-in: off where a self-hosted server has no `DEV_FEATURES_ENABLED`. */
  idpInitiatedAuth: boolean;
  /** Whether organizations have `isTrustedDeviceAllowed`, which also needs `DEV_FEATURES_ENABLED`. */
  trustedDevices: boolean;
}

/** Every feature that `given` does not name is on. */
export function featuresFrom(given: Partial<Features>): Features {
  const { signingKeys = true, tokenStorage = true, idpInitiatedAuth = true, trustedDevices = true } = given;
  return { signingKeys, tokenStorage, idpInitiatedAuth, trustedDevices };
}
