import { addTagTypes, api as generated } from "./generated";

/** The query cache. Lists that grow by live events are not read again for each of them. */
export const api = generated.enhanceEndpoints({
  addTagTypes: ["training-steps", "training-groups", "document-text", "review-queue"],
  endpoints: {
    reviewsQueue: { providesTags: ["review-queue"] }, // read again when it is nearly worked through
    reviewsCreate: { invalidatesTags: ["reviews", "samples"] },
    reviewsBulk: { invalidatesTags: ["reviews", "samples", "curation", "review-queue"] },
    reviewsUndo: { invalidatesTags: ["reviews", "samples", "curation", "review-queue"] },
    trainingSteps: { providesTags: ["training-steps"] },
    trainingGroups: { providesTags: ["training-groups"] },
    trainingDefinitions: { providesTags: [] },
    documentsText: { providesTags: ["document-text"] },
  },
});

export const ALL_TAGS = [...addTagTypes, "training-steps", "training-groups", "document-text", "review-queue"] as const;
export * from "./generated";
