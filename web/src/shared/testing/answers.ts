import { http, HttpResponse, type RequestHandler } from "msw";

/** `GET /api/v1/<url>` answers a page with these things. */
export const list = (url: string, ...data: object[]): RequestHandler =>
  http.get(`*/api/v1/${url}`, () => HttpResponse.json({ data, meta: { next_cursor: null, total: data.length } }));

/** `GET /api/v1/<url>` answers one thing of `type` with these attributes. */
export const one = (url: string, type: string, attributes: object): RequestHandler =>
  http.get(`*/api/v1/${url}`, () =>
    HttpResponse.json({ data: { id: decodeURIComponent(url.split("/")[1] ?? type), type, attributes } }),
  );
