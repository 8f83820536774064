import {
  api,
  useGetApiV1DeadLettersByIdQuery,
  useGetApiV1DeadLettersCausesQuery,
  usePostApiV1DeadLettersByIdReleaseMutation,
  usePostApiV1DeadLettersByIdSkipMutation,
  type DeadLetterPage,
} from "@/shared/api";

const MOST = 500; // in one answer

interface Wanted {
  state: string;
  consumer: string;
  code: string;
}

const parts = api.injectEndpoints({
  endpoints: (build) => ({
    deadLettersParts: build.infiniteQuery<DeadLetterPage, Wanted, string>({
      infiniteQueryOptions: { initialPageParam: "", getNextPageParam: (last) => last.meta?.next_cursor || undefined },
      query: ({ queryArg, pageParam: cursor }) => ({
        url: "/api/v1/dead-letters",
        params: { ...queryArg, limit: MOST, cursor },
      }),
      providesTags: ["dead-letters"],
    }),
  }),
});

export const { useDeadLettersPartsInfiniteQuery: useLetters } = parts;
export const useCauses = useGetApiV1DeadLettersCausesQuery;
export const useLetter = useGetApiV1DeadLettersByIdQuery;
export const useRelease = usePostApiV1DeadLettersByIdReleaseMutation;
export const useSkip = usePostApiV1DeadLettersByIdSkipMutation;
