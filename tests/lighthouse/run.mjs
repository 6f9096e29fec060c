// Runs Lighthouse's mobile profile over addresses: `node run.mjs CHROME ADDRESS...`.
// Prints one line of JSON for each, in their order.

import { launch } from "chrome-launcher";
import lighthouse from "lighthouse";

const CATEGORIES = ["performance", "accessibility", "best-practices", "seo"];

const [chromePath, ...addresses] = process.argv.slice(2);
const chrome = await launch({ chromePath, chromeFlags: ["--headless=new", "--no-sandbox"] });
try {
  for (const address of addresses) {
    const { lhr } = await lighthouse(address, {
      port: chrome.port,
      logLevel: "error",
      onlyCategories: CATEGORIES,
    });
    const failed = Object.values(lhr.categories).flatMap(({ auditRefs }) =>
      auditRefs
        .filter(({ id, weight }) => weight > 0 && (lhr.audits[id].score ?? 1) < 1)
        .map(({ id }) => `${id}${lhr.audits[id].displayValue ? ` ${lhr.audits[id].displayValue}` : ""}`),
    );
    const requests = lhr.audits["network-requests"].details?.items ?? [];
    console.log(
      JSON.stringify({
        address,
        scores: CATEGORIES.map((id) => Math.round(100 * (lhr.categories[id].score ?? 0))),
        paint: lhr.audits["largest-contentful-paint"].numericValue ?? Infinity,
        requests: requests.map(({ url, transferSize }) => [url, transferSize]),
        failed: [...new Set(failed)],
        error: lhr.runtimeError?.message ?? null,
      }),
    );
  }
} finally {
  chrome.kill();
}
