// Writes .br and .gz beside each built text file: compressed once here, not on every request.
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const TEXT = /\.(js|css|svg|json|html|map|ttf)$/;
const SMALL = 1024; // bytes; below it there is nothing to gain

function walk(folder) {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) walk(path);
    else if (TEXT.test(name) && name !== "index.html" && statSync(path).size >= SMALL) compress(path);
  }
}

function compress(path) {
  const body = readFileSync(path);
  const quality = body.length > 1_000_000 ? 9 : 11; // the editor is large: 11 takes seconds for a percent
  writeFileSync(`${path}.br`, brotliCompressSync(body, { params: { [constants.BROTLI_PARAM_QUALITY]: quality } }));
  writeFileSync(`${path}.gz`, gzipSync(body, { level: 9 }));
}

walk(process.argv[2] ?? new URL("../dist", import.meta.url).pathname);
