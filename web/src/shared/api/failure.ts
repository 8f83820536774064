/** What went wrong, in words for a person, with the way out. */

export interface Failure {
  status: number | "offline";
  code: string;
  message: string;
  field?: string;
  remedy?: string;
}

interface Envelope {
  error?: { code?: string; message?: string; details?: { field?: string; remedy?: string; reason?: string } };
}

/** What `fetch` says in the browsers where it gets no answer; other type errors are faults of the page. */
const UNREACHABLE = /fetch|network|load failed/i;

/** The failure in an error of RTK Query, a body of the API, or anything thrown. */
export function failureOf(error: unknown): Failure {
  if (error instanceof Error && "failure" in error) return error.failure as Failure; // what `send` throws
  const { status, data } = (error ?? {}) as { status?: number | string; data?: unknown };
  if (typeof status === "number") return fromBody(status, data);
  if (status === "FETCH_ERROR" || (error instanceof TypeError && UNREACHABLE.test(error.message)))
    return {
      status: "offline",
      code: "UNREACHABLE",
      message: "The studio does not answer.",
      remedy: "See whether it runs with `studio status`; this page goes on by itself when it is back.",
    };
  return { status: 0, code: "UNEXPECTED", message: said(error) };
}

function said(error: unknown): string {
  const { message } = (error ?? {}) as { message?: unknown };
  return typeof message === "string" && message ? message : String(error);
}

function fromBody(status: number, body: unknown): Failure {
  const said = (body as Envelope | undefined)?.error;
  const details = said?.details ?? {};
  return {
    status,
    code: said?.code ?? `HTTP_${status}`,
    message: said?.message ?? `The studio answered ${status}.`,
    field: details.field,
    remedy: details.remedy ?? REMEDIES[status],
  };
}

const REMEDIES: Record<number, string> = {
  403: "Ask an administrator for a role that may do this.",
  404: "It may have been deleted. Go back to the list.",
  409: "Somebody else changed it. Look at its state now and decide again.",
  500: "Try again; if it stays, look into the log of the API with `studio status`.",
  503: "A part of the studio restarts. Try again in a few seconds.",
};

/** Whether the thing that was asked for is not there (any more). */
export const isGone = (failure: Failure): boolean => failure.status === 404;
