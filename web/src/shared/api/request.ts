import { failureOf, type Failure } from "./failure";
import { position } from "./position";
import { session } from "./session";
import { signedInAgain } from "./signedOut";

/** What `send` and `upload` throw: a failure with words for a person. */
export class Refused extends Error {
  constructor(readonly failure: Failure) {
    super(failure.message);
  }
}

/** A request outside the query cache (downloads, streams, tickets), with the session and the position.
 *
 * @throws Refused
 */
export async function send(path: string, init: RequestInit = {}): Promise<Response> {
  const signal = init.signal ?? new AbortController().signal;
  for (;;) {
    const held = session.get();
    const headers = new Headers(init.headers);
    if (held) headers.set("Authorization", `Bearer ${held.accessToken}`);
    if (position.get()) headers.set("Studio-Position", position.get());
    let answer: Response;
    try {
      answer = await fetch(path, { ...init, headers });
    } catch (error) {
      if (signal.aborted) throw error;
      throw new Refused(failureOf(error));
    }
    position.take(answer);
    if (answer.ok) return answer;
    if (answer.status === 401 && (await signedInAgain(held?.accessToken ?? "", signal))) continue;
    throw new Refused(failureOf({ status: answer.status, data: await answer.json().catch(() => null) }));
  }
}

/** Fetch a file with the session and hand it to the browser's downloads. */
export async function download(path: string, name: string): Promise<void> {
  const answer = await send(path);
  const url = URL.createObjectURL(await answer.blob());
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
