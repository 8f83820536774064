import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { failureOf } from "./failure";
import { send } from "./request";
import { renew, session, type Session } from "./session";
import { signedOut } from "./signedOut";

const held: Session = {
  accessToken: "old",
  refreshToken: "once",
  expires: 0,
  email: "a@b.example",
  role: "engineer",
  tenant: "acme",
  permissions: ["runs:write"],
};
const fresh = {
  data: {
    attributes: { access_token: "new", refresh_token: "next", expires_in: 60, email: "a@b.example", role: "engineer", tenant: "acme" },
  },
};
const json = (body: unknown, status = 200, headers = {}) => new Response(JSON.stringify(body), { status, headers });
const fetched = vi.fn<typeof fetch>();

beforeEach(() => {
  vi.stubGlobal("fetch", fetched);
  fetched.mockReset();
  session.set(held);
});
afterEach(() => {
  vi.unstubAllGlobals();
  session.set(null);
});

test("many requests at once renew an expired token once", async () => {
  fetched.mockImplementation(() => Promise.resolve(json(fresh)));
  expect(await Promise.all([renew("old"), renew("old"), renew("old")])).toEqual([true, true, true]);
  expect(fetched).toHaveBeenCalledTimes(1);
  expect(session.get()).toMatchObject({ accessToken: "new", permissions: ["runs:write"] });
});

test("a token that another tab renewed is taken from it", async () => {
  localStorage.setItem("studio.session", JSON.stringify({ ...held, accessToken: "theirs" }));
  expect(await renew("old")).toBe(true);
  expect(fetched).not.toHaveBeenCalled();
  expect(session.get()?.accessToken).toBe("theirs");
});

test("a request waits for the person who signs in again, and then goes through", async () => {
  fetched.mockImplementation((path, init) => {
    if (String(path).includes("/auth/refresh")) return Promise.resolve(json({}, 401));
    const token = new Headers(init?.headers).get("Authorization");
    return Promise.resolve(token === "Bearer newest" ? json({ fine: true }) : json({ error: { code: "TOKEN_EXPIRED" } }, 401));
  });
  const answer = send("/api/v1/documents");
  await vi.waitFor(() => expect(signedOut.get()).toBe(true));
  session.set({ ...held, accessToken: "newest" });
  expect(await (await answer).json()).toEqual({ fine: true });
  expect(signedOut.get()).toBe(false);
});

test("a refusal says the field and the way out", async () => {
  const error = { code: "VALIDATION_ERROR", message: "too many", details: { field: "count", remedy: "ask for less" } };
  fetched.mockResolvedValue(json({ error }, 422));
  await expect(send("/api/v1/batches")).rejects.toMatchObject({
    failure: { status: 422, field: "count", remedy: "ask for less", message: "too many" },
  });
});

test("a studio that does not answer is said to be away", () => {
  expect(failureOf({ status: "FETCH_ERROR", error: "x" })).toMatchObject({ code: "UNREACHABLE" });
  expect(failureOf({ status: 403, data: null }).remedy).toMatch(/administrator/);
});
