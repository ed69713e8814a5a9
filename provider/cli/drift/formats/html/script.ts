/** The script of the page: it filters and groups the findings, and keeps that in the address. Without it, all of them are shown. */
export const script = `"use strict";
(() => {
  const form = document.getElementById("filter");
  if (form === null) return;
  const { search, by, clear } = form.elements;
  const fields = form.querySelectorAll("input, select");
  const groups = document.getElementById("groups");
  const sections = [...groups.children];
  const lists = new Map(sections.map((section) => [section.dataset.by + section.dataset.group, section.querySelector("ol")]));
  const findings = [...document.querySelectorAll(".finding")]
    .sort((a, b) => a.dataset.rank - b.dataset.rank)
    .map((element) => {
      const parts = [...element.querySelectorAll("summary, .whole, .where")];
      return { element, text: parts.map((part) => part.textContent).join(" ").toLowerCase() };
    });
  let opened = "";

  const show = () => {
    const grouping = by.value || "connector";
    if (groups.dataset.by !== grouping) {
      groups.dataset.by = grouping;
      for (const { element } of findings) lists.get(grouping + element.dataset[grouping]).append(element);
    }
    const filter = [...fields].filter((field) => field !== by && field.value !== "");
    const words = search.value.toLowerCase().split(/\\s+/);
    const chosen = filter.filter((field) => field !== search);
    let count = 0;
    for (const { element, text } of findings) {
      const isShown =
        chosen.every(({ name, value }) => element.dataset[name] === value) &&
        words.every((word) => text.includes(word));
      element.hidden = !isShown;
      if (isShown) count++;
    }
    for (const section of sections) section.hidden = section.querySelector(".finding:not([hidden])") === null;
    document.getElementById("none").hidden = count > 0;
    const all = findings.length + (findings.length === 1 ? " finding" : " findings");
    document.getElementById("shown").textContent =
      count === findings.length ? "All " + all + " shown" : count + " of " + all + " shown";
    clear.disabled = filter.length === 0;
  };
  const clearFilter = () => { for (const field of fields) if (field !== by) field.value = ""; };

  // A finding alone is an anchor, which works without this script too.
  const writeAddress = () => {
    const values = [...fields].filter(({ value }) => value !== "").map(({ name, value }) => [name, value]);
    const finding = values.length > 0 && opened !== "" ? [["finding", opened]] : [];
    const hash = values.length === 0 ? opened : new URLSearchParams([...values, ...finding]);
    history.replaceState(null, "", "#" + hash);
  };
  const findingAt = (id) => document.getElementById(id)?.closest(".finding details");
  const readAddress = () => {
    const hash = location.hash.slice(1);
    const isAnchor = findingAt(hash) != null;
    const values = new URLSearchParams(hash);
    for (const field of isAnchor ? [] : fields) {
      field.value = values.get(field.name) ?? "";
      if (field.selectedIndex === -1) field.selectedIndex = 0;
    }
    show();
    opened = isAnchor ? hash : values.get("finding") ?? "";
    const details = findingAt(opened);
    if (details == null) return;
    if (details.closest("[hidden]") !== null) { clearFilter(); show(); }
    details.open = true;
    details.scrollIntoView();
    details.firstElementChild.focus({ preventScroll: true });
  };

  form.addEventListener("input", () => { show(); writeAddress(); });
  form.addEventListener("reset", (event) => {
    event.preventDefault();
    clearFilter();
    show();
    writeAddress();
    search.focus();
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  // It does not bubble.
  groups.addEventListener("toggle", ({ target }) => {
    const { id } = target.lastElementChild;
    if (target.open) opened = id;
    else if (opened === id) opened = "";
    writeAddress();
  }, true);
  groups.addEventListener("click", ({ target }) => {
    if (!target.matches(".copy")) return;
    getSelection().selectAllChildren(target.previousElementSibling);
    // The Clipboard API is only on pages of HTTPS, and artifacts are often not.
    target.textContent = document.execCommand("copy") ? "Copied" : "Selected, not copied";
    document.getElementById("copied").textContent = target.textContent;
  });
  groups.addEventListener("focusout", ({ target }) => {
    if (target.matches(".copy")) target.textContent = "Copy remedy";
  });
  addEventListener("hashchange", readAddress);
  form.hidden = false;
  for (const button of groups.querySelectorAll(".copy")) button.hidden = false;
  readAddress();
})();
`;
