/** Who is signed in. Tokens live in localStorage so that tabs share them; one tab at a time renews them. */

export interface Session {
  accessToken: string;
  refreshToken: string;
  /** Milliseconds of Unix time at which the access token ends. */
  expires: number;
  email: string;
  role: string;
  tenant: string;
  permissions: string[];
}

const PLACE = "studio.session";
type Listener = () => void;
const listeners = new Set<Listener>();
let current: Session | null = stored();

function stored(): Session | null {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(PLACE) ?? "null");
    return found && typeof found === "object" && "accessToken" in found ? (found as Session) : null;
  } catch {
    return null;
  }
}

function tell(): void {
  for (const listener of listeners) listener();
}

if (typeof window !== "undefined")
  window.addEventListener("storage", (event) => {
    if (event.key !== PLACE && event.key !== null) return;
    current = stored();
    tell();
  });

export const session = {
  get: (): Session | null => current,
  set(next: Session | null): void {
    current = next;
    try {
      if (next) localStorage.setItem(PLACE, JSON.stringify(next));
      else localStorage.removeItem(PLACE);
    } catch {
      // storage is off: this tab alone is signed in
    }
    tell();
  },
  subscribe(listener: Listener): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
};

interface Answer {
  data: { attributes: Record<string, unknown> };
}

/** The session in an answer of `/auth/login` or `/auth/refresh`. */
export function sessionOf(answer: unknown, now = Date.now()): Session {
  const it = (answer as Answer).data.attributes;
  return {
    accessToken: String(it.access_token),
    refreshToken: String(it.refresh_token),
    expires: now + Number(it.expires_in) * 1000,
    email: String(it.email),
    role: String(it.role),
    tenant: String(it.tenant),
    permissions: Array.isArray(it.permissions) ? it.permissions.map(String) : [],
  };
}

let renewing: Promise<boolean> | null = null;

/** Renew the access token; false where a person has to sign in again. Refresh tokens work once, so tabs take turns. */
export function renew(used: string): Promise<boolean> {
  const found = renewing ?? inTurn(() => exchange(used)).finally(() => (renewing = null));
  renewing = found;
  return found;
}

// Locks exist on secure origins only; elsewhere two tabs at once may cost one of them its login.
async function inTurn(work: () => Promise<boolean>): Promise<boolean> {
  return navigator.locks ? await navigator.locks.request("studio.renew", work) : await work();
}

async function exchange(used: string): Promise<boolean> {
  const held = stored() ?? current;
  if (!held) return false;
  if (held.accessToken !== used) {
    current = held; // another tab was faster
    tell();
    return true;
  }
  const answer = await fetch("/api/v1/auth/refresh", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ refresh_token: held.refreshToken }),
  });
  if (!answer.ok) return false;
  const fresh = sessionOf(await answer.json());
  session.set({ ...fresh, permissions: fresh.permissions.length ? fresh.permissions : held.permissions });
  return true;
}
