/** Stores each file of the build compressed beside it, as name.br and name.gz, where that is smaller. */
import { readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const DIST = fileURLToPath(new URL("../dist/", import.meta.url));
/** The service writes a nonce into it at each request; the manifest is for the build alone. */
const NOT_STORED = /^(index\.html|\.vite\/.*)$/;
const STORED = /\.(br|gz)$/;
/** A gain of less is not worth a second file. */
const LARGEST_RATIO = 0.95;

const brotli = (bytes) =>
  brotliCompressSync(bytes, {
    params: {
      [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
      [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
    },
  });
const CODINGS = { br: brotli, gz: (bytes) => gzipSync(bytes, { level: 9 }) };

for (const entry of readdirSync(DIST, { recursive: true, withFileTypes: true })) {
  const path = join(entry.parentPath, entry.name);
  if (!entry.isFile() || NOT_STORED.test(relative(DIST, path)) || STORED.test(path)) continue;
  const bytes = readFileSync(path);
  for (const [suffix, compress] of Object.entries(CODINGS)) {
    const compressed = compress(bytes);
    if (compressed.length > bytes.length * LARGEST_RATIO) continue;
    // whole or not at all: a build may be ended at any moment
    writeFileSync(`${path}.tmp`, compressed);
    renameSync(`${path}.tmp`, `${path}.${suffix}`);
  }
}
