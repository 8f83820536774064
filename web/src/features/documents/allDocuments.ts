import { api, type ChunkPage, type DocumentPage } from "@/shared/api";

const MOST = 500; // in one answer

/** Lists of which the next part is read on demand, and all parts again when something changed. */
const parts = api.injectEndpoints({
  endpoints: (build) => ({
    documentsParts: build.infiniteQuery<DocumentPage, { status: string; q: string }, string>({
      infiniteQueryOptions: { initialPageParam: "", getNextPageParam: (last) => last.meta?.next_cursor || undefined },
      query: ({ queryArg: { status, q }, pageParam: cursor }) => ({
        url: "/api/v1/documents",
        params: { status, q, limit: MOST, cursor },
      }),
      providesTags: ["documents"],
    }),
    chunksParts: build.infiniteQuery<ChunkPage, { id: string }, string>({
      infiniteQueryOptions: { initialPageParam: "", getNextPageParam: (last) => last.meta?.next_cursor || undefined },
      query: ({ queryArg: { id }, pageParam: cursor }) => ({
        url: `/api/v1/documents/${encodeURIComponent(id)}/chunks`,
        params: { limit: MOST, cursor },
      }),
      providesTags: ["document-text"],
    }),
  }),
});

export const { useDocumentsPartsInfiniteQuery, useChunksPartsInfiniteQuery } = parts;
