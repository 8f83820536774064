import { http, HttpResponse } from "msw";
import { afterEach, expect, test } from "vitest";
import { position } from "@/shared/api/position";
import { Refused } from "@/shared/api/request";
import { session } from "@/shared/api/session";
import { fakeApi } from "@/shared/testing/render";
import { transfer } from "./transfer";

const server = fakeApi();
const upload = "*/api/v1/documents/upload";
const job = (more = {}) => ({
  file: new File(["honey"], "a.md"),
  collection: "shelf",
  licence: "",
  key: "k1",
  progress: () => {},
  signal: new AbortController().signal,
  ...more,
});
const signIn = (accessToken: string) =>
  session.set({
    ...{ accessToken, refreshToken: "r", expires: Date.now() + 60_000, email: "a@x", tenant: "t" },
    ...{ role: "admin", permissions: [] },
  });

afterEach(() => {
  session.set(null);
  position.forget();
});

test("a file becomes a document; the position of the write is kept", async () => {
  signIn("good");
  const asked: (string | null)[] = [];
  server.use(
    http.post(upload, ({ request }) => {
      asked.push(request.headers.get("authorization"), request.headers.get("idempotency-key"));
      return HttpResponse.json({ data: { id: "d1" } }, { status: 201, headers: { "Studio-Position": "p7" } });
    }),
  );
  expect(await transfer(job())).toBe("d1");
  expect(asked).toEqual(["Bearer good", "k1"]);
  expect(position.get()).toBe("p7");
});

test("a refusal has its field and its way out", async () => {
  const error = { code: "VALIDATION_ERROR", message: "too large", details: { field: "file", remedy: "split it" } };
  server.use(http.post(upload, () => HttpResponse.json({ error }, { status: 422 })));
  const failed = await transfer(job()).catch((reason: unknown) => reason);
  expect(failed).toBeInstanceOf(Refused);
  expect((failed as Refused).failure).toMatchObject({ field: "file", remedy: "split it", status: 422 });
});

test("a login that ended is renewed, and the file sent again under the same key", async () => {
  signIn("old");
  const seen: (string | null)[] = [];
  server.use(
    http.post(upload, ({ request }) => {
      const token = request.headers.get("authorization");
      seen.push(`${token} ${request.headers.get("idempotency-key")}`);
      return token === "Bearer new"
        ? HttpResponse.json({ data: { id: "d1" } }, { status: 201 })
        : HttpResponse.json({ error: { code: "TOKEN_EXPIRED" } }, { status: 401 });
    }),
    http.post("*/api/v1/auth/refresh", () =>
      HttpResponse.json({ data: { attributes: { access_token: "new", refresh_token: "r2", expires_in: 60 } } }),
    ),
  );
  expect(await transfer(job())).toBe("d1");
  expect(seen).toEqual(["Bearer old k1", "Bearer new k1"]);
});

test("a lost connection is told as one, a cancelled file ends", async () => {
  server.use(http.post(upload, () => HttpResponse.error()));
  const lost = await transfer(job()).catch((reason: unknown) => reason);
  expect((lost as Refused).failure.code).toBe("UNREACHABLE");
  const stop = new AbortController();
  server.use(http.post(upload, () => new Promise<never>(() => {})));
  const sent = transfer(job({ signal: stop.signal }));
  stop.abort();
  await expect(sent).rejects.toBeInstanceOf(Refused);
});
