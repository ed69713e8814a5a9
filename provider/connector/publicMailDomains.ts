/**
 * Mail domains that anybody can have an address in: Logto refuses them on a connector with 422
 * `single_sign_on.forbidden_domains`. From `singleSignOnDomainBlackList` of `@logto/schemas` 1.43.0, `yanex.com`
 * included.
 */
export const publicMailDomains: ReadonlySet<string> = new Set([
  "126.com",
  "163.com",
  "aol.com",
  "gmail.com",
  "gmx.com",
  "hotmail.com",
  "icloud.com",
  "live.com",
  "mail.com",
  "mail.ru",
  "outlook.com",
  "protonmail.com",
  "qq.com",
  "sina.com",
  "sohu.com",
  "yahoo.com",
  "yandex.com",
  "yanex.com",
  "zoho.com",
]);
