import type { BaseQueryFn, FetchArgs, FetchBaseQueryError } from "@reduxjs/toolkit/query/react";
import { createApi, fetchBaseQuery } from "@reduxjs/toolkit/query/react";
import { position } from "./position";
import { session } from "./session";
import { signedInAgain } from "./signedOut";

const plain = fetchBaseQuery({
  baseUrl: "/",
  prepareHeaders: (headers) => {
    const held = session.get();
    if (held) headers.set("Authorization", `Bearer ${held.accessToken}`);
    if (position.get()) headers.set("Studio-Position", position.get());
    return headers;
  },
  paramsSerializer: (params: Record<string, unknown>) => {
    const found = new URLSearchParams();
    for (const [name, value] of Object.entries(params))
      for (const one of Array.isArray(value) ? value : [value])
        if (one !== undefined && one !== null && one !== "") found.append(name, String(one));
    return found.toString();
  },
});

/** Renews an expired token and asks again. Where a person has to sign in, the request waits for it: nothing is lost. */
export const baseQuery: BaseQueryFn<string | FetchArgs, unknown, FetchBaseQueryError> = async (args, api, extra) => {
  for (;;) {
    const used = session.get()?.accessToken ?? "";
    const result = await plain(args, api, extra);
    if (result.meta?.response) position.take(result.meta.response);
    const path = typeof args === "string" ? args : args.url;
    if (result.error?.status !== 401 || path.includes("/auth/")) return result;
    if (!(await signedInAgain(used, api.signal))) return result;
  }
};

/** The generated client adds its endpoints to this one; its tags are the OpenAPI document's. */
export const emptyApi = createApi({
  reducerPath: "api",
  baseQuery,
  keepUnusedDataFor: 30,
  refetchOnReconnect: true,
  endpoints: () => ({}),
});
