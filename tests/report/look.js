// SPDX-License-Identifier: GPL-3.0-or-later
// node look.js <packages> <browser> <pictures> <page>...
// Opens each page light and dark, wide and on a phone; prints one JSON line a page. Anything that the page asks the network for is a fault.
"use strict";
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { pathToFileURL } = require("node:url");

const [packages, browser, pictures, ...pages] = process.argv.slice(2);
const { chromium } = require(path.join(packages, "node_modules", "playwright-core"));
const axe = fs.readFileSync(path.join(packages, "node_modules", "axe-core", "axe.min.js"), "utf8");
const FLAGS = ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-sandbox"];
const SIZES = { wide: { width: 1280, height: 900 }, phone: { width: 390, height: 844 } };
const TALLEST = 12000;

const faultsOf = (page, faults) => {
  page.on("console", (message) => { if (message.type() === "error") faults.push(`console: ${message.text()}`); });
  page.on("pageerror", (error) => faults.push(`script: ${error.message}`));
  page.on("dialog", (dialog) => { faults.push("a dialog"); dialog.dismiss(); });
  page.on("request", (request) => { if (!request.url().startsWith("file:")) faults.push(`request: ${request.url()}`); });
};

// The fastest of five: the others wait for whatever else the machine does.
const loadTime = async (page, url) => {
  const times = [];
  for (let round = 0; round < 5; round += 1) {
    await page.goto(url);
    times.push(await page.evaluate(() => performance.getEntriesByType("navigation")[0].loadEventEnd));
  }
  return Math.round(Math.min(...times));
};

// How far the page, or anything in it that no part of it scrolls, reaches over the right edge. What is cut off does not make the page wider.
const overflow = () => {
  const edge = document.documentElement.clientWidth;
  const scrolls = (element) => element.closest(".w, nav ul") !== null;
  const beyond = [...document.querySelectorAll("main *, header *, footer *")].filter((element) => !scrolls(element) && element.checkVisibility({ contentVisibilityAuto: false }))
    .map((element) => element.getBoundingClientRect().right - edge);
  return Math.ceil(Math.max(document.documentElement.scrollWidth - edge, ...beyond));
};

const violations = async (page) => {
  await page.evaluate(axe);
  const found = await page.evaluate(() => axe.run(document, { resultTypes: ["violations"] }));
  return found.violations.map(({ id, impact, nodes }) => ({ id, impact, nodes: nodes.length, first: nodes[0].html.slice(0, 200), why: nodes[0].failureSummary }));
};

const unfold = (page) => page.evaluate(() => document.querySelectorAll("details").forEach((part, place) => { part.open = place < 12; }));

const behaviour = async (page, rows) => {
  const faults = [];
  const worst = page.getByRole("button", { name: "Tenant", exact: true });
  await worst.click();
  const names = await page.locator("#overview tbody th").allTextContents();
  if (names.join() !== [...names].sort((a, b) => a.localeCompare(b)).join()) faults.push("sorting by tenant does not sort");
  if (await page.locator("#overview th[aria-sort=ascending]").count() !== 1) faults.push("aria-sort is missing");
  await page.locator("#filter").fill(names[0]);
  const shown = await page.locator("#overview tbody tr:visible").count();
  if (shown < 1 || (rows > 12 && shown === rows)) faults.push(`the filter shows ${shown} of ${rows}`);
  await page.locator("#filter").fill("");
  const link = page.locator("#overview tbody a").last();
  const place = (await link.getAttribute("href")).slice(1);
  await link.click();
  if (!(await page.evaluate((id) => document.getElementById(id).closest("details").open, place))) faults.push("a link does not unfold its tenant");
  return faults;
};

const main = async () => {
  const profile = fs.mkdtempSync(path.join(os.tmpdir(), "report-check-"));
  const context = { chromiumSandbox: false, executablePath: browser, args: FLAGS, headless: true };
  const started = await chromium.launchPersistentContext(profile, context);
  try {
    for (const file of pages) {
      const url = pathToFileURL(file).href, name = path.basename(file, ".html"), faults = [], found = [];
      const result = { name, bytes: fs.statSync(file).size, violations: {} };
      const page = await started.newPage();
      faultsOf(page, faults);
      result.load = await loadTime(page, url);
      const rows = await page.locator("#overview tbody tr").count();
      found.push(...(await behaviour(page, rows)));
      for (const colorScheme of ["light", "dark"]) {
        await page.emulateMedia({ colorScheme });
        for (const [size, viewport] of Object.entries(SIZES)) {
          await page.setViewportSize(viewport);
          await page.goto(url);
          await unfold(page);
          if (rows <= 12) result.violations[`${colorScheme} ${size}`] = await violations(page);
          await page.goto(url);
          if (rows <= 12) await unfold(page);
          const height = Math.min(TALLEST, await page.evaluate(() => document.documentElement.scrollHeight));
          await page.setViewportSize({ ...viewport, height });
          await page.screenshot({ path: path.join(pictures, `${name}-${colorScheme}-${size}.png`) });
        }
      }
      await page.setViewportSize({ width: 360, height: 740 });
      await page.goto(url);
      await unfold(page);
      result.overflow = await page.evaluate(overflow);
      await page.emulateMedia({ media: "print", colorScheme: "light" });
      await page.goto(url);
      if (rows <= 12) await page.pdf({ path: path.join(pictures, `${name}.pdf`), format: "A4" });
      await page.close();
      process.stdout.write(`${JSON.stringify({ ...result, faults: [...faults, ...found] })}\n`);
    }
  } finally {
    await started.close();
    fs.rmSync(profile, { recursive: true, force: true });
  }
};

main().catch((error) => { console.error(error); process.exit(1); });
