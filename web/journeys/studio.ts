/** The studio under test, over its API: for what a journey needs to be there. */

export const URL_OF_STUDIO = (process.env.STUDIO_URL ?? "http://127.0.0.1:8000").replace(/\/$/, "");
export const LOGIN = {
  email: process.env.STUDIO_EMAIL ?? process.env.STUDIO_ADMIN_EMAIL ?? "",
  password: process.env.STUDIO_PASSWORD ?? process.env.STUDIO_ADMIN_PASSWORD ?? "",
};

export interface Resource<A = Record<string, unknown>> {
  id: string;
  attributes: A;
}
export interface One<A = Record<string, unknown>> {
  data: Resource<A>;
}
export interface List<A = Record<string, unknown>> {
  data: Resource<A>[];
  meta: { total: number };
}

/** What the studio answers to a login. */
export interface Login {
  access_token: string;
  refresh_token: string;
  expires_in: number;
  email: string;
  role: string;
  tenant: string;
  permissions: string[];
}

export async function login(as = LOGIN): Promise<Login> {
  const answer = await fetch(`${URL_OF_STUDIO}/api/v1/auth/login`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(as),
  });
  if (!answer.ok) throw new Error(`login: ${answer.status} ${await answer.text()}`);
  return ((await answer.json()) as One<Login>).data.attributes;
}

let token: string | undefined;

/** Call the API as the login does; `T` is what is known to come back. */
export async function call<T = List>(path: string, init: RequestInit = {}): Promise<T> {
  token ??= (await login()).access_token;
  const headers = new Headers({ Authorization: `Bearer ${token}` });
  if (typeof init.body === "string") headers.set("Content-Type", "application/json");
  new Headers(init.headers).forEach((value, name) => headers.set(name, value));
  const answer = await fetch(`${URL_OF_STUDIO}/api/v1${path}`, { ...init, headers });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return (answer.status === 204 ? null : await answer.json()) as T;
}
