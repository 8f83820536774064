import { send } from "@/shared/api/request";

/** Fetch a file and count its bytes as they come; hand it to the browser's downloads at the end.
 *
 * @throws Refused
 */
export async function fetchFile(
  path: string,
  name: string,
  tell: (bytes: number) => void,
  signal: AbortSignal,
): Promise<number> {
  const answer = await send(path, { signal });
  const parts: BlobPart[] = [];
  let bytes = 0;
  const reader = answer.body?.getReader();
  for (;;) {
    const part = await reader?.read();
    if (!part || part.done) break;
    parts.push(part.value);
    bytes += part.value.byteLength;
    tell(bytes);
  }
  const url = URL.createObjectURL(new Blob(parts));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000); // the download has begun by then
  return bytes;
}
