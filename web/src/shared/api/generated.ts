import { emptyApi as api } from "./empty";
export const addTagTypes = [
  "auth",
  "generation",
  "chat",
  "curation",
  "reviews",
  "datasets",
  "dead-letters",
  "deployments",
  "documents",
  "events",
  "feed",
  "jobs",
  "lineage",
  "models",
  "outside-runs",
  "pipeline",
  "recipes",
  "training",
  "samples",
  "trainers",
  "users",
  "platform",
] as const;
const injectedRtkApi = api
  .enhanceEndpoints({
    addTagTypes,
  })
  .injectEndpoints({
    endpoints: (build) => ({
      authLogin: build.mutation<AuthLoginApiResponse, AuthLoginApiArg>({
        query: (queryArg) => ({
          url: `/api/v1/auth/login`,
          method: "POST",
          body: queryArg.login,
        }),
        invalidatesTags: ["auth"],
      }),
      authLogout: build.mutation<AuthLogoutApiResponse, AuthLogoutApiArg>({
        query: (queryArg) => ({
          url: `/api/v1/auth/logout`,
          method: "POST",
          body: queryArg.refresh,
        }),
        invalidatesTags: ["auth"],
      }),
      authMe: build.query<AuthMeApiResponse, AuthMeApiArg>({
        query: () => ({ url: `/api/v1/auth/me` }),
        providesTags: ["auth"],
      }),
      authRefresh: build.mutation<AuthRefreshApiResponse, AuthRefreshApiArg>({
        query: (queryArg) => ({
          url: `/api/v1/auth/refresh`,
          method: "POST",
          body: queryArg.refresh,
        }),
        invalidatesTags: ["auth"],
      }),
      generationIndex: build.query<
        GenerationIndexApiResponse,
        GenerationIndexApiArg
      >({
        query: (queryArg) => ({
          url: `/api/v1/batches`,
          headers: {
            "Studio-Position": queryArg["Studio-Position"],
          },
          params: {
            status: queryArg.status,
            limit: queryArg.limit,
            cursor: queryArg.cursor,
          },
        }),
        providesTags: ["generation"],
      }),
      generationCreate: build.mutation<
        GenerationCreateApiResponse,
        GenerationCreateApiArg
      >({
        query: (queryArg) => ({
          url: `/api/v1/batches`,
          method: "POST",
          body: queryArg.newBatch,
          headers: {
            "idempotency-key": queryArg["idempotency-key"],
            "if-match": queryArg["if-match"],
            "Studio-Position": queryArg["Studio-Position"],
          },
        }),
        invalidatesTags: ["generation"],
      }),
      generationForecast: build.mutation<
        GenerationForecastApiResponse,
        GenerationForecastApiArg
      >({
        query: (queryArg) => ({
          url: `/api/v1/batches/estimate`,
          method: "POST",
          body: queryArg.newBatch,
          headers: {
            "idempotency-key": queryArg["idempotency-key"],
            "if-match": queryArg["if-match"],
            "Studio-Position": queryArg["Studio-Position"],
          },
        }),
        invalidatesTags: ["generation"],
      }),
      generationCancel: build.mutation<
        GenerationCancelApiResponse,
        GenerationCancelApiArg
      >({
        query: (queryArg) => ({
          url: `/api/v1/batches/${queryArg.id}`,
          method: "DELETE",
          headers: {
            "idempotency-key": queryArg["idempotency-key"],
            "if-match": queryArg["if-match"],
            "Studio-Position": queryArg["Studio-Position"],
          },
          params: {
            reason: queryArg.reason,
          },
        }),
        invalidatesTags: ["generation"],
      }),
      generationShow: build.query<
        GenerationShowApiResponse,
        GenerationShowApiArg
      >({
        query: (queryArg) => ({
          url: `/api/v1/batches/${queryArg.id}`,
          headers: {
            "Studio-Position": queryArg["Studio-Position"],
          },
        }),
        providesTags: ["generation"],
      }),
      generationReread: build.mutation<
        GenerationRereadApiResponse,
        GenerationRereadApiArg
      >({
        query: (queryArg) => ({
          url: `/api/v1/batches/${queryArg.id}/reread`,
          method: "POST",
          headers: {
            "idempotency-key": queryArg["idempotency-key"],
            "if-match": queryArg["if-match"],
            "Studio-Position": queryArg["Studio-Position"],
          },
        }),
        invalidatesTags: ["generation"],
      }),
      chatCompletions: build.mutation<
        ChatCompletionsApiResponse,
        ChatCompletionsApiArg
      >({
        query: (queryArg) => ({
          url: `/api/v1/chat/completions`,
          method: "POST",
          body: queryArg.chatRequest,
          headers: {
            "studio-session": queryArg["studio-session"],
          },
        }),
        invalidatesTags: ["chat"],
      }),
      chatOutcomes: build.mutation<ChatOutcomesApiResponse, ChatOutcomesApiArg>(
        {
          query: (queryArg) => ({
            url: `/api/v1/chat/outcomes`,
            method: "POST",
            body: queryArg.newOutcome,
          }),
          invalidatesTags: ["chat"],
        },
      ),
      curationIndex: build.query<CurationIndexApiResponse, CurationIndexApiArg>(
        {
          query: (queryArg) => ({
            url: `/api/v1/curations`,
            headers: {
              "Studio-Position": queryArg["Studio-Position"],
            },
            params: {
              status: queryArg.status,
              limit: queryArg.limit,
              cursor: queryArg.cursor,
            },
          }),
          providesTags: ["curation"],
        },
      ),
      curationCreate: build.mutation<
        CurationCreateApiResponse,
        CurationCreateApiArg
      >({
        query: (queryArg) => ({
          url: `/api/v1/curations`,
          method: "POST",
          body: queryArg.newCuration,
          headers: {
            "idempotency-key": queryArg["idempotency-key"],
            "if-match": queryArg["if-match"],
            "Studio-Position": queryArg["Studio-Position"],
          },
        }),
        invalidatesTags: ["curation"],
      }),
      curationChoices: build.query<
        CurationChoicesApiResponse,
        CurationChoicesApiArg
      >({
        query: () => ({ url: `/api/v1/curations/scorers` }),
        providesTags: ["curation"],
      }),
      curationShow: build.query<CurationShowApiResponse, CurationShowApiArg>({
        query: (queryArg) => ({
          url: `/api/v1/curations/${queryArg.id}`,
          headers: {
            "Studio-Position": queryArg["Studio-Position"],
          },
        }),
        providesTags: ["curation"],
      }),
      reviewsAgreement: build.query<
        ReviewsAgreementApiResponse,
        ReviewsAgreementApiArg
      >({
        query: (queryArg) => ({
          url: `/api/v1/curations/${queryArg.id}/agreement`,
          headers: {
            "Studio-Position": queryArg["Studio-Position"],
          },
        }),
        providesTags: ["reviews"],
      }),
      reviewsQueue: build.query<ReviewsQueueApiResponse, ReviewsQueueApiArg>({
        query: (queryArg) => ({
          url: `/api/v1/curations/${queryArg.id}/review-queue`,
          headers: {
            "Studio-Position": queryArg["Studio-Position"],
          },
          params: {
            order: queryArg.order,
            rule: queryArg.rule,
            seed: queryArg.seed,
            second: queryArg.second,
            limit: queryArg.limit,
          },
        }),
        providesTags: ["reviews"],
      }),
      curationAsk: build.query<CurationAskApiResponse, CurationAskApiArg>({
        query: (queryArg) => ({
          url: `/api/v1/curations/${queryArg.id}/what-if`,
          headers: {
            "Studio-Position": queryArg["Studio-Position"],
          },
          params: {
            rule: queryArg.rule,
          },
        }),
        providesTags: ["curation"],
      }),
      curationCompare: build.mutation<
        CurationCompareApiResponse,
        CurationCompareApiArg
      >({
        query: (queryArg) => ({
          url: `/api/v1/curations/${queryArg.id}/what-if`,
          method: "POST",
          body: queryArg.askedRule,
          headers: {
            "Studio-Position": queryArg["Studio-Position"],
          },
        }),
        invalidatesTags: ["curation"],
      }),
      datasetsIndex: build.query<DatasetsIndexApiResponse, DatasetsIndexApiArg>(
        {
          query: (queryArg) => ({
            url: `/api/v1/datasets`,
            headers: {
              "Studio-Position": queryArg["Studio-Position"],
            },
            params: {
              status: queryArg.status,
              name: queryArg.name,
              limit: queryArg.limit,
              cursor: queryArg.cursor,
            },
          }),
          providesTags: ["datasets"],
        },
      ),
      datasetsCreate: build.mutation<
        DatasetsCreateApiResponse,
        DatasetsCreateApiArg
      >({
        query: (queryArg) => ({
          url: `/api/v1/datasets`,
          method: "POST",
          body: queryArg.newDataset,
          headers: {
            "idempotency-key": queryArg["idempotency-key"],
            "if-match": queryArg["if-match"],
            "Studio-Position": queryArg["Studio-Position"],
          },
        }),
        invalidatesTags: ["datasets"],
      }),
      datasetsBring: build.mutation<
        DatasetsBringApiResponse,
        DatasetsBringApiArg
      >({
        query: (queryArg) => ({
          url: `/api/v1/datasets/import`,
          method: "POST",
          body: queryArg.body,
          headers: {
            "idempotency-key": queryArg["idempotency-key"],
            "if-match": queryArg["if-match"],
            "Studio-Position": queryArg["Studio-Position"],
          },
        }),
        invalidatesTags: ["datasets"],
      }),
      datasetsShow: build.query<DatasetsShowApiResponse, DatasetsShowApiArg>({
        query: (queryArg) => ({
          url: `/api/v1/datasets/${queryArg.id}`,
          headers: {
            "Studio-Position": queryArg["Studio-Position"],
          },
        }),
        providesTags: ["datasets"],
      }),
      datasetsCard: build.query<DatasetsCardApiResponse, DatasetsCardApiArg>({
        query: (queryArg) => ({
          url: `/api/v1/datasets/${queryArg.id}/card`,
          headers: {
            "Studio-Position": queryArg["Studio-Position"],
          },
        }),
        providesTags: ["datasets"],
      }),
      datasetsCoverage: build.query<
        DatasetsCoverageApiResponse,
        DatasetsCoverageApiArg
      >({
        query: (queryArg) => ({
          url: `/api/v1/datasets/${queryArg.id}/coverage`,
          headers: {
            "Studio-Position": queryArg["Studio-Position"],
          },
          params: {
            document: queryArg.document,
          },
        }),
        providesTags: ["datasets"],
      }),
      datasetsDiff: build.query<DatasetsDiffApiResponse, DatasetsDiffApiArg>({
        query: (queryArg) => ({
          url: `/api/v1/datasets/${queryArg.id}/diff/${queryArg.other}`,
          headers: {
            "Studio-Position": queryArg["Studio-Position"],
          },
          params: {
            change: queryArg.change,
            limit: queryArg.limit,
            cursor: queryArg.cursor,
          },
        }),
        providesTags: ["datasets"],
      }),
      datasetsExport: build.query<
        DatasetsExportApiResponse,
        DatasetsExportApiArg
      >({
        query: (queryArg) => ({
          url: `/api/v1/datasets/${queryArg.id}/export`,
          headers: {
            "Studio-Position": queryArg["Studio-Position"],
          },
          params: {
            split: queryArg.split,
            format: queryArg.format,
          },
        }),
        providesTags: ["datasets"],
      }),
      datasetsRebuild: build.mutation<
        DatasetsRebuildApiResponse,
        DatasetsRebuildApiArg
      >({
        query: (queryArg) => ({
          url: `/api/v1/datasets/${queryArg.id}/rebuild`,
          method: "POST",
          body: queryArg.without,
          headers: {
            "Studio-Position": queryArg["Studio-Position"],
            "idempotency-key": queryArg["idempotency-key"],
            "if-match": queryArg["if-match"],
          },
        }),
        invalidatesTags: ["datasets"],
      }),
      datasetsRows: build.query<DatasetsRowsApiResponse, DatasetsRowsApiArg>({
        query: (queryArg) => ({
          url: `/api/v1/datasets/${queryArg.id}/rows`,
          headers: {
            "Studio-Position": queryArg["Studio-Position"],
          },
          params: {
            split: queryArg.split,
            limit: queryArg.limit,
            cursor: queryArg.cursor,
          },
        }),
        providesTags: ["datasets"],
      }),
      datasetsVerification: build.query<
        DatasetsVerificationApiResponse,
        DatasetsVerificationApiArg
      >({
        query: (queryArg) => ({
          url: `/api/v1/datasets/${queryArg.id}/verification`,
          headers: {
            "Studio-Position": queryArg["Studio-Position"],
          },
          params: {
            count: queryArg.count,
            seed: queryArg.seed,
          },
        }),
        providesTags: ["datasets"],
      }),
      getApiV1DeadLetters: build.query<
        GetApiV1DeadLettersApiResponse,
        GetApiV1DeadLettersApiArg
      >({
        query: (queryArg) => ({
          url: `/api/v1/dead-letters`,
          headers: {
            "Studio-Position": queryArg["Studio-Position"],
          },
          params: {
            state: queryArg.state,
            consumer: queryArg.consumer,
            code: queryArg.code,
            limit: queryArg.limit,
            cursor: queryArg.cursor,
          },
        }),
        providesTags: ["dead-letters"],
      }),
      getApiV1DeadLettersCauses: build.query<
        GetApiV1DeadLettersCausesApiResponse,
        GetApiV1DeadLettersCausesApiArg
      >({
        query: (queryArg) => ({
          url: `/api/v1/dead-letters/causes`,
          headers: {
            "Studio-Position": queryArg["Studio-Position"],
          },
          params: {
            state: queryArg.state,
          },
        }),
        providesTags: ["dead-letters"],
      }),
      getApiV1DeadLettersById: build.query<
        GetApiV1DeadLettersByIdApiResponse,
        GetApiV1DeadLettersByIdApiArg
      >({
        query: (queryArg) => ({
          url: `/api/v1/dead-letters/${queryArg.id}`,
          headers: {
            "Studio-Position": queryArg["Studio-Position"],
          },
        }),
        providesTags: ["dead-letters"],
      }),
      postApiV1DeadLettersByIdRelease: build.mutation<
        PostApiV1DeadLettersByIdReleaseApiResponse,
        PostApiV1DeadLettersByIdReleaseApiArg
      >({
        query: (queryArg) => ({
          url: `/api/v1/dead-letters/${queryArg.id}/release`,
          method: "POST",
          body: queryArg.settling,
          headers: {
            "idempotency-key": queryArg["idempotency-key"],
            "if-match": queryArg["if-match"],
            "Studio-Position": queryArg["Studio-Position"],
          },
        }),
        invalidatesTags: ["dead-letters"],
      }),
      postApiV1DeadLettersByIdSkip: build.mutation<
        PostApiV1DeadLettersByIdSkipApiResponse,
        PostApiV1DeadLettersByIdSkipApiArg
      >({
        query: (queryArg) => ({
          url: `/api/v1/dead-letters/${queryArg.id}/skip`,
          method: "POST",
          body: queryArg.settling,
          headers: {
            "idempotency-key": queryArg["idempotency-key"],
            "if-match": queryArg["if-match"],
            "Studio-Position": queryArg["Studio-Position"],
          },
        }),
        invalidatesTags: ["dead-letters"],
      }),
      deploymentsIndex: build.query<
        DeploymentsIndexApiResponse,
        DeploymentsIndexApiArg
      >({
        query: (queryArg) => ({
          url: `/api/v1/deployments`,
          headers: {
            "Studio-Position": queryArg["Studio-Position"],
          },
          params: {
            as_of: queryArg.asOf,
            limit: queryArg.limit,
            cursor: queryArg.cursor,
          },
        }),
        providesTags: ["deployments"],
      }),
      deploymentsStart: build.mutation<
        DeploymentsStartApiResponse,
        DeploymentsStartApiArg
      >({
        query: (queryArg) => ({
          url: `/api/v1/deployments`,
          method: "POST",
          body: queryArg.newDeployment,
          headers: {
            "idempotency-key": queryArg["idempotency-key"],
            "if-match": queryArg["if-match"],
            "Studio-Position": queryArg["Studio-Position"],
          },
        }),
        invalidatesTags: ["deployments"],
      }),
      deploymentsShow: build.query<
        DeploymentsShowApiResponse,
        DeploymentsShowApiArg
      >({
        query: (queryArg) => ({
          url: `/api/v1/deployments/${queryArg.name}`,
          headers: {
            "Studio-Position": queryArg["Studio-Position"],
          },
          params: {
            as_of: queryArg.asOf,
          },
        }),
        providesTags: ["deployments"],
      }),
      deploymentsSetWeight: build.mutation<
        DeploymentsSetWeightApiResponse,
        DeploymentsSetWeightApiArg
      >({
        query: (queryArg) => ({
          url: `/api/v1/deployments/${queryArg.name}`,
          method: "PATCH",
          body: queryArg.weight,
          headers: {
            "idempotency-key": queryArg["idempotency-key"],
            "if-match": queryArg["if-match"],
            "Studio-Position": queryArg["Studio-Position"],
          },
        }),
        invalidatesTags: ["deployments"],
      }),
      deploymentsChanges: build.query<
        DeploymentsChangesApiResponse,
        DeploymentsChangesApiArg
      >({
        query: (queryArg) => ({
          url: `/api/v1/deployments/${queryArg.name}/changes`,
          headers: {
            "Studio-Position": queryArg["Studio-Position"],
          },
          params: {
            limit: queryArg.limit,
            cursor: queryArg.cursor,
          },
        }),
        providesTags: ["deployments"],
      }),
      deploymentsPause: build.mutation<
        DeploymentsPauseApiResponse,
        DeploymentsPauseApiArg
      >({
        query: (queryArg) => ({
          url: `/api/v1/deployments/${queryArg.name}/pause`,
          method: "POST",
          body: queryArg.body,
          headers: {
            "idempotency-key": queryArg["idempotency-key"],
            "if-match": queryArg["if-match"],
            "Studio-Position": queryArg["Studio-Position"],
          },
        }),
        invalidatesTags: ["deployments"],
      }),
      deploymentsPromote: build.mutation<
        DeploymentsPromoteApiResponse,
        DeploymentsPromoteApiArg
      >({
        query: (queryArg) => ({
          url: `/api/v1/deployments/${queryArg.name}/promote`,
          method: "POST",
          body: queryArg.body,
          headers: {
            "idempotency-key": queryArg["idempotency-key"],
            "if-match": queryArg["if-match"],
            "Studio-Position": queryArg["Studio-Position"],
          },
        }),
        invalidatesTags: ["deployments"],
      }),
      deploymentsResume: build.mutation<
        DeploymentsResumeApiResponse,
        DeploymentsResumeApiArg
      >({
        query: (queryArg) => ({
          url: `/api/v1/deployments/${queryArg.name}/resume`,
          method: "POST",
          body: queryArg.body,
          headers: {
            "idempotency-key": queryArg["idempotency-key"],
            "if-match": queryArg["if-match"],
            "Studio-Position": queryArg["Studio-Position"],
          },
        }),
        invalidatesTags: ["deployments"],
      }),
      deploymentsRollBack: build.mutation<
        DeploymentsRollBackApiResponse,
        DeploymentsRollBackApiArg
      >({
        query: (queryArg) => ({
          url: `/api/v1/deployments/${queryArg.name}/rollback`,
          method: "POST",
          body: queryArg.body,
          headers: {
            "idempotency-key": queryArg["idempotency-key"],
            "if-match": queryArg["if-match"],
            "Studio-Position": queryArg["Studio-Position"],
          },
        }),
        invalidatesTags: ["deployments"],
      }),
      deploymentsVerdicts: build.query<
        DeploymentsVerdictsApiResponse,
        DeploymentsVerdictsApiArg
      >({
        query: (queryArg) => ({
          url: `/api/v1/deployments/${queryArg.name}/verdicts`,
          headers: {
            "Studio-Position": queryArg["Studio-Position"],
          },
          params: {
            limit: queryArg.limit,
            cursor: queryArg.cursor,
          },
        }),
        providesTags: ["deployments"],
      }),
      deploymentsWindows: build.query<
        DeploymentsWindowsApiResponse,
        DeploymentsWindowsApiArg
      >({
        query: (queryArg) => ({
          url: `/api/v1/deployments/${queryArg.name}/windows`,
          headers: {
            "Studio-Position": queryArg["Studio-Position"],
          },
          params: {
            limit: queryArg.limit,
            cursor: queryArg.cursor,
          },
        }),
        providesTags: ["deployments"],
      }),
      documentsIndex: build.query<
        DocumentsIndexApiResponse,
        DocumentsIndexApiArg
      >({
        query: (queryArg) => ({
          url: `/api/v1/documents`,
          headers: {
            "Studio-Position": queryArg["Studio-Position"],
          },
          params: {
            status: queryArg.status,
            collection: queryArg.collection,
            q: queryArg.q,
            limit: queryArg.limit,
            cursor: queryArg.cursor,
          },
        }),
        providesTags: ["documents"],
      }),
      documentsFormats: build.query<
        DocumentsFormatsApiResponse,
        DocumentsFormatsApiArg
      >({
        query: () => ({ url: `/api/v1/documents/formats` }),
        providesTags: ["documents"],
      }),
      documentsUpload: build.mutation<
        DocumentsUploadApiResponse,
        DocumentsUploadApiArg
      >({
        query: (queryArg) => ({
          url: `/api/v1/documents/upload`,
          method: "POST",
          body: queryArg.body,
          headers: {
            "idempotency-key": queryArg["idempotency-key"],
            "if-match": queryArg["if-match"],
            "Studio-Position": queryArg["Studio-Position"],
          },
        }),
        invalidatesTags: ["documents"],
      }),
      documentsWithdraw: build.mutation<
        DocumentsWithdrawApiResponse,
        DocumentsWithdrawApiArg
      >({
        query: (queryArg) => ({
          url: `/api/v1/documents/${queryArg.id}`,
          method: "DELETE",
          headers: {
            "idempotency-key": queryArg["idempotency-key"],
            "if-match": queryArg["if-match"],
            "Studio-Position": queryArg["Studio-Position"],
          },
          params: {
            reason: queryArg.reason,
          },
        }),
        invalidatesTags: ["documents"],
      }),
      documentsShow: build.query<DocumentsShowApiResponse, DocumentsShowApiArg>(
        {
          query: (queryArg) => ({
            url: `/api/v1/documents/${queryArg.id}`,
            headers: {
              "Studio-Position": queryArg["Studio-Position"],
            },
          }),
          providesTags: ["documents"],
        },
      ),
      documentsAffected: build.query<
        DocumentsAffectedApiResponse,
        DocumentsAffectedApiArg
      >({
        query: (queryArg) => ({
          url: `/api/v1/documents/${queryArg.id}/affected`,
          headers: {
            "Studio-Position": queryArg["Studio-Position"],
          },
        }),
        providesTags: ["documents"],
      }),
      documentsBytesOf: build.query<
        DocumentsBytesOfApiResponse,
        DocumentsBytesOfApiArg
      >({
        query: (queryArg) => ({
          url: `/api/v1/documents/${queryArg.id}/bytes`,
          headers: {
            "Studio-Position": queryArg["Studio-Position"],
          },
          params: {
            start: queryArg.start,
            end: queryArg.end,
            context: queryArg.context,
          },
        }),
        providesTags: ["documents"],
      }),
      documentsChunks: build.query<
        DocumentsChunksApiResponse,
        DocumentsChunksApiArg
      >({
        query: (queryArg) => ({
          url: `/api/v1/documents/${queryArg.id}/chunks`,
          headers: {
            "Studio-Position": queryArg["Studio-Position"],
          },
          params: {
            limit: queryArg.limit,
            cursor: queryArg.cursor,
          },
        }),
        providesTags: ["documents"],
      }),
      documentsOriginal: build.query<
        DocumentsOriginalApiResponse,
        DocumentsOriginalApiArg
      >({
        query: (queryArg) => ({
          url: `/api/v1/documents/${queryArg.id}/original`,
          headers: {
            "Studio-Position": queryArg["Studio-Position"],
          },
        }),
        providesTags: ["documents"],
      }),
      documentsRebuild: build.mutation<
        DocumentsRebuildApiResponse,
        DocumentsRebuildApiArg
      >({
        query: (queryArg) => ({
          url: `/api/v1/documents/${queryArg.id}/rebuild`,
          method: "POST",
          body: queryArg.wantedRebuild,
          headers: {
            "Studio-Position": queryArg["Studio-Position"],
            "idempotency-key": queryArg["idempotency-key"],
            "if-match": queryArg["if-match"],
          },
        }),
        invalidatesTags: ["documents"],
      }),
      documentsStructure: build.query<
        DocumentsStructureApiResponse,
        DocumentsStructureApiArg
      >({
        query: (queryArg) => ({
          url: `/api/v1/documents/${queryArg.id}/structure`,
          headers: {
            "Studio-Position": queryArg["Studio-Position"],
          },
          params: {
            kind: queryArg.kind,
            limit: queryArg.limit,
            cursor: queryArg.cursor,
          },
        }),
        providesTags: ["documents"],
      }),
      documentsText: build.query<DocumentsTextApiResponse, DocumentsTextApiArg>(
        {
          query: (queryArg) => ({
            url: `/api/v1/documents/${queryArg.id}/text`,
            headers: {
              "Studio-Position": queryArg["Studio-Position"],
            },
            params: {
              start: queryArg.start,
              end: queryArg.end,
            },
          }),
          providesTags: ["documents"],
        },
      ),
      eventsIndex: build.query<EventsIndexApiResponse, EventsIndexApiArg>({
        query: (queryArg) => ({
          url: `/api/v1/events`,
          headers: {
            "Studio-Position": queryArg["Studio-Position"],
          },
          params: {
            topic: queryArg.topic,
            type: queryArg["type"],
            subject: queryArg.subject,
            correlation_id: queryArg.correlationId,
            limit: queryArg.limit,
            cursor: queryArg.cursor,
          },
        }),
        providesTags: ["events"],
      }),
      eventsShow: build.query<EventsShowApiResponse, EventsShowApiArg>({
        query: (queryArg) => ({
          url: `/api/v1/events/${queryArg.id}`,
          headers: {
            "Studio-Position": queryArg["Studio-Position"],
          },
        }),
        providesTags: ["events"],
      }),
      eventsCauses: build.query<EventsCausesApiResponse, EventsCausesApiArg>({
        query: (queryArg) => ({
          url: `/api/v1/events/${queryArg.id}/causes`,
          headers: {
            "Studio-Position": queryArg["Studio-Position"],
          },
        }),
        providesTags: ["events"],
      }),
      feedStream: build.query<FeedStreamApiResponse, FeedStreamApiArg>({
        query: (queryArg) => ({
          url: `/api/v1/feed`,
          headers: {
            "last-event-id": queryArg["last-event-id"],
          },
          params: {
            after: queryArg.after,
            topics: queryArg.topics,
            types: queryArg.types,
            subject: queryArg.subject,
          },
        }),
        providesTags: ["feed"],
      }),
      feedTicket: build.mutation<FeedTicketApiResponse, FeedTicketApiArg>({
        query: () => ({ url: `/api/v1/feed/tickets`, method: "POST" }),
        invalidatesTags: ["feed"],
      }),
      jobsIndex: build.query<JobsIndexApiResponse, JobsIndexApiArg>({
        query: (queryArg) => ({
          url: `/api/v1/jobs`,
          headers: {
            "Studio-Position": queryArg["Studio-Position"],
          },
          params: {
            active: queryArg.active,
            limit: queryArg.limit,
          },
        }),
        providesTags: ["jobs"],
      }),
      lineageShow: build.query<LineageShowApiResponse, LineageShowApiArg>({
        query: (queryArg) => ({
          url: `/api/v1/lineage/${queryArg.kind}/${queryArg.id}`,
          headers: {
            "Studio-Position": queryArg["Studio-Position"],
          },
          params: {
            direction: queryArg.direction,
            depth: queryArg.depth,
            samples: queryArg.samples,
          },
        }),
        providesTags: ["lineage"],
      }),
      modelsIndex: build.query<ModelsIndexApiResponse, ModelsIndexApiArg>({
        query: (queryArg) => ({
          url: `/api/v1/models`,
          headers: {
            "Studio-Position": queryArg["Studio-Position"],
          },
          params: {
            as_of: queryArg.asOf,
            limit: queryArg.limit,
            cursor: queryArg.cursor,
          },
        }),
        providesTags: ["models"],
      }),
      modelsShow: build.query<ModelsShowApiResponse, ModelsShowApiArg>({
        query: (queryArg) => ({
          url: `/api/v1/models/${queryArg.name}`,
          headers: {
            "Studio-Position": queryArg["Studio-Position"],
          },
          params: {
            as_of: queryArg.asOf,
          },
        }),
        providesTags: ["models"],
      }),
      modelsMove: build.mutation<ModelsMoveApiResponse, ModelsMoveApiArg>({
        query: (queryArg) => ({
          url: `/api/v1/models/${queryArg.name}/aliases/${queryArg.alias}`,
          method: "PUT",
          body: queryArg.move,
          headers: {
            "idempotency-key": queryArg["idempotency-key"],
            "if-match": queryArg["if-match"],
            "Studio-Position": queryArg["Studio-Position"],
          },
        }),
        invalidatesTags: ["models"],
      }),
      modelsRollBack: build.mutation<
        ModelsRollBackApiResponse,
        ModelsRollBackApiArg
      >({
        query: (queryArg) => ({
          url: `/api/v1/models/${queryArg.name}/rollback`,
          method: "POST",
          body: queryArg.body,
          headers: {
            "idempotency-key": queryArg["idempotency-key"],
            "if-match": queryArg["if-match"],
            "Studio-Position": queryArg["Studio-Position"],
          },
        }),
        invalidatesTags: ["models"],
      }),
      modelsRegister: build.mutation<
        ModelsRegisterApiResponse,
        ModelsRegisterApiArg
      >({
        query: (queryArg) => ({
          url: `/api/v1/models/${queryArg.name}/versions`,
          method: "POST",
          body: queryArg.newVersion,
          headers: {
            "idempotency-key": queryArg["idempotency-key"],
            "if-match": queryArg["if-match"],
            "Studio-Position": queryArg["Studio-Position"],
          },
        }),
        invalidatesTags: ["models"],
      }),
      postApiV1OutsideRuns: build.mutation<
        PostApiV1OutsideRunsApiResponse,
        PostApiV1OutsideRunsApiArg
      >({
        query: (queryArg) => ({
          url: `/api/v1/outside-runs`,
          method: "POST",
          body: queryArg.newOutsideRun,
          headers: {
            "idempotency-key": queryArg["idempotency-key"],
            "if-match": queryArg["if-match"],
            "Studio-Position": queryArg["Studio-Position"],
          },
        }),
        invalidatesTags: ["outside-runs"],
      }),
      postApiV1OutsideRunsByIdClaims: build.mutation<
        PostApiV1OutsideRunsByIdClaimsApiResponse,
        PostApiV1OutsideRunsByIdClaimsApiArg
      >({
        query: (queryArg) => ({
          url: `/api/v1/outside-runs/${queryArg.id}/claims`,
          method: "POST",
          body: queryArg.continued,
          headers: {
            "idempotency-key": queryArg["idempotency-key"],
            "if-match": queryArg["if-match"],
            "Studio-Position": queryArg["Studio-Position"],
          },
        }),
        invalidatesTags: ["outside-runs"],
      }),
      postApiV1OutsideRunsByIdEnds: build.mutation<
        PostApiV1OutsideRunsByIdEndsApiResponse,
        PostApiV1OutsideRunsByIdEndsApiArg
      >({
        query: (queryArg) => ({
          url: `/api/v1/outside-runs/${queryArg.id}/ends`,
          method: "POST",
          body: queryArg.newEnd,
          headers: {
            "idempotency-key": queryArg["idempotency-key"],
            "if-match": queryArg["if-match"],
            "Studio-Position": queryArg["Studio-Position"],
          },
        }),
        invalidatesTags: ["outside-runs"],
      }),
      postApiV1OutsideRunsByIdFacts: build.mutation<
        PostApiV1OutsideRunsByIdFactsApiResponse,
        PostApiV1OutsideRunsByIdFactsApiArg
      >({
        query: (queryArg) => ({
          url: `/api/v1/outside-runs/${queryArg.id}/facts`,
          method: "POST",
          body: queryArg.newFacts,
          headers: {
            "idempotency-key": queryArg["idempotency-key"],
            "if-match": queryArg["if-match"],
            "Studio-Position": queryArg["Studio-Position"],
          },
        }),
        invalidatesTags: ["outside-runs"],
      }),
      pipelineShow: build.query<PipelineShowApiResponse, PipelineShowApiArg>({
        query: (queryArg) => ({
          url: `/api/v1/pipeline`,
          headers: {
            "Studio-Position": queryArg["Studio-Position"],
          },
        }),
        providesTags: ["pipeline"],
      }),
      recipesIndex: build.query<RecipesIndexApiResponse, RecipesIndexApiArg>({
        query: (queryArg) => ({
          url: `/api/v1/recipes`,
          headers: {
            "Studio-Position": queryArg["Studio-Position"],
          },
          params: {
            limit: queryArg.limit,
            cursor: queryArg.cursor,
          },
        }),
        providesTags: ["recipes"],
      }),
      recipesSave: build.mutation<RecipesSaveApiResponse, RecipesSaveApiArg>({
        query: (queryArg) => ({
          url: `/api/v1/recipes`,
          method: "POST",
          body: queryArg.newRecipe,
          headers: {
            "idempotency-key": queryArg["idempotency-key"],
            "if-match": queryArg["if-match"],
            "Studio-Position": queryArg["Studio-Position"],
          },
        }),
        invalidatesTags: ["recipes"],
      }),
      recipesTryOut: build.mutation<
        RecipesTryOutApiResponse,
        RecipesTryOutApiArg
      >({
        query: (queryArg) => ({
          url: `/api/v1/recipes/preview`,
          method: "POST",
          body: queryArg.previewBody,
          headers: {
            "idempotency-key": queryArg["idempotency-key"],
            "if-match": queryArg["if-match"],
            "Studio-Position": queryArg["Studio-Position"],
          },
        }),
        invalidatesTags: ["recipes"],
      }),
      recipesShow: build.query<RecipesShowApiResponse, RecipesShowApiArg>({
        query: (queryArg) => ({
          url: `/api/v1/recipes/${queryArg.name}/versions/${queryArg.version}`,
          headers: {
            "Studio-Position": queryArg["Studio-Position"],
          },
        }),
        providesTags: ["recipes"],
      }),
      reviewsIndex: build.query<ReviewsIndexApiResponse, ReviewsIndexApiArg>({
        query: (queryArg) => ({
          url: `/api/v1/reviews`,
          headers: {
            "Studio-Position": queryArg["Studio-Position"],
          },
          params: {
            sample_id: queryArg.sampleId,
            curation_id: queryArg.curationId,
            author: queryArg.author,
            selection_id: queryArg.selectionId,
            limit: queryArg.limit,
            cursor: queryArg.cursor,
          },
        }),
        providesTags: ["reviews"],
      }),
      reviewsCreate: build.mutation<
        ReviewsCreateApiResponse,
        ReviewsCreateApiArg
      >({
        query: (queryArg) => ({
          url: `/api/v1/reviews`,
          method: "POST",
          body: queryArg.newReview,
          headers: {
            "Studio-Position": queryArg["Studio-Position"],
            "idempotency-key": queryArg["idempotency-key"],
            "if-match": queryArg["if-match"],
          },
        }),
        invalidatesTags: ["reviews"],
      }),
      reviewsBulk: build.mutation<ReviewsBulkApiResponse, ReviewsBulkApiArg>({
        query: (queryArg) => ({
          url: `/api/v1/reviews/bulk`,
          method: "POST",
          body: queryArg.bulkReview,
          headers: {
            "Studio-Position": queryArg["Studio-Position"],
            "idempotency-key": queryArg["idempotency-key"],
            "if-match": queryArg["if-match"],
          },
        }),
        invalidatesTags: ["reviews"],
      }),
      reviewsUndo: build.mutation<ReviewsUndoApiResponse, ReviewsUndoApiArg>({
        query: (queryArg) => ({
          url: `/api/v1/reviews/undo`,
          method: "POST",
          body: queryArg.undo,
          headers: {
            "Studio-Position": queryArg["Studio-Position"],
            "idempotency-key": queryArg["idempotency-key"],
            "if-match": queryArg["if-match"],
          },
        }),
        invalidatesTags: ["reviews"],
      }),
      trainingIndex: build.query<TrainingIndexApiResponse, TrainingIndexApiArg>(
        {
          query: (queryArg) => ({
            url: `/api/v1/runs`,
            headers: {
              "Studio-Position": queryArg["Studio-Position"],
            },
            params: {
              status: queryArg.status,
              dataset_id: queryArg.datasetId,
              parent_run: queryArg.parentRun,
              label: queryArg.label,
              limit: queryArg.limit,
              cursor: queryArg.cursor,
            },
          }),
          providesTags: ["training"],
        },
      ),
      trainingCreate: build.mutation<
        TrainingCreateApiResponse,
        TrainingCreateApiArg
      >({
        query: (queryArg) => ({
          url: `/api/v1/runs`,
          method: "POST",
          body: queryArg.newRun,
          headers: {
            "idempotency-key": queryArg["idempotency-key"],
            "if-match": queryArg["if-match"],
            "Studio-Position": queryArg["Studio-Position"],
          },
        }),
        invalidatesTags: ["training"],
      }),
      trainingCancel: build.mutation<
        TrainingCancelApiResponse,
        TrainingCancelApiArg
      >({
        query: (queryArg) => ({
          url: `/api/v1/runs/${queryArg.id}`,
          method: "DELETE",
          headers: {
            "idempotency-key": queryArg["idempotency-key"],
            "if-match": queryArg["if-match"],
            "Studio-Position": queryArg["Studio-Position"],
          },
          params: {
            reason: queryArg.reason,
          },
        }),
        invalidatesTags: ["training"],
      }),
      trainingShow: build.query<TrainingShowApiResponse, TrainingShowApiArg>({
        query: (queryArg) => ({
          url: `/api/v1/runs/${queryArg.id}`,
          headers: {
            "Studio-Position": queryArg["Studio-Position"],
          },
        }),
        providesTags: ["training"],
      }),
      trainingAdjustments: build.query<
        TrainingAdjustmentsApiResponse,
        TrainingAdjustmentsApiArg
      >({
        query: (queryArg) => ({
          url: `/api/v1/runs/${queryArg.id}/adjustments`,
          headers: {
            "Studio-Position": queryArg["Studio-Position"],
          },
        }),
        providesTags: ["training"],
      }),
      trainingAdjust: build.mutation<
        TrainingAdjustApiResponse,
        TrainingAdjustApiArg
      >({
        query: (queryArg) => ({
          url: `/api/v1/runs/${queryArg.id}/adjustments`,
          method: "POST",
          body: queryArg.newAdjustment,
          headers: {
            "idempotency-key": queryArg["idempotency-key"],
            "if-match": queryArg["if-match"],
            "Studio-Position": queryArg["Studio-Position"],
          },
        }),
        invalidatesTags: ["training"],
      }),
      trainingCheckpoints: build.query<
        TrainingCheckpointsApiResponse,
        TrainingCheckpointsApiArg
      >({
        query: (queryArg) => ({
          url: `/api/v1/runs/${queryArg.id}/checkpoints`,
          headers: {
            "Studio-Position": queryArg["Studio-Position"],
          },
        }),
        providesTags: ["training"],
      }),
      trainingDefinitions: build.query<
        TrainingDefinitionsApiResponse,
        TrainingDefinitionsApiArg
      >({
        query: (queryArg) => ({
          url: `/api/v1/runs/${queryArg.id}/definitions`,
          headers: {
            "Studio-Position": queryArg["Studio-Position"],
          },
        }),
        providesTags: ["training"],
      }),
      trainingEvaluations: build.query<
        TrainingEvaluationsApiResponse,
        TrainingEvaluationsApiArg
      >({
        query: (queryArg) => ({
          url: `/api/v1/runs/${queryArg.id}/evaluations`,
          headers: {
            "Studio-Position": queryArg["Studio-Position"],
          },
        }),
        providesTags: ["training"],
      }),
      trainingFork: build.mutation<TrainingForkApiResponse, TrainingForkApiArg>(
        {
          query: (queryArg) => ({
            url: `/api/v1/runs/${queryArg.id}/forks`,
            method: "POST",
            body: queryArg.newFork,
            headers: {
              "idempotency-key": queryArg["idempotency-key"],
              "if-match": queryArg["if-match"],
              "Studio-Position": queryArg["Studio-Position"],
            },
          }),
          invalidatesTags: ["training"],
        },
      ),
      trainingGroups: build.query<
        TrainingGroupsApiResponse,
        TrainingGroupsApiArg
      >({
        query: (queryArg) => ({
          url: `/api/v1/runs/${queryArg.id}/groups/${queryArg.step}`,
          headers: {
            "Studio-Position": queryArg["Studio-Position"],
          },
          params: {
            phase: queryArg.phase,
          },
        }),
        providesTags: ["training"],
      }),
      trainingPause: build.mutation<
        TrainingPauseApiResponse,
        TrainingPauseApiArg
      >({
        query: (queryArg) => ({
          url: `/api/v1/runs/${queryArg.id}/pause`,
          method: "POST",
          body: queryArg.body,
          headers: {
            "idempotency-key": queryArg["idempotency-key"],
            "if-match": queryArg["if-match"],
            "Studio-Position": queryArg["Studio-Position"],
          },
        }),
        invalidatesTags: ["training"],
      }),
      trainingResume: build.mutation<
        TrainingResumeApiResponse,
        TrainingResumeApiArg
      >({
        query: (queryArg) => ({
          url: `/api/v1/runs/${queryArg.id}/resume`,
          method: "POST",
          body: queryArg.body,
          headers: {
            "idempotency-key": queryArg["idempotency-key"],
            "if-match": queryArg["if-match"],
            "Studio-Position": queryArg["Studio-Position"],
          },
        }),
        invalidatesTags: ["training"],
      }),
      trainingSteps: build.query<TrainingStepsApiResponse, TrainingStepsApiArg>(
        {
          query: (queryArg) => ({
            url: `/api/v1/runs/${queryArg.id}/steps`,
            headers: {
              "Studio-Position": queryArg["Studio-Position"],
            },
            params: {
              phase: queryArg.phase,
              limit: queryArg.limit,
              cursor: queryArg.cursor,
            },
          }),
          providesTags: ["training"],
        },
      ),
      samplesIndex: build.query<SamplesIndexApiResponse, SamplesIndexApiArg>({
        query: (queryArg) => ({
          url: `/api/v1/samples`,
          headers: {
            "Studio-Position": queryArg["Studio-Position"],
          },
          params: {
            batch_id: queryArg.batchId,
            document_id: queryArg.documentId,
            curation_id: queryArg.curationId,
            kind: queryArg.kind,
            kept: queryArg.kept,
            state: queryArg.state,
            scorer: queryArg.scorer,
            min: queryArg.min,
            max: queryArg.max,
            q: queryArg.q,
            sort: queryArg.sort,
            offset: queryArg.offset,
            limit: queryArg.limit,
            cursor: queryArg.cursor,
          },
        }),
        providesTags: ["samples"],
      }),
      samplesSpreadOf: build.query<
        SamplesSpreadOfApiResponse,
        SamplesSpreadOfApiArg
      >({
        query: (queryArg) => ({
          url: `/api/v1/samples/histogram`,
          headers: {
            "Studio-Position": queryArg["Studio-Position"],
          },
          params: {
            curation_id: queryArg.curationId,
            batch_id: queryArg.batchId,
            scorer: queryArg.scorer,
            bins: queryArg.bins,
          },
        }),
        providesTags: ["samples"],
      }),
      samplesShow: build.query<SamplesShowApiResponse, SamplesShowApiArg>({
        query: (queryArg) => ({
          url: `/api/v1/samples/${queryArg.id}`,
          headers: {
            "Studio-Position": queryArg["Studio-Position"],
          },
        }),
        providesTags: ["samples"],
      }),
      samplesReview: build.mutation<
        SamplesReviewApiResponse,
        SamplesReviewApiArg
      >({
        query: (queryArg) => ({
          url: `/api/v1/samples/${queryArg.id}/reviews`,
          method: "POST",
          body: queryArg.sampleDecision,
          headers: {
            "Studio-Position": queryArg["Studio-Position"],
            "idempotency-key": queryArg["idempotency-key"],
            "if-match": queryArg["if-match"],
          },
        }),
        invalidatesTags: ["samples"],
      }),
      trainersIndex: build.query<TrainersIndexApiResponse, TrainersIndexApiArg>(
        {
          query: (queryArg) => ({
            url: `/api/v1/trainers`,
            headers: {
              "Studio-Position": queryArg["Studio-Position"],
            },
          }),
          providesTags: ["trainers"],
        },
      ),
      usersIndex: build.query<UsersIndexApiResponse, UsersIndexApiArg>({
        query: (queryArg) => ({
          url: `/api/v1/users`,
          params: {
            limit: queryArg.limit,
            cursor: queryArg.cursor,
          },
        }),
        providesTags: ["users"],
      }),
      usersCreate: build.mutation<UsersCreateApiResponse, UsersCreateApiArg>({
        query: (queryArg) => ({
          url: `/api/v1/users`,
          method: "POST",
          body: queryArg.newUser,
          headers: {
            "idempotency-key": queryArg["idempotency-key"],
            "if-match": queryArg["if-match"],
            "Studio-Position": queryArg["Studio-Position"],
          },
        }),
        invalidatesTags: ["users"],
      }),
      platformHealth: build.query<
        PlatformHealthApiResponse,
        PlatformHealthApiArg
      >({
        query: () => ({ url: `/health` }),
        providesTags: ["platform"],
      }),
      platformMetrics: build.query<
        PlatformMetricsApiResponse,
        PlatformMetricsApiArg
      >({
        query: () => ({ url: `/metrics` }),
        providesTags: ["platform"],
      }),
    }),
    overrideExisting: false,
  });
export { injectedRtkApi as api };
export type AuthLoginApiResponse =
  /** status 200 Successful Response */ SessionItem;
export type AuthLoginApiArg = {
  login: Login;
};
export type AuthLogoutApiResponse = unknown;
export type AuthLogoutApiArg = {
  refresh: Refresh;
};
export type AuthMeApiResponse = /** status 200 Successful Response */ UserItem;
export type AuthMeApiArg = void;
export type AuthRefreshApiResponse =
  /** status 200 Successful Response */ SessionItem;
export type AuthRefreshApiArg = {
  refresh: Refresh;
};
export type GenerationIndexApiResponse =
  /** status 200 Successful Response */ BatchPage;
export type GenerationIndexApiArg = {
  status?:
    ("requested" | "running" | "finished" | "failed" | "cancelled") | null;
  /** Resources in a page. */
  limit?: number;
  /** `next_cursor` of the page before. */
  cursor?: string;
  /** As the last answer gave it. A read waits (5 s at most) until that write is visible; a write answers a position that stands for both. */
  "Studio-Position"?: string;
};
export type GenerationCreateApiResponse =
  /** status 201 Successful Response */ BatchItem;
export type GenerationCreateApiArg = {
  /** The same key with the same request gives the same answer. */
  "idempotency-key"?: string;
  /** `"<revision>"`: refuse where it has moved on. */
  "if-match"?: string;
  /** As the last answer gave it. A read waits (5 s at most) until that write is visible; a write answers a position that stands for both. */
  "Studio-Position"?: string;
  newBatch: NewBatch;
};
export type GenerationForecastApiResponse =
  /** status 200 Successful Response */ EstimateItem;
export type GenerationForecastApiArg = {
  /** The same key with the same request gives the same answer. */
  "idempotency-key"?: string;
  /** `"<revision>"`: refuse where it has moved on. */
  "if-match"?: string;
  /** As the last answer gave it. A read waits (5 s at most) until that write is visible; a write answers a position that stands for both. */
  "Studio-Position"?: string;
  newBatch: NewBatch;
};
export type GenerationCancelApiResponse = unknown;
export type GenerationCancelApiArg = {
  /** Id of the resource. */
  id: string;
  /** Why; it is kept with the event. */
  reason?: string;
  /** The same key with the same request gives the same answer. */
  "idempotency-key"?: string;
  /** `"<revision>"`: refuse where it has moved on. */
  "if-match"?: string;
  /** As the last answer gave it. A read waits (5 s at most) until that write is visible; a write answers a position that stands for both. */
  "Studio-Position"?: string;
};
export type GenerationShowApiResponse =
  /** status 200 Successful Response */ BatchItem;
export type GenerationShowApiArg = {
  /** Id of the resource. */
  id: string;
  /** As the last answer gave it. A read waits (5 s at most) until that write is visible; a write answers a position that stands for both. */
  "Studio-Position"?: string;
};
export type GenerationRereadApiResponse =
  /** status 201 Successful Response */ BatchItem;
export type GenerationRereadApiArg = {
  /** Id of the resource. */
  id: string;
  /** The same key with the same request gives the same answer. */
  "idempotency-key"?: string;
  /** `"<revision>"`: refuse where it has moved on. */
  "if-match"?: string;
  /** As the last answer gave it. A read waits (5 s at most) until that write is visible; a write answers a position that stands for both. */
  "Studio-Position"?: string;
};
export type ChatCompletionsApiResponse =
  /** status 200 The answer; with `stream` its pieces as Server-Sent Events, ended by `[DONE]`. */ ChatCompletion;
export type ChatCompletionsApiArg = {
  /** Keeps a session on its version. */
  "studio-session"?: string;
  chatRequest: ChatRequest;
};
export type ChatOutcomesApiResponse =
  /** status 200 Successful Response */ OutcomeItem;
export type ChatOutcomesApiArg = {
  newOutcome: NewOutcome;
};
export type CurationIndexApiResponse =
  /** status 200 Successful Response */ CurationPage;
export type CurationIndexApiArg = {
  status?: ("requested" | "running" | "finished" | "failed") | null;
  /** Resources in a page. */
  limit?: number;
  /** `next_cursor` of the page before. */
  cursor?: string;
  /** As the last answer gave it. A read waits (5 s at most) until that write is visible; a write answers a position that stands for both. */
  "Studio-Position"?: string;
};
export type CurationCreateApiResponse =
  /** status 201 Successful Response */ CurationItem;
export type CurationCreateApiArg = {
  /** The same key with the same request gives the same answer. */
  "idempotency-key"?: string;
  /** `"<revision>"`: refuse where it has moved on. */
  "if-match"?: string;
  /** As the last answer gave it. A read waits (5 s at most) until that write is visible; a write answers a position that stands for both. */
  "Studio-Position"?: string;
  newCuration: NewCuration;
};
export type CurationChoicesApiResponse =
  /** status 200 Successful Response */ ScorerKindPage;
export type CurationChoicesApiArg = void;
export type CurationShowApiResponse =
  /** status 200 Successful Response */ CurationItem;
export type CurationShowApiArg = {
  /** Id of the resource. */
  id: string;
  /** As the last answer gave it. A read waits (5 s at most) until that write is visible; a write answers a position that stands for both. */
  "Studio-Position"?: string;
};
export type ReviewsAgreementApiResponse =
  /** status 200 Successful Response */ AgreementItem;
export type ReviewsAgreementApiArg = {
  /** Id of the resource. */
  id: string;
  /** As the last answer gave it. A read waits (5 s at most) until that write is visible; a write answers a position that stands for both. */
  "Studio-Position"?: string;
};
export type ReviewsQueueApiResponse =
  /** status 200 Successful Response */ QueuedPage;
export type ReviewsQueueApiArg = {
  /** Id of the resource. */
  id: string;
  order?: "random" | "near_threshold" | "disagree";
  /** For near_threshold; else the curation's own. */
  rule?: string;
  /** Of random; the same seed gives the same order. */
  seed?: string;
  /** Only what somebody else has decided already. */
  second?: boolean;
  /** Resources in a page. */
  limit?: number;
  /** As the last answer gave it. A read waits (5 s at most) until that write is visible; a write answers a position that stands for both. */
  "Studio-Position"?: string;
};
export type CurationAskApiResponse =
  /** status 200 Successful Response */ WhatIfItem;
export type CurationAskApiArg = {
  /** Id of the resource. */
  id: string;
  rule: string;
  /** As the last answer gave it. A read waits (5 s at most) until that write is visible; a write answers a position that stands for both. */
  "Studio-Position"?: string;
};
export type CurationCompareApiResponse =
  /** status 200 Successful Response */ WhatIfItem;
export type CurationCompareApiArg = {
  /** Id of the resource. */
  id: string;
  /** As the last answer gave it. A read waits (5 s at most) until that write is visible; a write answers a position that stands for both. */
  "Studio-Position"?: string;
  askedRule: AskedRule;
};
export type DatasetsIndexApiResponse =
  /** status 200 Successful Response */ DatasetPage;
export type DatasetsIndexApiArg = {
  status?: ("requested" | "frozen" | "refused") | null;
  name?: string | null;
  /** Resources in a page. */
  limit?: number;
  /** `next_cursor` of the page before. */
  cursor?: string;
  /** As the last answer gave it. A read waits (5 s at most) until that write is visible; a write answers a position that stands for both. */
  "Studio-Position"?: string;
};
export type DatasetsCreateApiResponse =
  /** status 201 Successful Response */ DatasetItem;
export type DatasetsCreateApiArg = {
  /** The same key with the same request gives the same answer. */
  "idempotency-key"?: string;
  /** `"<revision>"`: refuse where it has moved on. */
  "if-match"?: string;
  /** As the last answer gave it. A read waits (5 s at most) until that write is visible; a write answers a position that stands for both. */
  "Studio-Position"?: string;
  newDataset: NewDataset;
};
export type DatasetsBringApiResponse =
  /** status 201 Successful Response */ DatasetItem;
export type DatasetsBringApiArg = {
  /** The same key with the same request gives the same answer. */
  "idempotency-key"?: string;
  /** `"<revision>"`: refuse where it has moved on. */
  "if-match"?: string;
  /** As the last answer gave it. A read waits (5 s at most) until that write is visible; a write answers a position that stands for both. */
  "Studio-Position"?: string;
  body: {
    /** JSON: prompt, answer, context to columns. */
    columns?: string;
    /** Parquet or JSON lines. */
    file: Blob;
    /** From 0 to below 1; 0.3 otherwise. */
    heldout_fraction?: string;
    name: string;
    /** Characters; longer rows are left out. */
    prompt_limit?: string;
    /** Reward specification, JSON. */
    reward?: string;
    /** Of the split. */
    seed?: string;
  };
};
export type DatasetsShowApiResponse =
  /** status 200 Successful Response */ DatasetItem;
export type DatasetsShowApiArg = {
  /** Id of the resource. */
  id: string;
  /** As the last answer gave it. A read waits (5 s at most) until that write is visible; a write answers a position that stands for both. */
  "Studio-Position"?: string;
};
export type DatasetsCardApiResponse =
  /** status 200 Successful Response */ CardItem;
export type DatasetsCardApiArg = {
  /** Id of the resource. */
  id: string;
  /** As the last answer gave it. A read waits (5 s at most) until that write is visible; a write answers a position that stands for both. */
  "Studio-Position"?: string;
};
export type DatasetsCoverageApiResponse =
  /** status 200 Successful Response */ CoverageItem;
export type DatasetsCoverageApiArg = {
  /** Id of the resource. */
  id: string;
  /** With its pages and chunks. */
  document?: string | null;
  /** As the last answer gave it. A read waits (5 s at most) until that write is visible; a write answers a position that stands for both. */
  "Studio-Position"?: string;
};
export type DatasetsDiffApiResponse =
  /** status 200 Successful Response */ DiffItem;
export type DatasetsDiffApiArg = {
  /** Id of the resource. */
  id: string;
  /** Id of the resource. */
  other: string;
  /** Only these rows. */
  change?: ("added" | "removed" | "changed" | "moved") | null;
  /** Resources in a page. */
  limit?: number;
  /** `next_cursor` of the page before. */
  cursor?: string;
  /** As the last answer gave it. A read waits (5 s at most) until that write is visible; a write answers a position that stands for both. */
  "Studio-Position"?: string;
};
export type DatasetsExportApiResponse = /** status 200 The file. */ Blob;
export type DatasetsExportApiArg = {
  /** Id of the resource. */
  id: string;
  split?: ("train" | "heldout" | "all") | null;
  format?:
    | "parquet"
    | "hf"
    | "jsonl"
    | "chat"
    | "openai"
    | "alpaca"
    | "sharegpt"
    | "trl"
    | "preference"
    | "conversations";
  /** As the last answer gave it. A read waits (5 s at most) until that write is visible; a write answers a position that stands for both. */
  "Studio-Position"?: string;
};
export type DatasetsRebuildApiResponse =
  /** status 201 Successful Response */ DatasetRebuiltItem;
export type DatasetsRebuildApiArg = {
  /** Id of the resource. */
  id: string;
  /** As the last answer gave it. A read waits (5 s at most) until that write is visible; a write answers a position that stands for both. */
  "Studio-Position"?: string;
  /** The same key with the same request gives the same answer. */
  "idempotency-key"?: string;
  /** `"<revision>"`: refuse where it has moved on. */
  "if-match"?: string;
  without: Without;
};
export type DatasetsRowsApiResponse =
  /** status 200 Successful Response */ DatasetRowPage;
export type DatasetsRowsApiArg = {
  /** Id of the resource. */
  id: string;
  split?: "train" | "heldout";
  /** Resources in a page. */
  limit?: number;
  /** `next_cursor` of the page before. */
  cursor?: string;
  /** As the last answer gave it. A read waits (5 s at most) until that write is visible; a write answers a position that stands for both. */
  "Studio-Position"?: string;
};
export type DatasetsVerificationApiResponse =
  /** status 200 Successful Response */ VerificationItem;
export type DatasetsVerificationApiArg = {
  /** Id of the resource. */
  id: string;
  /** Rows to draw. */
  count?: number;
  /** Of the draw. */
  seed?: number;
  /** As the last answer gave it. A read waits (5 s at most) until that write is visible; a write answers a position that stands for both. */
  "Studio-Position"?: string;
};
export type GetApiV1DeadLettersApiResponse =
  /** status 200 Successful Response */ DeadLetterPage;
export type GetApiV1DeadLettersApiArg = {
  state?: ("parked" | "released" | "skipped") | null;
  consumer?: string | null;
  code?: string | null;
  /** Resources in a page. */
  limit?: number;
  /** `next_cursor` of the page before. */
  cursor?: string;
  /** As the last answer gave it. A read waits (5 s at most) until that write is visible; a write answers a position that stands for both. */
  "Studio-Position"?: string;
};
export type GetApiV1DeadLettersCausesApiResponse =
  /** status 200 Successful Response */ CausePage;
export type GetApiV1DeadLettersCausesApiArg = {
  state?: ("parked" | "released" | "skipped") | null;
  /** As the last answer gave it. A read waits (5 s at most) until that write is visible; a write answers a position that stands for both. */
  "Studio-Position"?: string;
};
export type GetApiV1DeadLettersByIdApiResponse =
  /** status 200 Successful Response */ DeadLetterDetailItem;
export type GetApiV1DeadLettersByIdApiArg = {
  id: string;
  /** As the last answer gave it. A read waits (5 s at most) until that write is visible; a write answers a position that stands for both. */
  "Studio-Position"?: string;
};
export type PostApiV1DeadLettersByIdReleaseApiResponse =
  /** status 200 Successful Response */ SettledItem;
export type PostApiV1DeadLettersByIdReleaseApiArg = {
  id: string;
  /** The same key with the same request gives the same answer. */
  "idempotency-key"?: string;
  /** `"<revision>"`: refuse where it has moved on. */
  "if-match"?: string;
  /** As the last answer gave it. A read waits (5 s at most) until that write is visible; a write answers a position that stands for both. */
  "Studio-Position"?: string;
  settling: Settling;
};
export type PostApiV1DeadLettersByIdSkipApiResponse =
  /** status 200 Successful Response */ SettledItem;
export type PostApiV1DeadLettersByIdSkipApiArg = {
  id: string;
  /** The same key with the same request gives the same answer. */
  "idempotency-key"?: string;
  /** `"<revision>"`: refuse where it has moved on. */
  "if-match"?: string;
  /** As the last answer gave it. A read waits (5 s at most) until that write is visible; a write answers a position that stands for both. */
  "Studio-Position"?: string;
  settling: Settling;
};
export type DeploymentsIndexApiResponse =
  /** status 200 Successful Response */ DeploymentPage;
export type DeploymentsIndexApiArg = {
  /** As it was at this time (RFC 3339, with zone). */
  asOf?: string | null;
  /** Resources in a page. */
  limit?: number;
  /** `next_cursor` of the page before. */
  cursor?: string;
  /** As the last answer gave it. A read waits (5 s at most) until that write is visible; a write answers a position that stands for both. */
  "Studio-Position"?: string;
};
export type DeploymentsStartApiResponse =
  /** status 201 Successful Response */ DecidedItem;
export type DeploymentsStartApiArg = {
  /** The same key with the same request gives the same answer. */
  "idempotency-key"?: string;
  /** `"<revision>"`: refuse where it has moved on. */
  "if-match"?: string;
  /** As the last answer gave it. A read waits (5 s at most) until that write is visible; a write answers a position that stands for both. */
  "Studio-Position"?: string;
  newDeployment: NewDeployment;
};
export type DeploymentsShowApiResponse =
  /** status 200 Successful Response */ DeploymentItem;
export type DeploymentsShowApiArg = {
  /** Name of the resource. */
  name: string;
  /** As it was at this time (RFC 3339, with zone). */
  asOf?: string | null;
  /** As the last answer gave it. A read waits (5 s at most) until that write is visible; a write answers a position that stands for both. */
  "Studio-Position"?: string;
};
export type DeploymentsSetWeightApiResponse =
  /** status 200 Successful Response */ DecidedItem;
export type DeploymentsSetWeightApiArg = {
  /** Name of the resource. */
  name: string;
  /** The same key with the same request gives the same answer. */
  "idempotency-key"?: string;
  /** `"<revision>"`: refuse where it has moved on. */
  "if-match"?: string;
  /** As the last answer gave it. A read waits (5 s at most) until that write is visible; a write answers a position that stands for both. */
  "Studio-Position"?: string;
  weight: Weight;
};
export type DeploymentsChangesApiResponse =
  /** status 200 Successful Response */ ChangePage;
export type DeploymentsChangesApiArg = {
  /** Name of the resource. */
  name: string;
  /** Resources in a page. */
  limit?: number;
  /** `next_cursor` of the page before. */
  cursor?: string;
  /** As the last answer gave it. A read waits (5 s at most) until that write is visible; a write answers a position that stands for both. */
  "Studio-Position"?: string;
};
export type DeploymentsPauseApiResponse =
  /** status 200 Successful Response */ DecidedItem;
export type DeploymentsPauseApiArg = {
  /** Name of the resource. */
  name: string;
  /** The same key with the same request gives the same answer. */
  "idempotency-key"?: string;
  /** `"<revision>"`: refuse where it has moved on. */
  "if-match"?: string;
  /** As the last answer gave it. A read waits (5 s at most) until that write is visible; a write answers a position that stands for both. */
  "Studio-Position"?: string;
  body: Why | null;
};
export type DeploymentsPromoteApiResponse =
  /** status 200 Successful Response */ DecidedItem;
export type DeploymentsPromoteApiArg = {
  /** Name of the resource. */
  name: string;
  /** The same key with the same request gives the same answer. */
  "idempotency-key"?: string;
  /** `"<revision>"`: refuse where it has moved on. */
  "if-match"?: string;
  /** As the last answer gave it. A read waits (5 s at most) until that write is visible; a write answers a position that stands for both. */
  "Studio-Position"?: string;
  body: Nothing | null;
};
export type DeploymentsResumeApiResponse =
  /** status 200 Successful Response */ DecidedItem;
export type DeploymentsResumeApiArg = {
  /** Name of the resource. */
  name: string;
  /** The same key with the same request gives the same answer. */
  "idempotency-key"?: string;
  /** `"<revision>"`: refuse where it has moved on. */
  "if-match"?: string;
  /** As the last answer gave it. A read waits (5 s at most) until that write is visible; a write answers a position that stands for both. */
  "Studio-Position"?: string;
  body: Why | null;
};
export type DeploymentsRollBackApiResponse =
  /** status 200 Successful Response */ DecidedItem;
export type DeploymentsRollBackApiArg = {
  /** Name of the resource. */
  name: string;
  /** The same key with the same request gives the same answer. */
  "idempotency-key"?: string;
  /** `"<revision>"`: refuse where it has moved on. */
  "if-match"?: string;
  /** As the last answer gave it. A read waits (5 s at most) until that write is visible; a write answers a position that stands for both. */
  "Studio-Position"?: string;
  body: Why | null;
};
export type DeploymentsVerdictsApiResponse =
  /** status 200 Successful Response */ VerdictPage;
export type DeploymentsVerdictsApiArg = {
  /** Name of the resource. */
  name: string;
  /** Resources in a page. */
  limit?: number;
  /** `next_cursor` of the page before. */
  cursor?: string;
  /** As the last answer gave it. A read waits (5 s at most) until that write is visible; a write answers a position that stands for both. */
  "Studio-Position"?: string;
};
export type DeploymentsWindowsApiResponse =
  /** status 200 Successful Response */ WindowPage;
export type DeploymentsWindowsApiArg = {
  /** Name of the resource. */
  name: string;
  /** Resources in a page. */
  limit?: number;
  /** `next_cursor` of the page before. */
  cursor?: string;
  /** As the last answer gave it. A read waits (5 s at most) until that write is visible; a write answers a position that stands for both. */
  "Studio-Position"?: string;
};
export type DocumentsIndexApiResponse =
  /** status 200 Successful Response */ DocumentPage;
export type DocumentsIndexApiArg = {
  status?: ("registered" | "extracted" | "failed" | "withdrawn") | null;
  collection?: string | null;
  /** Letters in the name, in either case. */
  q?: string;
  /** Resources in a page. */
  limit?: number;
  /** `next_cursor` of the page before. */
  cursor?: string;
  /** As the last answer gave it. A read waits (5 s at most) until that write is visible; a write answers a position that stands for both. */
  "Studio-Position"?: string;
};
export type DocumentsFormatsApiResponse =
  /** status 200 Successful Response */ DocumentFormatPage;
export type DocumentsFormatsApiArg = void;
export type DocumentsUploadApiResponse =
  /** status 201 Successful Response */ DocumentItem;
export type DocumentsUploadApiArg = {
  /** The same key with the same request gives the same answer. */
  "idempotency-key"?: string;
  /** `"<revision>"`: refuse where it has moved on. */
  "if-match"?: string;
  /** As the last answer gave it. A read waits (5 s at most) until that write is visible; a write answers a position that stands for both. */
  "Studio-Position"?: string;
  body: {
    collection?: string;
    file: Blob;
    /** SPDX identifier or words. */
    licence?: string;
    /** Where it is from. */
    source?: string;
  };
};
export type DocumentsWithdrawApiResponse = unknown;
export type DocumentsWithdrawApiArg = {
  /** Id of the resource. */
  id: string;
  reason?: string;
  /** The same key with the same request gives the same answer. */
  "idempotency-key"?: string;
  /** `"<revision>"`: refuse where it has moved on. */
  "if-match"?: string;
  /** As the last answer gave it. A read waits (5 s at most) until that write is visible; a write answers a position that stands for both. */
  "Studio-Position"?: string;
};
export type DocumentsShowApiResponse =
  /** status 200 Successful Response */ DocumentItem;
export type DocumentsShowApiArg = {
  /** Id of the resource. */
  id: string;
  /** As the last answer gave it. A read waits (5 s at most) until that write is visible; a write answers a position that stands for both. */
  "Studio-Position"?: string;
};
export type DocumentsAffectedApiResponse =
  /** status 200 Successful Response */ AffectedItem;
export type DocumentsAffectedApiArg = {
  /** Id of the resource. */
  id: string;
  /** As the last answer gave it. A read waits (5 s at most) until that write is visible; a write answers a position that stands for both. */
  "Studio-Position"?: string;
};
export type DocumentsBytesOfApiResponse =
  /** status 200 Successful Response */ DocumentBytesItem;
export type DocumentsBytesOfApiArg = {
  /** Id of the resource. */
  id: string;
  start?: number;
  end?: number | null;
  /** Bytes before and after. */
  context?: number;
  /** As the last answer gave it. A read waits (5 s at most) until that write is visible; a write answers a position that stands for both. */
  "Studio-Position"?: string;
};
export type DocumentsChunksApiResponse =
  /** status 200 Successful Response */ ChunkPage;
export type DocumentsChunksApiArg = {
  /** Id of the resource. */
  id: string;
  /** Resources in a page. */
  limit?: number;
  /** `next_cursor` of the page before. */
  cursor?: string;
  /** As the last answer gave it. A read waits (5 s at most) until that write is visible; a write answers a position that stands for both. */
  "Studio-Position"?: string;
};
export type DocumentsOriginalApiResponse =
  /** status 200 The bytes as uploaded. */ Blob;
export type DocumentsOriginalApiArg = {
  /** Id of the resource. */
  id: string;
  /** As the last answer gave it. A read waits (5 s at most) until that write is visible; a write answers a position that stands for both. */
  "Studio-Position"?: string;
};
export type DocumentsRebuildApiResponse =
  /** status 201 Successful Response */ DatasetRebuiltPage;
export type DocumentsRebuildApiArg = {
  /** Id of the resource. */
  id: string;
  /** As the last answer gave it. A read waits (5 s at most) until that write is visible; a write answers a position that stands for both. */
  "Studio-Position"?: string;
  /** The same key with the same request gives the same answer. */
  "idempotency-key"?: string;
  /** `"<revision>"`: refuse where it has moved on. */
  "if-match"?: string;
  wantedRebuild: WantedRebuild;
};
export type DocumentsStructureApiResponse =
  /** status 200 Successful Response */ DocumentRegionPage;
export type DocumentsStructureApiArg = {
  /** Id of the resource. */
  id: string;
  /** Only these regions. */
  kind?:
    | (
        | "heading"
        | "list"
        | "item"
        | "table"
        | "row"
        | "code"
        | "definitions"
        | "term"
        | "definition"
      )
    | null;
  /** Resources in a page. */
  limit?: number;
  /** `next_cursor` of the page before. */
  cursor?: string;
  /** As the last answer gave it. A read waits (5 s at most) until that write is visible; a write answers a position that stands for both. */
  "Studio-Position"?: string;
};
export type DocumentsTextApiResponse =
  /** status 200 Successful Response */ DocumentTextItem;
export type DocumentsTextApiArg = {
  /** Id of the resource. */
  id: string;
  start?: number;
  end?: number | null;
  /** As the last answer gave it. A read waits (5 s at most) until that write is visible; a write answers a position that stands for both. */
  "Studio-Position"?: string;
};
export type EventsIndexApiResponse =
  /** status 200 Successful Response */ EventPage;
export type EventsIndexApiArg = {
  topic?: string | null;
  type?: string | null;
  subject?: string | null;
  correlationId?: string | null;
  /** Resources in a page. */
  limit?: number;
  /** `next_cursor` of the page before. */
  cursor?: string;
  /** As the last answer gave it. A read waits (5 s at most) until that write is visible; a write answers a position that stands for both. */
  "Studio-Position"?: string;
};
export type EventsShowApiResponse =
  /** status 200 Successful Response */ EventItem;
export type EventsShowApiArg = {
  id: string;
  /** As the last answer gave it. A read waits (5 s at most) until that write is visible; a write answers a position that stands for both. */
  "Studio-Position"?: string;
};
export type EventsCausesApiResponse =
  /** status 200 Successful Response */ CausesItem;
export type EventsCausesApiArg = {
  id: string;
  /** As the last answer gave it. A read waits (5 s at most) until that write is visible; a write answers a position that stands for both. */
  "Studio-Position"?: string;
};
export type FeedStreamApiResponse =
  /** status 200 Server-sent events: hello, entry, live, snapshot, pong, expired; `id` is the position. */ string;
export type FeedStreamApiArg = {
  /** `begin`, `end`, or a position. */
  after?: string;
  /** Comma-separated; all by default. */
  topics?: string;
  /** Comma-separated; all by default. */
  types?: string;
  subject?: string[] | null;
  "last-event-id"?: string;
};
export type FeedTicketApiResponse =
  /** status 201 Successful Response */ FeedTicketItem;
export type FeedTicketApiArg = void;
export type JobsIndexApiResponse =
  /** status 200 Successful Response */ JobPage;
export type JobsIndexApiArg = {
  /** False: what has ended, too. */
  active?: boolean;
  /** Resources in a page. */
  limit?: number;
  /** As the last answer gave it. A read waits (5 s at most) until that write is visible; a write answers a position that stands for both. */
  "Studio-Position"?: string;
};
export type LineageShowApiResponse =
  /** status 200 Successful Response */ LineageItem;
export type LineageShowApiArg = {
  kind:
    | "document"
    | "file"
    | "batch"
    | "sample"
    | "curation"
    | "dataset"
    | "run"
    | "checkpoint"
    | "model_version"
    | "deployment";
  id: string;
  direction?: "up" | "down";
  /** Steps at most. */
  depth?: number;
  /** With every single sample on the way down. */
  samples?: boolean;
  /** As the last answer gave it. A read waits (5 s at most) until that write is visible; a write answers a position that stands for both. */
  "Studio-Position"?: string;
};
export type ModelsIndexApiResponse =
  /** status 200 Successful Response */ ModelPage;
export type ModelsIndexApiArg = {
  /** As it was at this time (RFC 3339, with zone). */
  asOf?: string | null;
  /** Resources in a page. */
  limit?: number;
  /** `next_cursor` of the page before. */
  cursor?: string;
  /** As the last answer gave it. A read waits (5 s at most) until that write is visible; a write answers a position that stands for both. */
  "Studio-Position"?: string;
};
export type ModelsShowApiResponse =
  /** status 200 Successful Response */ ModelItem;
export type ModelsShowApiArg = {
  /** Name of the resource. */
  name: string;
  /** As it was at this time (RFC 3339, with zone). */
  asOf?: string | null;
  /** As the last answer gave it. A read waits (5 s at most) until that write is visible; a write answers a position that stands for both. */
  "Studio-Position"?: string;
};
export type ModelsMoveApiResponse =
  /** status 200 Successful Response */ DecidedItem;
export type ModelsMoveApiArg = {
  /** Name of the resource. */
  name: string;
  /** Id of the resource. */
  alias: string;
  /** The same key with the same request gives the same answer. */
  "idempotency-key"?: string;
  /** `"<revision>"`: refuse where it has moved on. */
  "if-match"?: string;
  /** As the last answer gave it. A read waits (5 s at most) until that write is visible; a write answers a position that stands for both. */
  "Studio-Position"?: string;
  move: Move;
};
export type ModelsRollBackApiResponse =
  /** status 200 Successful Response */ DecidedItem;
export type ModelsRollBackApiArg = {
  /** Name of the resource. */
  name: string;
  /** The same key with the same request gives the same answer. */
  "idempotency-key"?: string;
  /** `"<revision>"`: refuse where it has moved on. */
  "if-match"?: string;
  /** As the last answer gave it. A read waits (5 s at most) until that write is visible; a write answers a position that stands for both. */
  "Studio-Position"?: string;
  body: AliasBack | null;
};
export type ModelsRegisterApiResponse =
  /** status 201 Successful Response */ DecidedItem;
export type ModelsRegisterApiArg = {
  /** Name of the resource. */
  name: string;
  /** The same key with the same request gives the same answer. */
  "idempotency-key"?: string;
  /** `"<revision>"`: refuse where it has moved on. */
  "if-match"?: string;
  /** As the last answer gave it. A read waits (5 s at most) until that write is visible; a write answers a position that stands for both. */
  "Studio-Position"?: string;
  newVersion: NewVersion;
};
export type PostApiV1OutsideRunsApiResponse =
  /** status 201 Successful Response */ ClaimItem;
export type PostApiV1OutsideRunsApiArg = {
  /** The same key with the same request gives the same answer. */
  "idempotency-key"?: string;
  /** `"<revision>"`: refuse where it has moved on. */
  "if-match"?: string;
  /** As the last answer gave it. A read waits (5 s at most) until that write is visible; a write answers a position that stands for both. */
  "Studio-Position"?: string;
  newOutsideRun: NewOutsideRun;
};
export type PostApiV1OutsideRunsByIdClaimsApiResponse =
  /** status 201 Successful Response */ ClaimItem;
export type PostApiV1OutsideRunsByIdClaimsApiArg = {
  /** Id of the resource. */
  id: string;
  /** The same key with the same request gives the same answer. */
  "idempotency-key"?: string;
  /** `"<revision>"`: refuse where it has moved on. */
  "if-match"?: string;
  /** As the last answer gave it. A read waits (5 s at most) until that write is visible; a write answers a position that stands for both. */
  "Studio-Position"?: string;
  continued: Continued;
};
export type PostApiV1OutsideRunsByIdEndsApiResponse =
  /** status 201 Successful Response */ DecidedItem;
export type PostApiV1OutsideRunsByIdEndsApiArg = {
  /** Id of the resource. */
  id: string;
  /** The same key with the same request gives the same answer. */
  "idempotency-key"?: string;
  /** `"<revision>"`: refuse where it has moved on. */
  "if-match"?: string;
  /** As the last answer gave it. A read waits (5 s at most) until that write is visible; a write answers a position that stands for both. */
  "Studio-Position"?: string;
  newEnd: NewEnd;
};
export type PostApiV1OutsideRunsByIdFactsApiResponse =
  /** status 200 Successful Response */ TakenItem;
export type PostApiV1OutsideRunsByIdFactsApiArg = {
  /** Id of the resource. */
  id: string;
  /** The same key with the same request gives the same answer. */
  "idempotency-key"?: string;
  /** `"<revision>"`: refuse where it has moved on. */
  "if-match"?: string;
  /** As the last answer gave it. A read waits (5 s at most) until that write is visible; a write answers a position that stands for both. */
  "Studio-Position"?: string;
  newFacts: NewFacts;
};
export type PipelineShowApiResponse =
  /** status 200 Successful Response */ PipelineItem;
export type PipelineShowApiArg = {
  /** As the last answer gave it. A read waits (5 s at most) until that write is visible; a write answers a position that stands for both. */
  "Studio-Position"?: string;
};
export type RecipesIndexApiResponse =
  /** status 200 Successful Response */ RecipePage;
export type RecipesIndexApiArg = {
  /** Resources in a page. */
  limit?: number;
  /** `next_cursor` of the page before. */
  cursor?: string;
  /** As the last answer gave it. A read waits (5 s at most) until that write is visible; a write answers a position that stands for both. */
  "Studio-Position"?: string;
};
export type RecipesSaveApiResponse =
  /** status 201 Successful Response */ RecipeItem;
export type RecipesSaveApiArg = {
  /** The same key with the same request gives the same answer. */
  "idempotency-key"?: string;
  /** `"<revision>"`: refuse where it has moved on. */
  "if-match"?: string;
  /** As the last answer gave it. A read waits (5 s at most) until that write is visible; a write answers a position that stands for both. */
  "Studio-Position"?: string;
  newRecipe: NewRecipe;
};
export type RecipesTryOutApiResponse =
  /** status 200 Successful Response */ PreviewItem;
export type RecipesTryOutApiArg = {
  /** The same key with the same request gives the same answer. */
  "idempotency-key"?: string;
  /** `"<revision>"`: refuse where it has moved on. */
  "if-match"?: string;
  /** As the last answer gave it. A read waits (5 s at most) until that write is visible; a write answers a position that stands for both. */
  "Studio-Position"?: string;
  previewBody: PreviewBody;
};
export type RecipesShowApiResponse =
  /** status 200 Successful Response */ RecipeItem;
export type RecipesShowApiArg = {
  name: string;
  version: number;
  /** As the last answer gave it. A read waits (5 s at most) until that write is visible; a write answers a position that stands for both. */
  "Studio-Position"?: string;
};
export type ReviewsIndexApiResponse =
  /** status 200 Successful Response */ ReviewedPage;
export type ReviewsIndexApiArg = {
  sampleId?: string | null;
  curationId?: string | null;
  author?: string | null;
  selectionId?: string | null;
  /** Resources in a page. */
  limit?: number;
  /** `next_cursor` of the page before. */
  cursor?: string;
  /** As the last answer gave it. A read waits (5 s at most) until that write is visible; a write answers a position that stands for both. */
  "Studio-Position"?: string;
};
export type ReviewsCreateApiResponse =
  /** status 201 Successful Response */ DecidedItem;
export type ReviewsCreateApiArg = {
  /** As the last answer gave it. A read waits (5 s at most) until that write is visible; a write answers a position that stands for both. */
  "Studio-Position"?: string;
  /** The same key with the same request gives the same answer. */
  "idempotency-key"?: string;
  /** `"<revision>"`: refuse where it has moved on. */
  "if-match"?: string;
  newReview: NewReview;
};
export type ReviewsBulkApiResponse =
  /** status 201 Successful Response */ BulkItem;
export type ReviewsBulkApiArg = {
  /** As the last answer gave it. A read waits (5 s at most) until that write is visible; a write answers a position that stands for both. */
  "Studio-Position"?: string;
  /** The same key with the same request gives the same answer. */
  "idempotency-key"?: string;
  /** `"<revision>"`: refuse where it has moved on. */
  "if-match"?: string;
  bulkReview: BulkReview;
};
export type ReviewsUndoApiResponse =
  /** status 201 Successful Response */ BulkItem;
export type ReviewsUndoApiArg = {
  /** As the last answer gave it. A read waits (5 s at most) until that write is visible; a write answers a position that stands for both. */
  "Studio-Position"?: string;
  /** The same key with the same request gives the same answer. */
  "idempotency-key"?: string;
  /** `"<revision>"`: refuse where it has moved on. */
  "if-match"?: string;
  undo: Undo;
};
export type TrainingIndexApiResponse =
  /** status 200 Successful Response */ RunPage;
export type TrainingIndexApiArg = {
  status?:
    | (
        | "pending"
        | "running"
        | "paused"
        | "lost"
        | "completed"
        | "failed"
        | "cancelled"
      )
    | null;
  datasetId?: string | null;
  parentRun?: string | null;
  /** `NAME=TEXT`: runs with this label; all of several must fit. */
  label?: string[];
  /** Resources in a page. */
  limit?: number;
  /** `next_cursor` of the page before. */
  cursor?: string;
  /** As the last answer gave it. A read waits (5 s at most) until that write is visible; a write answers a position that stands for both. */
  "Studio-Position"?: string;
};
export type TrainingCreateApiResponse =
  /** status 201 Successful Response */ RunItem;
export type TrainingCreateApiArg = {
  /** The same key with the same request gives the same answer. */
  "idempotency-key"?: string;
  /** `"<revision>"`: refuse where it has moved on. */
  "if-match"?: string;
  /** As the last answer gave it. A read waits (5 s at most) until that write is visible; a write answers a position that stands for both. */
  "Studio-Position"?: string;
  newRun: NewRun;
};
export type TrainingCancelApiResponse = unknown;
export type TrainingCancelApiArg = {
  /** Id of the resource. */
  id: string;
  /** Why; it is kept with the event. */
  reason?: string;
  /** The same key with the same request gives the same answer. */
  "idempotency-key"?: string;
  /** `"<revision>"`: refuse where it has moved on. */
  "if-match"?: string;
  /** As the last answer gave it. A read waits (5 s at most) until that write is visible; a write answers a position that stands for both. */
  "Studio-Position"?: string;
};
export type TrainingShowApiResponse =
  /** status 200 Successful Response */ RunItem;
export type TrainingShowApiArg = {
  /** Id of the resource. */
  id: string;
  /** As the last answer gave it. A read waits (5 s at most) until that write is visible; a write answers a position that stands for both. */
  "Studio-Position"?: string;
};
export type TrainingAdjustmentsApiResponse =
  /** status 200 Successful Response */ AdjustmentPage;
export type TrainingAdjustmentsApiArg = {
  /** Id of the resource. */
  id: string;
  /** As the last answer gave it. A read waits (5 s at most) until that write is visible; a write answers a position that stands for both. */
  "Studio-Position"?: string;
};
export type TrainingAdjustApiResponse =
  /** status 200 Successful Response */ DecidedItem;
export type TrainingAdjustApiArg = {
  /** Id of the resource. */
  id: string;
  /** The same key with the same request gives the same answer. */
  "idempotency-key"?: string;
  /** `"<revision>"`: refuse where it has moved on. */
  "if-match"?: string;
  /** As the last answer gave it. A read waits (5 s at most) until that write is visible; a write answers a position that stands for both. */
  "Studio-Position"?: string;
  newAdjustment: NewAdjustment;
};
export type TrainingCheckpointsApiResponse =
  /** status 200 Successful Response */ CheckpointPage;
export type TrainingCheckpointsApiArg = {
  /** Id of the resource. */
  id: string;
  /** As the last answer gave it. A read waits (5 s at most) until that write is visible; a write answers a position that stands for both. */
  "Studio-Position"?: string;
};
export type TrainingDefinitionsApiResponse =
  /** status 200 Successful Response */ DefinitionsItem;
export type TrainingDefinitionsApiArg = {
  /** Id of the resource. */
  id: string;
  /** As the last answer gave it. A read waits (5 s at most) until that write is visible; a write answers a position that stands for both. */
  "Studio-Position"?: string;
};
export type TrainingEvaluationsApiResponse =
  /** status 200 Successful Response */ EvaluationPage;
export type TrainingEvaluationsApiArg = {
  /** Id of the resource. */
  id: string;
  /** As the last answer gave it. A read waits (5 s at most) until that write is visible; a write answers a position that stands for both. */
  "Studio-Position"?: string;
};
export type TrainingForkApiResponse =
  /** status 201 Successful Response */ RunItem;
export type TrainingForkApiArg = {
  /** Id of the resource. */
  id: string;
  /** The same key with the same request gives the same answer. */
  "idempotency-key"?: string;
  /** `"<revision>"`: refuse where it has moved on. */
  "if-match"?: string;
  /** As the last answer gave it. A read waits (5 s at most) until that write is visible; a write answers a position that stands for both. */
  "Studio-Position"?: string;
  newFork: NewFork;
};
export type TrainingGroupsApiResponse =
  /** status 200 Successful Response */ GroupsItem;
export type TrainingGroupsApiArg = {
  /** Id of the resource. */
  id: string;
  step: number;
  phase?: string;
  /** As the last answer gave it. A read waits (5 s at most) until that write is visible; a write answers a position that stands for both. */
  "Studio-Position"?: string;
};
export type TrainingPauseApiResponse =
  /** status 200 Successful Response */ DecidedItem;
export type TrainingPauseApiArg = {
  /** Id of the resource. */
  id: string;
  /** The same key with the same request gives the same answer. */
  "idempotency-key"?: string;
  /** `"<revision>"`: refuse where it has moved on. */
  "if-match"?: string;
  /** As the last answer gave it. A read waits (5 s at most) until that write is visible; a write answers a position that stands for both. */
  "Studio-Position"?: string;
  body: PauseOf | null;
};
export type TrainingResumeApiResponse =
  /** status 200 Successful Response */ DecidedItem;
export type TrainingResumeApiArg = {
  /** Id of the resource. */
  id: string;
  /** The same key with the same request gives the same answer. */
  "idempotency-key"?: string;
  /** `"<revision>"`: refuse where it has moved on. */
  "if-match"?: string;
  /** As the last answer gave it. A read waits (5 s at most) until that write is visible; a write answers a position that stands for both. */
  "Studio-Position"?: string;
  body: NoFields | null;
};
export type TrainingStepsApiResponse =
  /** status 200 Successful Response */ StepPage;
export type TrainingStepsApiArg = {
  /** Id of the resource. */
  id: string;
  phase?: string | null;
  /** Resources in a page. */
  limit?: number;
  /** `next_cursor` of the page before. */
  cursor?: string;
  /** As the last answer gave it. A read waits (5 s at most) until that write is visible; a write answers a position that stands for both. */
  "Studio-Position"?: string;
};
export type SamplesIndexApiResponse =
  /** status 200 Successful Response */ SamplePage;
export type SamplesIndexApiArg = {
  batchId?: string | null;
  documentId?: string | null;
  curationId?: string | null;
  kind?: string | null;
  kept?: boolean | null;
  state?: ("kept" | "dropped" | "keep" | "drop" | "unreviewed") | null;
  scorer?: string | null;
  /** Of `scorer`, inclusive. */
  min?: number | null;
  /** Of `scorer`, inclusive. */
  max?: number | null;
  /** Letters in the question or the answer, in either case. */
  q?: string;
  sort?: ("created" | "-created" | "score" | "-score") | null;
  /** Instead of a cursor: rows to leave out. */
  offset?: number | null;
  /** Resources in a page. */
  limit?: number;
  /** `next_cursor` of the page before. */
  cursor?: string;
  /** As the last answer gave it. A read waits (5 s at most) until that write is visible; a write answers a position that stands for both. */
  "Studio-Position"?: string;
};
export type SamplesSpreadOfApiResponse =
  /** status 200 Successful Response */ HistogramItem;
export type SamplesSpreadOfApiArg = {
  curationId?: string | null;
  batchId?: string | null;
  scorer?: string | null;
  bins?: number;
  /** As the last answer gave it. A read waits (5 s at most) until that write is visible; a write answers a position that stands for both. */
  "Studio-Position"?: string;
};
export type SamplesShowApiResponse =
  /** status 200 Successful Response */ SampleDetailItem;
export type SamplesShowApiArg = {
  /** Id of the resource. */
  id: string;
  /** As the last answer gave it. A read waits (5 s at most) until that write is visible; a write answers a position that stands for both. */
  "Studio-Position"?: string;
};
export type SamplesReviewApiResponse =
  /** status 201 Successful Response */ DecidedItem;
export type SamplesReviewApiArg = {
  /** Id of the resource. */
  id: string;
  /** As the last answer gave it. A read waits (5 s at most) until that write is visible; a write answers a position that stands for both. */
  "Studio-Position"?: string;
  /** The same key with the same request gives the same answer. */
  "idempotency-key"?: string;
  /** `"<revision>"`: refuse where it has moved on. */
  "if-match"?: string;
  sampleDecision: SampleDecision;
};
export type TrainersIndexApiResponse =
  /** status 200 Successful Response */ TrainerPage;
export type TrainersIndexApiArg = {
  /** As the last answer gave it. A read waits (5 s at most) until that write is visible; a write answers a position that stands for both. */
  "Studio-Position"?: string;
};
export type UsersIndexApiResponse =
  /** status 200 Successful Response */ UserPage;
export type UsersIndexApiArg = {
  /** Resources in a page. */
  limit?: number;
  /** `next_cursor` of the page before. */
  cursor?: string;
};
export type UsersCreateApiResponse =
  /** status 201 Successful Response */ UserItem;
export type UsersCreateApiArg = {
  /** The same key with the same request gives the same answer. */
  "idempotency-key"?: string;
  /** `"<revision>"`: refuse where it has moved on. */
  "if-match"?: string;
  /** As the last answer gave it. A read waits (5 s at most) until that write is visible; a write answers a position that stands for both. */
  "Studio-Position"?: string;
  newUser: NewUser;
};
export type PlatformHealthApiResponse =
  /** status 200 Successful Response */ Health;
export type PlatformHealthApiArg = void;
export type PlatformMetricsApiResponse = unknown;
export type PlatformMetricsApiArg = void;
export type Session = {
  access_token: string;
  email: string;
  expires_in: number;
  permissions: (
    | "studio:read"
    | "samples:review"
    | "documents:write"
    | "batches:write"
    | "curations:write"
    | "datasets:write"
    | "runs:write"
    | "models:write"
    | "deployments:write"
    | "models:call"
    | "dead-letters:settle"
    | "users:read"
    | "users:write"
  )[];
  refresh_token: string;
  role: "admin" | "engineer" | "reviewer" | "viewer" | "service";
  tenant: string;
  token_type?: string;
};
export type SessionResource = {
  attributes: Session;
  id: string;
  type: string;
};
export type Meta = {
  timestamp?: string;
  version?: string;
};
export type SessionItem = {
  data: SessionResource;
  meta?: Meta;
};
export type ErrorDetails = {
  field?: string | null;
  others?:
    | {
        [key: string]: string;
      }[]
    | null;
  reason?: string | null;
  remedy?: string | null;
  version?: number | null;
};
export type ErrorBody = {
  code: string;
  details: ErrorDetails;
  message: string;
};
export type ErrorEnvelope = {
  error: ErrorBody;
};
export type Login = {
  email: string;
  password: string;
};
export type Refresh = {
  refresh_token: string;
};
export type UserAttributes = {
  created_at: string;
  email: string;
  permissions?: (
    | "studio:read"
    | "samples:review"
    | "documents:write"
    | "batches:write"
    | "curations:write"
    | "datasets:write"
    | "runs:write"
    | "models:write"
    | "deployments:write"
    | "models:call"
    | "dead-letters:settle"
    | "users:read"
    | "users:write"
  )[];
  role: "admin" | "engineer" | "reviewer" | "viewer" | "service";
  tenant: string;
};
export type UserResource = {
  attributes: UserAttributes;
  id: string;
  type: string;
};
export type UserItem = {
  data: UserResource;
  meta?: Meta;
};
export type Fault = {
  code: string;
  field?: string;
  reason?: string;
  remedy?: string;
};
export type Count = {
  count: number;
  reason: string;
};
export type BatchAttributes = {
  asked?: number | null;
  budget_money?: number;
  budget_tokens?: number;
  cost?: number | null;
  count?: number;
  created_at?: string | null;
  currency?: string;
  delivered?: number | null;
  documents?: string[];
  endpoint?: string;
  error?: Fault | null;
  items_cost?: number;
  items_finished?: number;
  items_tokens_in?: number;
  items_tokens_out?: number;
  max_tokens?: number;
  method?: "extractive" | "endpoint";
  model?: string;
  quality_threshold?: number;
  recipe_name?: string;
  recipe_version?: string;
  repaired?: number | null;
  replies_of?: string;
  requested_by?: string;
  revision?: number;
  samples?: number;
  seed?: number;
  shortfall?: Count[];
  status: "requested" | "running" | "finished" | "failed" | "cancelled";
  temperature?: number;
  template?: string;
  tokens_in?: number | null;
  tokens_out?: number | null;
  updated_at?: string | null;
};
export type BatchResource = {
  attributes: BatchAttributes;
  id: string;
  type: string;
};
export type PageMeta = {
  next_cursor?: string | null;
  timestamp?: string;
  total?: number | null;
  version?: string;
};
export type BatchPage = {
  data: BatchResource[];
  meta?: PageMeta;
};
export type BatchItem = {
  data: BatchResource;
  meta?: Meta;
};
export type NewBatch = {
  budget_money?: number;
  budget_tokens?: number;
  collection?: string;
  count?: number;
  documents?: string[];
  endpoint?: string;
  max_tokens?: number;
  method?: "extractive" | "endpoint";
  model?: string;
  quality_threshold?: number;
  recipe?: string;
  recipe_name?: string;
  recipe_version?: number;
  seed?: number;
  temperature?: number;
  template?: string;
};
export type EstimateAttributes = {
  chunks: number;
  cost?: number | null;
  count: number;
  currency?: string;
  most_cost?: number | null;
  most_tokens: number;
  requests: number;
  tokens_in: number;
  tokens_out: number;
};
export type EstimateResource = {
  attributes: EstimateAttributes;
  id: string;
  type: string;
};
export type EstimateItem = {
  data: EstimateResource;
  meta?: Meta;
};
export type AnswerMessage = {
  content: string;
  refusal?: string | null;
  role: "assistant";
};
export type Choice = {
  finish_reason: string;
  index: number;
  message: AnswerMessage;
};
export type Usage = {
  completion_tokens: number;
  prompt_tokens: number;
  total_tokens: number;
};
export type ChatCompletion = {
  choices: Choice[];
  created: number;
  id: string;
  model: string;
  object: "chat.completion";
  usage: Usage;
};
export type TextPart = {
  text: string;
  type: "text";
};
export type Message = {
  content: string | TextPart[];
  role: "system" | "developer" | "user" | "assistant";
};
export type StreamOptions = {
  include_usage?: boolean;
};
export type ChatRequest = {
  max_completion_tokens?: number | null;
  max_tokens?: number | null;
  messages: Message[];
  model: string;
  n?: number;
  seed?: number | null;
  stop?: string[];
  stream?: boolean;
  stream_options?: StreamOptions | null;
  temperature?: number;
  top_p?: number;
  user?: string | null;
  [key: string]: any;
};
export type OutcomeAttributes = {
  repeated?: boolean;
  score: number;
  source: string;
};
export type OutcomeResource = {
  attributes: OutcomeAttributes;
  id: string;
  type: string;
};
export type OutcomeItem = {
  data: OutcomeResource;
  meta?: Meta;
};
export type NewOutcome = {
  call_id: string;
  score: number;
  source?: string;
};
export type CurationAttributes = {
  batches?: string[];
  created_at?: string | null;
  dropped?: number | null;
  error?: Fault | null;
  kept?: number | null;
  reasons?: Count[];
  requested_by?: string;
  result_blob?: string | null;
  revision?: number;
  rule?: string;
  rule_version?: string;
  samples?: number | null;
  scorers?: string[];
  scores?: number;
  settings?: {
    [key: string]: any;
  };
  status: "requested" | "running" | "finished" | "failed";
  updated_at?: string | null;
};
export type CurationResource = {
  attributes: CurationAttributes;
  id: string;
  type: string;
};
export type CurationPage = {
  data: CurationResource[];
  meta?: PageMeta;
};
export type CurationItem = {
  data: CurationResource;
  meta?: Meta;
};
export type NewCuration = {
  batches: string[];
  rule?: string;
  scorers?: string[];
  settings?: {
    [key: string]: any;
  };
};
export type ScorerKindAttributes = {
  about: string;
  default: boolean;
  needs_endpoint: boolean;
  scope: string;
  version: string;
};
export type ScorerKindResource = {
  attributes: ScorerKindAttributes;
  id: string;
  type: string;
};
export type ScorerKindPage = {
  data: ScorerKindResource[];
  meta?: PageMeta;
};
export type PairAttributes = {
  agreed: number;
  first: string;
  kappa: number | null;
  samples: number;
  second: string;
  table: [string, string, number][];
};
export type AgreementAttributes = {
  differing: string[];
  pairs: PairAttributes[];
  reviewers: {
    [key: string]: number;
  };
};
export type AgreementResource = {
  attributes: AgreementAttributes;
  id: string;
  type: string;
};
export type AgreementItem = {
  data: AgreementResource;
  meta?: Meta;
};
export type ReviewAttributes = {
  answer?: string | null;
  author: string;
  decision: string;
  question?: string | null;
  reason?: string;
  reviewed_at?: string | null;
};
export type ScoreAttributes = {
  detail?: any;
  value: number;
  version?: string;
};
export type QueuedAttributes = {
  answer: string;
  answer_end?: number;
  answer_start?: number;
  batch_id: string;
  choices?: string[] | null;
  chunk_id?: string;
  created_at?: string | null;
  curation_id?: string | null;
  document_id?: string;
  generator?: string;
  generator_version?: string;
  item?: string;
  kept?: boolean | null;
  kind?: string;
  language?: string;
  messages?:
    | {
        [key: string]: any;
      }[]
    | null;
  model?: string;
  passage_end?: number;
  passage_start?: number;
  persona?: string;
  quality?: number;
  question: string;
  quote?: string;
  reason?: string | null;
  reasoning?: string;
  recipe?: string;
  rejected?: string;
  repaired?: boolean;
  reply_blob?: string;
  request_sha256?: string;
  review?: ReviewAttributes | null;
  reviews?: number;
  revision?: number;
  scores?: {
    [key: string]: ScoreAttributes;
  };
  section_id?: string;
  section_title?: string;
  seed?: number;
  spans?:
    | {
        [key: string]: any;
      }[]
    | null;
  template_sha256?: string;
  value?: number;
};
export type QueuedResource = {
  attributes: QueuedAttributes;
  id: string;
  type: string;
};
export type QueuedPage = {
  data: QueuedResource[];
  meta?: PageMeta;
};
export type FlipAttributes = {
  answer: string;
  kept: boolean;
  kind: string;
  question: string;
  reason: string;
  sample_id: string;
};
export type TopicAttributes = {
  kept: number;
  name: string;
  samples: number;
  share: number;
};
export type WhatIfAttributes = {
  against?: string;
  dropped: number;
  flips?: FlipAttributes[];
  gained?: number;
  kept: number;
  lost?: number;
  moved: number;
  reasons: Count[];
  rule: string;
  rule_version: string;
  samples: number;
  tokens?: number;
  tokens_total?: number;
  topics?: {
    [key: string]: TopicAttributes[];
  };
  unknown_scores: string[];
};
export type WhatIfResource = {
  attributes: WhatIfAttributes;
  id: string;
  type: string;
};
export type WhatIfItem = {
  data: WhatIfResource;
  meta?: Meta;
};
export type AskedRule = {
  against?: string;
  flips?: number;
  rule: string;
};
export type DatasetAttributes = {
  columns?: {
    [key: string]: any;
  };
  corpus_blob?: string | null;
  coverage_blob?: string | null;
  created_at?: string | null;
  curation_id: string;
  dropped?: Count[];
  edited_rows?: number | null;
  error?: Fault | null;
  heldout_blob?: string | null;
  heldout_fraction?: number;
  heldout_rows?: number | null;
  heldout_sections?: number | null;
  merkle_root?: string | null;
  name: string;
  prompt_limit?: number;
  rebuild_of?: string;
  requested_by?: string;
  revision?: number;
  reward?: {
    [key: string]: any;
  };
  rule?: string;
  seed?: number;
  source_blob?: string;
  source_name?: string;
  status: "requested" | "frozen" | "refused";
  train_blob?: string | null;
  train_rows?: number | null;
  train_sections?: number | null;
  updated_at?: string | null;
  version?: string | null;
  without?: string[];
};
export type DatasetResource = {
  attributes: DatasetAttributes;
  id: string;
  type: string;
};
export type DatasetPage = {
  data: DatasetResource[];
  meta?: PageMeta;
};
export type DatasetItem = {
  data: DatasetResource;
  meta?: Meta;
};
export type NewDataset = {
  curation_id: string;
  heldout_fraction?: number;
  name: string;
  prompt_limit?: number;
  reward?: {
    [key: string]: any;
  };
  rule?: string;
  seed?: number;
  without?: string[];
};
export type LicenceRows = {
  licence: string;
  rows: number;
};
export type CardSource = {
  document_id: string;
  heldout_rows: number;
  licence?: string;
  name: string;
  sha256?: string;
  source?: string;
  train_rows: number;
  withdrawn?: string | null;
};
export type CardAttributes = {
  kinds: {
    [key: string]: number;
  };
  languages: {
    [key: string]: number;
  };
  licences: LicenceRows[];
  markdown: string;
  merkle_root: string;
  name: string;
  sources: CardSource[];
  version: string;
};
export type CardResource = {
  attributes: CardAttributes;
  id: string;
  type: string;
};
export type CardItem = {
  data: CardResource;
  meta?: Meta;
};
export type BatchGave = {
  asked: number;
  delivered: number;
  id: string;
  shortfall?: Count[];
};
export type CoveredPiece = {
  dropped?: Count[];
  end: number;
  heldout_rows: number;
  id: string;
  pages?: number[];
  start: number;
  title?: string;
  train_rows: number;
  why?: string;
};
export type CoveredDocument = {
  chunk_count: number;
  chunks?: CoveredPiece[];
  covered_chunks: number;
  covered_pages: number;
  covered_sections: number;
  document_id: string;
  heldout_rows: number;
  name: string;
  note?: string;
  page_count: number;
  pages?: CoveredPiece[];
  section_count: number;
  sections: CoveredPiece[];
  train_rows: number;
};
export type CoverageAttributes = {
  batches: BatchGave[];
  documents: CoveredDocument[];
};
export type CoverageResource = {
  attributes: CoverageAttributes;
  id: string;
  type: string;
};
export type CoverageItem = {
  data: CoverageResource;
  meta?: Meta;
};
export type VersionNamed = {
  id: string;
  merkle_root: string;
  name: string;
  reward: {
    [key: string]: any;
  };
  version: string;
};
export type ChangeCounts = {
  added: number;
  changed: number;
  moved: number;
  removed: number;
  same: number;
};
export type RowChange = {
  after?: {
    [key: string]: any;
  };
  before?: {
    [key: string]: any;
  };
  change: "added" | "removed" | "changed" | "moved";
  sample_id: string;
};
export type DiffAttributes = {
  a: VersionNamed;
  b: VersionNamed;
  counts: ChangeCounts;
  next_cursor?: string | null;
  rows: RowChange[];
  same: boolean;
};
export type DiffResource = {
  attributes: DiffAttributes;
  id: string;
  type: string;
};
export type DiffItem = {
  data: DiffResource;
  meta?: Meta;
};
export type DatasetRebuilt = {
  name: string;
  rebuild_of: string;
  revision: number;
  status: string;
  without: string[];
};
export type DatasetRebuiltResource = {
  attributes: DatasetRebuilt;
  id: string;
  type: string;
};
export type DatasetRebuiltItem = {
  data: DatasetRebuiltResource;
  meta?: Meta;
};
export type Without = {
  without: string[];
};
export type DatasetRow = {
  answer: string;
  answer_end?: number;
  answer_start?: number;
  choices?: string;
  chunk_id?: string;
  document_id?: string;
  document_name?: string;
  edited?: string;
  kind?: string;
  language?: string;
  leaf_sha256?: string;
  messages?: string;
  passage_end?: number;
  passage_start?: number;
  prompt_passage?: string;
  question: string;
  quote?: string;
  reasoning?: string;
  rejected?: string;
  reward?: string;
  sample_id?: string;
  section_id?: string;
  spans?: string;
  [key: string]: any;
};
export type DatasetRowResource = {
  attributes: DatasetRow;
  id: string;
  type: string;
};
export type DatasetRowPage = {
  data: DatasetRowResource[];
  meta?: PageMeta;
};
export type PlaceFault = {
  document_id: string;
  end: number;
  found: string;
  quote: string;
  sample_id: string;
  start: number;
};
export type VerificationAttributes = {
  checked: number;
  equal: number;
  faults?: PlaceFault[];
  originals: number;
  originals_equal: number;
  root_equal: boolean;
  rows: number;
  without_place: number;
  wrong_leaves: number;
};
export type VerificationResource = {
  attributes: VerificationAttributes;
  id: string;
  type: string;
};
export type VerificationItem = {
  data: VerificationResource;
  meta?: Meta;
};
export type DeadLetterAttributes = {
  author?: string | null;
  body_bytes?: number;
  code: string;
  consumer: string;
  created_at: string;
  headers?: {
    [key: string]: string;
  };
  key?: string;
  message?: string;
  offset: number;
  partition: number;
  reason?: string | null;
  state: "parked" | "released" | "skipped";
  topic: string;
  updated_at: string;
};
export type DeadLetterResource = {
  attributes: DeadLetterAttributes;
  id: string;
  type: string;
};
export type DeadLetterPage = {
  data: DeadLetterResource[];
  meta?: PageMeta;
};
export type CauseAttributes = {
  code: string;
  consumer: string;
  count: number;
  first_at: string;
  last_at: string;
  message: string;
  parked: number;
  topics: string[];
};
export type CauseResource = {
  attributes: CauseAttributes;
  id: string;
  type: string;
};
export type CausePage = {
  data: CauseResource[];
  meta?: PageMeta;
};
export type DeadLetterDetail = {
  author?: string | null;
  body_bytes?: number;
  code: string;
  consumer: string;
  created_at: string;
  data?: {
    [key: string]: any;
  } | null;
  headers?: {
    [key: string]: string;
  };
  hexdump?: string;
  key?: string;
  message?: string;
  offset: number;
  partition: number;
  reason?: string | null;
  record?: string | null;
  state: "parked" | "released" | "skipped";
  topic: string;
  undecodable?: string | null;
  updated_at: string;
};
export type DeadLetterDetailResource = {
  attributes: DeadLetterDetail;
  id: string;
  type: string;
};
export type DeadLetterDetailItem = {
  data: DeadLetterDetailResource;
  meta?: Meta;
};
export type Settled = {
  author: string;
  reason: string;
  state: "release" | "skip";
};
export type SettledResource = {
  attributes: Settled;
  id: string;
  type: string;
};
export type SettledItem = {
  data: SettledResource;
  meta?: Meta;
};
export type Settling = {
  reason: string;
};
export type ArmAttributes = {
  actual?: number | null;
  asked: number;
  calls?: number;
  error_rate?: number | null;
  errors?: number;
  latency_ms?: number | null;
  outcomes?: number;
  recent?: number | null;
  recent_latency_ms?: number | null;
  role: "canary" | "baseline" | "stable";
  score?: number | null;
  version: string;
};
export type CallsAttributes = {
  calls?: number;
  errors?: number;
  latency_ms?: number | null;
  outcomes?: number;
  role: string;
  score?: number | null;
  version: string;
};
export type Standing = {
  baseline_high: number;
  baseline_low: number;
  baseline_outcomes: number;
  baseline_rate: number | null;
  canary_high: number;
  canary_low: number;
  canary_outcomes: number;
  canary_rate: number | null;
  decision: "promote" | "rollback" | "continue" | "stop";
  difference_high: number;
  difference_low: number;
  reason: string;
};
export type VerdictAttributes = {
  baseline_calls?: number;
  baseline_high?: number | null;
  baseline_low?: number | null;
  baseline_rate?: number | null;
  canary_calls?: number;
  canary_high?: number | null;
  canary_low?: number | null;
  canary_rate?: number | null;
  decision: string;
  reached_at: string;
  reason?: string;
  revision: number;
  version: string;
};
export type DeploymentAttributes = {
  arms?: ArmAttributes[];
  author?: string;
  calls?: {
    [key: string]: CallsAttributes;
  };
  candidate_version?: string;
  confidence?: number | null;
  created_at?: string | null;
  margin?: number | null;
  maximum_calls?: number | null;
  minimum_calls?: number | null;
  model?: string;
  name: string;
  paused?: boolean;
  reason?: string;
  revision?: number;
  stable_version?: string;
  standing?: Standing | null;
  started_at?: string | null;
  status?: string;
  strategy?: string;
  updated_at?: string | null;
  verdict?: VerdictAttributes | null;
  weight?: number;
};
export type DeploymentResource = {
  attributes: DeploymentAttributes;
  id: string;
  type: string;
};
export type DeploymentPage = {
  data: DeploymentResource[];
  meta?: PageMeta;
};
export type Happened = {
  data: {
    [key: string]: any;
  };
  type: string;
};
export type Decided = {
  events: Happened[];
  revision: number;
};
export type DecidedResource = {
  attributes: Decided;
  id: string;
  type: string;
};
export type DecidedItem = {
  data: DecidedResource;
  meta?: Meta;
};
export type NewDeployment = {
  baseline_version?: string;
  confidence?: number;
  margin?: number;
  maximum_calls?: number;
  minimum_calls?: number;
  model: string;
  name: string;
  strategy?: "canary" | "blue_green";
  version: string;
  weight?: number;
};
export type DeploymentItem = {
  data: DeploymentResource;
  meta?: Meta;
};
export type Weight = {
  weight: number;
};
export type ChangeAttributes = {
  author?: string | null;
  candidate_version?: string | null;
  model?: string | null;
  reason?: string | null;
  revision: number;
  stable_version?: string | null;
  type: string;
  valid_from: string;
  valid_to?: string | null;
  weight?: number | null;
};
export type ChangeResource = {
  attributes: ChangeAttributes;
  id: string;
  type: string;
};
export type ChangePage = {
  data: ChangeResource[];
  meta?: PageMeta;
};
export type Why = {
  reason?: string;
};
export type Nothing = {};
export type VerdictResource = {
  attributes: VerdictAttributes;
  id: string;
  type: string;
};
export type VerdictPage = {
  data: VerdictResource[];
  meta?: PageMeta;
};
export type WindowAttributes = {
  calls: number;
  deployment: string;
  errors: number;
  latency_ms_sum: number;
  outcomes: number;
  role: string;
  score_sum: number;
  seconds: number;
  start: string;
  successes: number;
  version: string;
};
export type WindowResource = {
  attributes: WindowAttributes;
  id: string;
  type: string;
};
export type WindowPage = {
  data: WindowResource[];
  meta?: PageMeta;
};
export type DocumentAttributes = {
  bad_pages?: number | null;
  blob: string;
  characters?: number | null;
  chunks?: number | null;
  codes?: number | null;
  collection?: string;
  created_at?: string | null;
  definitions?: number | null;
  encoding?: string | null;
  error?: Fault | null;
  extractor?: string | null;
  extractor_version?: string | null;
  found_media_type?: string | null;
  headings?: number | null;
  licence?: string;
  lists?: number | null;
  media_type?: string;
  name: string;
  pages?: number | null;
  reader?: string | null;
  replaced_characters?: number | null;
  revision?: number;
  samples?: number;
  sections?: number | null;
  sha256: string;
  size: number;
  source?: string;
  status: "registered" | "extracted" | "failed" | "withdrawn";
  tables?: number | null;
  text_sha256?: string | null;
  updated_at?: string | null;
  uploaded_by?: string;
  withdrawn_by?: string | null;
  withdrawn_reason?: string | null;
};
export type DocumentResource = {
  attributes: DocumentAttributes;
  id: string;
  type: string;
};
export type DocumentPage = {
  data: DocumentResource[];
  meta?: PageMeta;
};
export type DocumentFormat = {
  extensions: string[];
  media_type: string;
  place: string;
  structure: string[];
  title: string;
};
export type DocumentFormatResource = {
  attributes: DocumentFormat;
  id: string;
  type: string;
};
export type DocumentFormatPage = {
  data: DocumentFormatResource[];
  meta?: PageMeta;
};
export type DocumentItem = {
  data: DocumentResource;
  meta?: Meta;
};
export type AffectedDataset = {
  heldout_rows: number;
  id: string;
  in_corpus: boolean;
  name: string;
  rebuild?: boolean;
  replaced_by?: string | null;
  train_rows: number;
  version: string;
  why_not?: string;
};
export type AffectedThing = {
  datasets: string[];
  id: string;
  label?: string;
};
export type AffectedAttributes = {
  datasets: AffectedDataset[];
  deployments: AffectedThing[];
  models: AffectedThing[];
  name: string;
  runs: AffectedThing[];
  samples: number;
  status: string;
};
export type AffectedResource = {
  attributes: AffectedAttributes;
  id: string;
  type: string;
};
export type AffectedItem = {
  data: AffectedResource;
  meta?: Meta;
};
export type DocumentBytes = {
  after: string;
  before: string;
  encoding: string;
  end: number;
  size: number;
  start: number;
  text: string;
};
export type DocumentBytesResource = {
  attributes: DocumentBytes;
  id: string;
  type: string;
};
export type DocumentBytesItem = {
  data: DocumentBytesResource;
  meta?: Meta;
};
export type Chunk = {
  end: number;
  header?: string | null;
  kind?: string;
  section_id: string;
  section_path?: string[];
  section_title?: string;
  start: number;
  text: string;
};
export type ChunkResource = {
  attributes: Chunk;
  id: string;
  type: string;
};
export type ChunkPage = {
  data: ChunkResource[];
  meta?: PageMeta;
};
export type DatasetRebuiltPage = {
  data: DatasetRebuiltResource[];
  meta?: PageMeta;
};
export type WantedRebuild = {
  datasets?: string[];
};
export type DocumentRegion = {
  detail?: string;
  end: number;
  kind:
    | "heading"
    | "list"
    | "item"
    | "table"
    | "row"
    | "code"
    | "definitions"
    | "term"
    | "definition";
  level?: number | null;
  start: number;
  text: string;
};
export type DocumentRegionResource = {
  attributes: DocumentRegion;
  id: string;
  type: string;
};
export type DocumentRegionPage = {
  data: DocumentRegionResource[];
  meta?: PageMeta;
};
export type DocumentText = {
  characters: number;
  end: number;
  start: number;
  text: string;
};
export type DocumentTextResource = {
  attributes: DocumentText;
  id: string;
  type: string;
};
export type DocumentTextItem = {
  data: DocumentTextResource;
  meta?: Meta;
};
export type EventAttributes = {
  causation_id?: string | null;
  correlation_id?: string | null;
  data?: {
    [key: string]: any;
  };
  epoch?: number;
  seq?: number;
  source?: string;
  subject: string;
  time: string;
  topic: string;
  traceparent?: string;
  type: string;
  version?: number;
};
export type EventResource = {
  attributes: EventAttributes;
  id: string;
  type: string;
};
export type EventPage = {
  data: EventResource[];
  meta?: PageMeta;
};
export type EventItem = {
  data: EventResource;
  meta?: Meta;
};
export type CausesAttributes = {
  causes: EventResource[];
  effects: EventResource[];
  event: EventResource;
  related: number;
  truncated: boolean;
};
export type CausesResource = {
  attributes: CausesAttributes;
  id: string;
  type: string;
};
export type CausesItem = {
  data: CausesResource;
  meta?: Meta;
};
export type FeedTicketAttributes = {
  expires_in?: number;
  ticket: string;
  url: string;
};
export type FeedTicketResource = {
  attributes: FeedTicketAttributes;
  id: string;
  type: string;
};
export type FeedTicketItem = {
  data: FeedTicketResource;
  meta?: Meta;
};
export type JobAttributes = {
  active: boolean;
  done: number;
  error?: Fault | null;
  eta_seconds?: number | null;
  kind: "document" | "batch" | "curation" | "dataset" | "run" | "deployment";
  name: string;
  phase?: string;
  started_at: string;
  state: string;
  total: number | null;
  unit: string;
  updated_at: string;
};
export type JobResource = {
  attributes: JobAttributes;
  id: string;
  type: string;
};
export type JobPage = {
  data: JobResource[];
  meta?: PageMeta;
};
export type Place = {
  id: string;
  type:
    | "document"
    | "file"
    | "batch"
    | "sample"
    | "curation"
    | "dataset"
    | "run"
    | "checkpoint"
    | "model_version"
    | "deployment";
};
export type Edge = {
  detail?: {
    [key: string]: any;
  };
  from: Place;
  to: Place;
};
export type Node = {
  depth: number;
  id: string;
  label?: string;
  type:
    | "document"
    | "file"
    | "batch"
    | "sample"
    | "curation"
    | "dataset"
    | "run"
    | "checkpoint"
    | "model_version"
    | "deployment";
};
export type LineageAttributes = {
  direction: "up" | "down";
  edges: Edge[];
  nodes: Node[];
  truncated?: boolean;
};
export type LineageResource = {
  attributes: LineageAttributes;
  id: string;
  type: string;
};
export type LineageItem = {
  data: LineageResource;
  meta?: Meta;
};
export type VersionAttributes = {
  created_at: string;
  dataset_id?: string;
  manifest_blob?: string;
  metadata?: {
    [key: string]: any;
  } | null;
  metrics?: {
    [key: string]: any;
  } | null;
  run_id?: string;
  version: string;
};
export type ModelAttributes = {
  aliases?: {
    [key: string]: string;
  };
  created_at?: string | null;
  latest_version?: string | null;
  name: string;
  revision?: number;
  updated_at?: string | null;
  versions?: VersionAttributes[];
};
export type ModelResource = {
  attributes: ModelAttributes;
  id: string;
  type: string;
};
export type ModelPage = {
  data: ModelResource[];
  meta?: PageMeta;
};
export type ModelItem = {
  data: ModelResource;
  meta?: Meta;
};
export type Move = {
  version: string;
};
export type AliasBack = {
  alias?: string;
};
export type NewVersion = {
  dataset_id?: string;
  manifest_blob?: string;
  metadata?: {
    [key: string]: any;
  };
  metrics?: {
    [key: string]: any;
  };
  run_id?: string;
  version?: string;
};
export type ClaimAttributes = {
  definitions_blob?: string;
  epoch: number;
  lease_seconds: number;
  recorded?: {
    [key: string]: number;
  };
};
export type ClaimResource = {
  attributes: ClaimAttributes;
  id: string;
  type: string;
};
export type ClaimItem = {
  data: ClaimResource;
  meta?: Meta;
};
export type NewOutsideRun = {
  base_model?: string;
  config?: {
    [key: string]: any;
  };
  dataset_id?: string;
  definitions?: {
    [key: string]: string;
  };
  labels?: {
    [key: string]: string;
  };
  loop: string;
  name: string;
};
export type Continued = {
  definitions?: {
    [key: string]: string;
  };
  loop: string;
};
export type NewEnd = {
  code?: string;
  epoch: number;
  metrics?: {
    [key: string]: any;
  };
  outcome: "completed" | "failed";
  reason?: string;
  step?: number;
};
export type TakenAttributes = {
  taken: number;
};
export type TakenResource = {
  attributes: TakenAttributes;
  id: string;
  type: string;
};
export type TakenItem = {
  data: TakenResource;
  meta?: Meta;
};
export type Fact = {
  data: {
    [key: string]: any;
  };
  seq: number;
  time: string;
  type: "StepRecorded" | "EvaluationRecorded" | "RunHeartbeat";
};
export type NewFacts = {
  epoch: number;
  facts: Fact[];
};
export type AlertAttributes = {
  limit: number;
  message: string;
  name: string;
  raised_at: string;
  severity: string;
  value: number;
};
export type Waiting = {
  messages: number | null;
  seconds: number;
  topic: string;
};
export type Consumer = {
  behind_seconds: number | null;
  consumer: string;
  lag_messages: number | null;
  moved_at: string;
  reason?: string;
  state?: string;
  topics: string[];
  waiting?: Waiting[];
};
export type Stage = {
  counts?: {
    [key: string]: number;
  };
  dead_letters?: number;
  events?: number;
  lag_messages?: number | null;
  lag_seconds?: number;
  quiet?: boolean;
  rate?: number;
  seconds?: number;
  stage: string;
  start?: string | null;
  topic: string;
  updated_at?: string | null;
};
export type PipelineAttributes = {
  alerts: AlertAttributes[];
  consumers: Consumer[];
  counts: {
    [key: string]: {
      [key: string]: number;
    };
  };
  dead_letters: {
    [key: string]: number;
  };
  outbox: number;
  stages: Stage[];
};
export type PipelineResource = {
  attributes: PipelineAttributes;
  id: string;
  type: string;
};
export type PipelineItem = {
  data: PipelineResource;
  meta?: Meta;
};
export type RecipeAttributes = {
  author?: string;
  name: string;
  recipe?: {
    [key: string]: any;
  };
  recipe_version: number;
  sha256?: string;
  source?: string;
};
export type RecipeResource = {
  attributes: RecipeAttributes;
  id: string;
  type: string;
};
export type RecipePage = {
  data: RecipeResource[];
  meta?: PageMeta;
};
export type RecipeItem = {
  data: RecipeResource;
  meta?: Meta;
};
export type NewRecipe = {
  source: string;
};
export type PreviewSample = {
  answer: string;
  choices?: string[];
  kind: string;
  messages?: {
    [key: string]: string;
  }[];
  quality: number;
  question: string;
  quote: string;
  reasoning?: string;
  rejected?: string;
  repaired?: boolean;
  section_title?: string;
};
export type PreviewAttributes = {
  detail?: string;
  samples: PreviewSample[];
  shortfall: Count[];
  tokens_in: number;
  tokens_out: number;
};
export type PreviewResource = {
  attributes: PreviewAttributes;
  id: string;
  type: string;
};
export type PreviewItem = {
  data: PreviewResource;
  meta?: Meta;
};
export type PreviewBody = {
  documents: string[];
  recipe?: string;
  recipe_name?: string;
  recipe_version?: number;
};
export type ReviewedAttributes = {
  answer?: string;
  author: string;
  curation_id?: string;
  decided_at: string;
  decision: string;
  grounding?: number;
  question?: string;
  queue?: string;
  reason?: string;
  revision: number;
  sample_id: string;
  selection?: {
    [key: string]: any;
  } | null;
  standing?: string;
  standing_author?: string;
  undoes?: number;
  undone?: boolean;
};
export type ReviewedResource = {
  attributes: ReviewedAttributes;
  id: string;
  type: string;
};
export type ReviewedPage = {
  data: ReviewedResource[];
  meta?: PageMeta;
};
export type NewReview = {
  answer?: string;
  curation_id?: string;
  decision: "keep" | "drop" | "edit" | "flag";
  question?: string;
  queue?: "" | "random" | "near_threshold" | "disagree";
  reason?: string;
  sample_id: string;
  ungrounded?: boolean;
};
export type BulkAttributes = {
  changed: number;
  samples: number;
};
export type BulkResource = {
  attributes: BulkAttributes;
  id: string;
  type: string;
};
export type BulkItem = {
  data: BulkResource;
  meta?: Meta;
};
export type SampleFilter = {
  batch_id?: string | null;
  document_id?: string | null;
  high?: number | null;
  kept?: boolean | null;
  kind?: string | null;
  low?: number | null;
  scorer?: string | null;
  text?: string;
  unreviewed?: boolean;
};
export type BulkReview = {
  curation_id: string;
  decision: "keep" | "drop" | "flag";
  dry_run?: boolean;
  filter: SampleFilter;
  reason?: string;
};
export type Undo = {
  curation_id?: string | null;
  reason?: string;
  revision?: number | null;
  sample_id?: string | null;
  selection_id?: string | null;
  steps?: number;
};
export type AlarmAttributes = {
  action?: string;
  limit?: number | null;
  message?: string;
  rule: string;
  value?: number | null;
};
export type RunAttributes = {
  adjusted?: number;
  alarm_step?: number | null;
  alarms?: AlarmAttributes[];
  base_manifest_blob?: string | null;
  base_model?: string;
  checkpoint_blob?: string | null;
  checkpoint_step?: number | null;
  claimed_at?: string | null;
  config?: {
    [key: string]: any;
  };
  created_at?: string | null;
  dataset_id: string;
  ended_at?: string | null;
  epoch?: number | null;
  error?: Fault | null;
  eta_seconds?: number | null;
  final_step?: number | null;
  heartbeat_at?: string | null;
  kl?: number | null;
  labels?: {
    [key: string]: string;
  };
  loss?: number | null;
  manifest_blob?: string | null;
  metrics?: {
    [key: string]: any;
  } | null;
  model_name?: string;
  needs?: {
    [key: string]: any;
  };
  parent_run?: string;
  parent_step?: number;
  pause_reason?: string;
  paused_at?: string | null;
  paused_by?: string;
  phase?: string | null;
  requested_by?: string;
  revision?: number;
  reward?: number | null;
  status:
    | "pending"
    | "running"
    | "paused"
    | "lost"
    | "completed"
    | "failed"
    | "cancelled";
  step?: number | null;
  step_seconds?: number | null;
  steps?: number;
  steps_total?: number | null;
  tokens?: number;
  trainer?: string | null;
  updated_at?: string | null;
};
export type RunResource = {
  attributes: RunAttributes;
  id: string;
  type: string;
};
export type RunPage = {
  data: RunResource[];
  meta?: PageMeta;
};
export type RunItem = {
  data: RunResource;
  meta?: Meta;
};
export type Needs = {
  device?: "cpu" | "cuda" | "any";
  memory?: number;
};
export type NewRun = {
  base_model?: string;
  config?: {
    [key: string]: any;
  };
  dataset_id: string;
  labels?: {
    [key: string]: string;
  };
  model_name: string;
  needs?: Needs;
};
export type AdjustmentAttributes = {
  applied_at?: string | null;
  applied_phase?: string | null;
  applied_step?: number | null;
  author?: string;
  changes: {
    [key: string]: number;
  };
  decided_at: string;
  reason?: string;
  revision: number;
  run_id: string;
};
export type AdjustmentResource = {
  attributes: AdjustmentAttributes;
  id: string;
  type: string;
};
export type AdjustmentPage = {
  data: AdjustmentResource[];
  meta?: PageMeta;
};
export type Changes = {
  kl_coefficient?: number | null;
  kl_target?: number | null;
  learning_rate?: number | null;
};
export type NewAdjustment = {
  changes: Changes;
  reason?: string;
};
export type CheckpointAttributes = {
  bytes?: number;
  epoch?: number;
  manifest_blob: string;
  phase: string;
  run_id: string;
  saved_at: string;
  step: number;
};
export type CheckpointResource = {
  attributes: CheckpointAttributes;
  id: string;
  type: string;
};
export type CheckpointPage = {
  data: CheckpointResource[];
  meta?: PageMeta;
};
export type DefinitionsAttributes = {
  definitions?: {
    [key: string]: string;
  };
  run_id: string;
};
export type DefinitionsResource = {
  attributes: DefinitionsAttributes;
  id: string;
  type: string;
};
export type DefinitionsItem = {
  data: DefinitionsResource;
  meta?: Meta;
};
export type EvaluationAttributes = {
  detail_blob?: string;
  epoch?: number;
  gain?: number;
  gain_high?: number;
  gain_low?: number;
  high: number;
  items: number;
  low: number;
  phase: string;
  recorded_at: string;
  reward: number;
  run_id: string;
  sections?: number;
  split: string;
  step: number;
};
export type EvaluationResource = {
  attributes: EvaluationAttributes;
  id: string;
  type: string;
};
export type EvaluationPage = {
  data: EvaluationResource[];
  meta?: PageMeta;
};
export type NewFork = {
  config?: {
    [key: string]: any;
  };
  labels?: {
    [key: string]: string;
  };
  model_name?: string | null;
  needs?: Needs | null;
  step: number;
};
export type GroupRow = {
  advantage?: number;
  answer?: string;
  ended?: boolean;
  group?: number;
  logprobs?: number[];
  parts?: {
    [key: string]: any;
  };
  passage?: string;
  prompt?: number[];
  question?: string;
  reward?: number;
  sample_id?: string;
  swapped?: boolean;
  text?: string;
  tokens?: number[];
  [key: string]: any;
};
export type GroupsAttributes = {
  groups_blob: string;
  phase: string;
  rows: GroupRow[];
  run_id: string;
  step: number;
  total: number;
};
export type GroupsResource = {
  attributes: GroupsAttributes;
  id: string;
  type: string;
};
export type GroupsItem = {
  data: GroupsResource;
  meta?: Meta;
};
export type PauseOf = {
  reason?: string;
};
export type NoFields = {};
export type StepAttributes = {
  alarms?: AlarmAttributes[];
  clip_fraction?: number | null;
  completions?: number;
  dead_groups?: number;
  entropy?: number | null;
  epoch?: number;
  grad_norm?: number | null;
  groups_blob?: string;
  kl?: number | null;
  learning_rate?: number | null;
  length?: number | null;
  loss?: number | null;
  metrics?: {
    [key: string]: any;
  };
  phase: string;
  recorded_at: string;
  reward?: number | null;
  reward_parts?: {
    [key: string]: any;
  } | null;
  run_id: string;
  seconds?: number;
  step: number;
  steps_total?: number;
  tokens?: number;
};
export type StepResource = {
  attributes: StepAttributes;
  id: string;
  type: string;
};
export type StepPage = {
  data: StepResource[];
  meta?: PageMeta;
};
export type SampleAttributes = {
  answer: string;
  answer_end?: number;
  answer_start?: number;
  batch_id: string;
  choices?: string[] | null;
  chunk_id?: string;
  created_at?: string | null;
  curation_id?: string | null;
  document_id?: string;
  generator?: string;
  generator_version?: string;
  item?: string;
  kept?: boolean | null;
  kind?: string;
  language?: string;
  messages?:
    | {
        [key: string]: any;
      }[]
    | null;
  model?: string;
  passage_end?: number;
  passage_start?: number;
  persona?: string;
  quality?: number;
  question: string;
  quote?: string;
  reason?: string | null;
  reasoning?: string;
  recipe?: string;
  rejected?: string;
  repaired?: boolean;
  reply_blob?: string;
  request_sha256?: string;
  review?: ReviewAttributes | null;
  revision?: number;
  scores?: {
    [key: string]: ScoreAttributes;
  };
  section_id?: string;
  section_title?: string;
  seed?: number;
  spans?:
    | {
        [key: string]: any;
      }[]
    | null;
  template_sha256?: string;
};
export type SampleResource = {
  attributes: SampleAttributes;
  id: string;
  type: string;
};
export type SamplePage = {
  data: SampleResource[];
  meta?: PageMeta;
};
export type BinAttributes = {
  count: number;
  dropped: number;
  high: number;
  kept: number;
  low: number;
};
export type ScorerAttributes = {
  count: number;
  max?: number | null;
  mean?: number | null;
  min?: number | null;
  name: string;
};
export type HistogramAttributes = {
  batch_id: string | null;
  bins: BinAttributes[];
  curation_id: string | null;
  dropped: number;
  kept: number;
  max: number | null;
  mean: number | null;
  min: number | null;
  missing: number;
  scorer: string;
  scorers: ScorerAttributes[];
  total: number;
};
export type HistogramResource = {
  attributes: HistogramAttributes;
  id: string;
  type: string;
};
export type HistogramItem = {
  data: HistogramResource;
  meta?: Meta;
};
export type Box = {
  box: number[];
  page: number;
};
export type Origin = {
  boxes?: Box[];
  byte_end?: number | null;
  byte_start?: number | null;
  document_id: string;
  document_name: string;
  end: number;
  kind: string;
  page?: number | null;
  part?: string | null;
  part_end?: number | null;
  part_start?: number | null;
  places?: string[];
  start: number;
  text: string;
};
export type SampleDetail = {
  answer: string;
  answer_end?: number;
  answer_start?: number;
  batch_id: string;
  choices?: string[] | null;
  chunk_id?: string;
  created_at?: string | null;
  curation_id?: string | null;
  document_id?: string;
  generator?: string;
  generator_version?: string;
  item?: string;
  kept?: boolean | null;
  kind?: string;
  language?: string;
  messages?:
    | {
        [key: string]: any;
      }[]
    | null;
  model?: string;
  passage?: string | null;
  passage_end?: number;
  passage_start?: number;
  persona?: string;
  quality?: number;
  question: string;
  quote?: string;
  reason?: string | null;
  reasoning?: string;
  recipe?: string;
  rejected?: string;
  repaired?: boolean;
  reply_blob?: string;
  request_sha256?: string;
  review?: ReviewAttributes | null;
  revision?: number;
  scores?: {
    [key: string]: ScoreAttributes;
  };
  section_id?: string;
  section_title?: string;
  seed?: number;
  source?: Origin | null;
  spans?:
    | {
        [key: string]: any;
      }[]
    | null;
  template_sha256?: string;
};
export type SampleDetailResource = {
  attributes: SampleDetail;
  id: string;
  type: string;
};
export type SampleDetailItem = {
  data: SampleDetailResource;
  meta?: Meta;
};
export type SampleDecision = {
  decision: "keep" | "drop";
  reason?: string;
};
export type DeviceAttributes = {
  free?: number;
  kind: string;
  memory?: number;
  name: string;
};
export type TrainerAttributes = {
  announced_at: string;
  devices: DeviceAttributes[];
  model_name?: string | null;
  run_id?: string;
  status: "free" | "running" | "elsewhere" | "silent";
};
export type TrainerResource = {
  attributes: TrainerAttributes;
  id: string;
  type: string;
};
export type TrainerPage = {
  data: TrainerResource[];
  meta?: PageMeta;
};
export type UserPage = {
  data: UserResource[];
  meta?: PageMeta;
};
export type NewUser = {
  email: string;
  password: string;
  role: "admin" | "engineer" | "reviewer" | "viewer" | "service";
};
export type Health = {
  postgres: boolean;
  status: "ok" | "unavailable";
};
export const {
  useAuthLoginMutation,
  useAuthLogoutMutation,
  useAuthMeQuery,
  useLazyAuthMeQuery,
  useAuthRefreshMutation,
  useGenerationIndexQuery,
  useLazyGenerationIndexQuery,
  useGenerationCreateMutation,
  useGenerationForecastMutation,
  useGenerationCancelMutation,
  useGenerationShowQuery,
  useLazyGenerationShowQuery,
  useGenerationRereadMutation,
  useChatCompletionsMutation,
  useChatOutcomesMutation,
  useCurationIndexQuery,
  useLazyCurationIndexQuery,
  useCurationCreateMutation,
  useCurationChoicesQuery,
  useLazyCurationChoicesQuery,
  useCurationShowQuery,
  useLazyCurationShowQuery,
  useReviewsAgreementQuery,
  useLazyReviewsAgreementQuery,
  useReviewsQueueQuery,
  useLazyReviewsQueueQuery,
  useCurationAskQuery,
  useLazyCurationAskQuery,
  useCurationCompareMutation,
  useDatasetsIndexQuery,
  useLazyDatasetsIndexQuery,
  useDatasetsCreateMutation,
  useDatasetsBringMutation,
  useDatasetsShowQuery,
  useLazyDatasetsShowQuery,
  useDatasetsCardQuery,
  useLazyDatasetsCardQuery,
  useDatasetsCoverageQuery,
  useLazyDatasetsCoverageQuery,
  useDatasetsDiffQuery,
  useLazyDatasetsDiffQuery,
  useDatasetsExportQuery,
  useLazyDatasetsExportQuery,
  useDatasetsRebuildMutation,
  useDatasetsRowsQuery,
  useLazyDatasetsRowsQuery,
  useDatasetsVerificationQuery,
  useLazyDatasetsVerificationQuery,
  useGetApiV1DeadLettersQuery,
  useLazyGetApiV1DeadLettersQuery,
  useGetApiV1DeadLettersCausesQuery,
  useLazyGetApiV1DeadLettersCausesQuery,
  useGetApiV1DeadLettersByIdQuery,
  useLazyGetApiV1DeadLettersByIdQuery,
  usePostApiV1DeadLettersByIdReleaseMutation,
  usePostApiV1DeadLettersByIdSkipMutation,
  useDeploymentsIndexQuery,
  useLazyDeploymentsIndexQuery,
  useDeploymentsStartMutation,
  useDeploymentsShowQuery,
  useLazyDeploymentsShowQuery,
  useDeploymentsSetWeightMutation,
  useDeploymentsChangesQuery,
  useLazyDeploymentsChangesQuery,
  useDeploymentsPauseMutation,
  useDeploymentsPromoteMutation,
  useDeploymentsResumeMutation,
  useDeploymentsRollBackMutation,
  useDeploymentsVerdictsQuery,
  useLazyDeploymentsVerdictsQuery,
  useDeploymentsWindowsQuery,
  useLazyDeploymentsWindowsQuery,
  useDocumentsIndexQuery,
  useLazyDocumentsIndexQuery,
  useDocumentsFormatsQuery,
  useLazyDocumentsFormatsQuery,
  useDocumentsUploadMutation,
  useDocumentsWithdrawMutation,
  useDocumentsShowQuery,
  useLazyDocumentsShowQuery,
  useDocumentsAffectedQuery,
  useLazyDocumentsAffectedQuery,
  useDocumentsBytesOfQuery,
  useLazyDocumentsBytesOfQuery,
  useDocumentsChunksQuery,
  useLazyDocumentsChunksQuery,
  useDocumentsOriginalQuery,
  useLazyDocumentsOriginalQuery,
  useDocumentsRebuildMutation,
  useDocumentsStructureQuery,
  useLazyDocumentsStructureQuery,
  useDocumentsTextQuery,
  useLazyDocumentsTextQuery,
  useEventsIndexQuery,
  useLazyEventsIndexQuery,
  useEventsShowQuery,
  useLazyEventsShowQuery,
  useEventsCausesQuery,
  useLazyEventsCausesQuery,
  useFeedStreamQuery,
  useLazyFeedStreamQuery,
  useFeedTicketMutation,
  useJobsIndexQuery,
  useLazyJobsIndexQuery,
  useLineageShowQuery,
  useLazyLineageShowQuery,
  useModelsIndexQuery,
  useLazyModelsIndexQuery,
  useModelsShowQuery,
  useLazyModelsShowQuery,
  useModelsMoveMutation,
  useModelsRollBackMutation,
  useModelsRegisterMutation,
  usePostApiV1OutsideRunsMutation,
  usePostApiV1OutsideRunsByIdClaimsMutation,
  usePostApiV1OutsideRunsByIdEndsMutation,
  usePostApiV1OutsideRunsByIdFactsMutation,
  usePipelineShowQuery,
  useLazyPipelineShowQuery,
  useRecipesIndexQuery,
  useLazyRecipesIndexQuery,
  useRecipesSaveMutation,
  useRecipesTryOutMutation,
  useRecipesShowQuery,
  useLazyRecipesShowQuery,
  useReviewsIndexQuery,
  useLazyReviewsIndexQuery,
  useReviewsCreateMutation,
  useReviewsBulkMutation,
  useReviewsUndoMutation,
  useTrainingIndexQuery,
  useLazyTrainingIndexQuery,
  useTrainingCreateMutation,
  useTrainingCancelMutation,
  useTrainingShowQuery,
  useLazyTrainingShowQuery,
  useTrainingAdjustmentsQuery,
  useLazyTrainingAdjustmentsQuery,
  useTrainingAdjustMutation,
  useTrainingCheckpointsQuery,
  useLazyTrainingCheckpointsQuery,
  useTrainingDefinitionsQuery,
  useLazyTrainingDefinitionsQuery,
  useTrainingEvaluationsQuery,
  useLazyTrainingEvaluationsQuery,
  useTrainingForkMutation,
  useTrainingGroupsQuery,
  useLazyTrainingGroupsQuery,
  useTrainingPauseMutation,
  useTrainingResumeMutation,
  useTrainingStepsQuery,
  useLazyTrainingStepsQuery,
  useSamplesIndexQuery,
  useLazySamplesIndexQuery,
  useSamplesSpreadOfQuery,
  useLazySamplesSpreadOfQuery,
  useSamplesShowQuery,
  useLazySamplesShowQuery,
  useSamplesReviewMutation,
  useTrainersIndexQuery,
  useLazyTrainersIndexQuery,
  useUsersIndexQuery,
  useLazyUsersIndexQuery,
  useUsersCreateMutation,
  usePlatformHealthQuery,
  useLazyPlatformHealthQuery,
  usePlatformMetricsQuery,
  useLazyPlatformMetricsQuery,
} = injectedRtkApi;
