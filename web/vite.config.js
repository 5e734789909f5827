// One file out: a browser refuses modules and workers from disk, so the built page holds its
// script (classic, not a module), its style and MapLibre's worker (a Blob that MapLibre makes).
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

const here = dirname(fileURLToPath(import.meta.url));
const modules = join(here, "node_modules");

/** Packages whose code is in the page: those the bundle names, and what they depend on. */
function bundledPackages(ids) {
  const found = new Set();
  const visit = (name) => {
    const manifest = join(modules, name, "package.json");
    if (found.has(name) || name.startsWith("@types/") || !existsSync(manifest)) return;
    found.add(name);
    const { dependencies = {} } = JSON.parse(readFileSync(manifest, "utf8"));
    Object.keys(dependencies).forEach(visit);
  };
  for (const id of ids) {
    const part = id.split("node_modules/").at(-1);
    if (part === id) continue;
    visit(part.split("/").slice(0, part.startsWith("@") ? 2 : 1).join("/"));
  }
  return [...found].sort();
}

/** Name, version, licence and licence text of each package. */
function notices(names) {
  return names.map((name) => {
    const folder = join(modules, name);
    const { version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    const file = readdirSync(folder).find((entry) => /^(licen[cs]e|copying)/i.test(entry));
    const text = file ? readFileSync(join(folder, file), "utf8").trim() : "";
    return { name, version, licence: license ?? "see text", text };
  });
}

const inScript = (code) => code.replaceAll("</script", "<\\/script").replaceAll("<!--", "<\\!--");
const asJson = (value) => JSON.stringify(value).replaceAll("<", "\\u003c");

/** Put script, style and licences into the page, and nothing else beside it. */
function oneFile() {
  return {
    name: "standto-one-file",
    enforce: "post",
    generateBundle(_options, bundle) {
      const parts = Object.values(bundle);
      const chunks = parts.filter((part) => part.type === "chunk");
      const page = parts.find((part) => part.fileName.endsWith(".html"));
      const styles = parts.filter((part) => part.fileName.endsWith(".css"));
      if (chunks.length !== 1 || !page) throw new Error("the page must come to one script");
      const licences = notices(bundledPackages(chunks.flatMap((c) => Object.keys(c.modules))));
      page.source = page.source
        .replace(/<script type="module"[^>]*><\/script>\s*/, "")
        .replace(/<link rel="stylesheet"[^>]*>\s*/g, "")
        .replace("</head>", () => `<style>${styles.map((s) => s.source).join("\n")}</style>\n</head>`)
        .replace("</body>", () =>
          `<script type="application/json" id="licences">${asJson(licences)}</script>\n` +
          `<script>${inScript(chunks[0].code)}</script>\n</body>`);
      page.fileName = "page.html";
      for (const part of [...chunks, ...styles]) delete bundle[part.fileName];
    },
  };
}

export default defineConfig({
  root: here,
  base: "./",
  plugins: [oneFile()],
  resolve: {
    // Only APP-6D: the package's own entry brings every standard since 2525B.
    alias: { milsymbol: join(modules, "milsymbol", "index.mjs") },
  },
  build: {
    outDir: join(here, "..", "src", "standto", "view", "static"),
    emptyOutDir: true,
    target: "es2022",
    assetsInlineLimit: Number.MAX_SAFE_INTEGER,
    cssCodeSplit: false,
    modulePreload: false,
    chunkSizeWarningLimit: 4000,
    rolldownOptions: { output: { format: "iife", codeSplitting: false } },
  },
});
