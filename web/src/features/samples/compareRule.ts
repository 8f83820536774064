import { api, type AskedRule, type WhatIfItem } from "@/shared/api";

/** A question by POST that writes nothing: as a query it is held, and asked again when decisions change. */
const asking = api.injectEndpoints({
  endpoints: (build) => ({
    ruleCompared: build.query<WhatIfItem, { id: string; asked: AskedRule }>({
      query: ({ id, asked }) => ({
        url: `/api/v1/curations/${encodeURIComponent(id)}/what-if`,
        method: "POST",
        body: asked,
      }),
      providesTags: ["curation"],
    }),
  }),
});

export const { useRuleComparedQuery } = asking;
