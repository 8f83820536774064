import { failureOf } from "@/shared/api/failure";
import { position } from "@/shared/api/position";
import { Refused } from "@/shared/api/request";
import { session } from "@/shared/api/session";
import { signedInAgain } from "@/shared/api/signedOut";
import type { Job } from "./queue";

interface Answer {
  status: number;
  body: unknown;
}

const GONE = { status: "FETCH_ERROR" }; // as the query cache calls it

/** Upload a file with its progress, which `fetch` does not tell. A login that ended is renewed and the file sent again.
 *
 * @throws Refused
 */
export async function transfer(job: Job): Promise<string> {
  for (;;) {
    const used = session.get()?.accessToken ?? "";
    const { status, body } = await once(job, used);
    if (status === 201) return (body as { data: { id: string } }).data.id;
    if (status !== 401) throw new Refused(failureOf({ status, data: body }));
    if (!(await signedInAgain(used, job.signal))) throw new Refused(failureOf(GONE));
  }
}

function once({ file, collection, licence, key, progress, signal }: Job, access: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const form = new FormData();
    if (collection) form.append("collection", collection);
    if (licence) form.append("licence", licence);
    form.append("file", file, file.name);
    const request = new XMLHttpRequest();
    request.open("POST", "/api/v1/documents/upload");
    request.setRequestHeader("Authorization", `Bearer ${access}`);
    request.setRequestHeader("Idempotency-Key", key);
    if (position.get()) request.setRequestHeader("Studio-Position", position.get());
    // The body is a little longer than the file; the last bytes are the form's end.
    request.upload.onprogress = ({ loaded, total }) =>
      progress(loaded >= total ? file.size : Math.min(loaded, file.size - 1));
    request.onload = () => {
      const token = request.getResponseHeader("Studio-Position");
      if (token) position.take({ headers: new Headers({ "Studio-Position": token }) });
      resolve({ status: request.status, body: parsed(request.responseText) });
    };
    const lost = () => reject(new Refused(failureOf(GONE)));
    request.onerror = lost;
    request.ontimeout = lost;
    const stop = () => {
      request.abort();
      lost();
    };
    signal.addEventListener("abort", stop, { once: true });
    request.send(form);
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
