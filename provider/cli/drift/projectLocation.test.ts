import { repositoryUrl } from "./projectLocation";

const github = {
  GITHUB_SERVER_URL: "https://github.com",
  GITHUB_REPOSITORY: "acme/infra",
  GITHUB_SHA: "0123456789abcdef0123456789abcdef01234567",
};
const gitlab = {
  CI_PROJECT_URL: "https://gitlab.com/acme/infra",
  CI_COMMIT_SHA: "0123456789abcdef0123456789abcdef01234567",
};

test.each([
  [github, "https://github.com/acme/infra/blob/0123456789abcdef0123456789abcdef01234567"],
  [
    { ...github, GITHUB_SERVER_URL: "https://git.acme.com", GITEA_ACTIONS: "true" },
    "https://git.acme.com/acme/infra/src/commit/0123456789abcdef0123456789abcdef01234567",
  ],
  [gitlab, "https://gitlab.com/acme/infra/-/blob/0123456789abcdef0123456789abcdef01234567"],
  [{}, undefined],
  [{ ...github, GITHUB_SHA: undefined }, undefined],
  [{ ...github, GITHUB_SHA: "main" }, undefined],
  [{ ...github, GITHUB_SERVER_URL: "javascript:alert(1)//" }, undefined],
  [{ ...gitlab, CI_PROJECT_URL: "https://gitlab.com/acme?x" }, undefined],
])("the repository's URL by %j", (env, url) => {
  expect(repositoryUrl(env)).toBe(url);
});
