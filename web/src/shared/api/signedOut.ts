import { renew, session } from "./session";

/** Whether a person has to sign in again, while the page stays as it is. */
let needed = false;
const listeners = new Set<() => void>();

function set(value: boolean): void {
  if (needed === value) return;
  needed = value;
  for (const listener of listeners) listener();
}

session.subscribe(() => set(false));

export const signedOut = {
  get: (): boolean => needed,
  subscribe(listener: () => void): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
  /** Ask for a sign-in and wait until it happened (or `signal` gives up). */
  wait(signal: AbortSignal): Promise<void> {
    set(true);
    return new Promise((resolve) => {
      const stop = session.subscribe(() => {
        if (!session.get()) return;
        stop();
        resolve();
      });
      signal.addEventListener("abort", () => {
        stop();
        resolve();
      });
    });
  },
};

/** After a request that was sent with the token `used` and refused: renew the login, or wait for the person to sign in.
 *
 * @returns whether to send the request again; false where `signal` gave up.
 */
export async function signedInAgain(used: string, signal: AbortSignal): Promise<boolean> {
  if (!(await renew(used).catch(() => false))) await signedOut.wait(signal);
  return !signal.aborted;
}
